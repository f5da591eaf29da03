// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.pubsub.PubSubUnavailableException;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions on one server, over one connection.
 *
 * <p>For each channel there is what is wanted and what the wire has. A change marks the channel;
 * {@link #flush} then sends what brings the wire closer, many channels in one command. A channel
 * has at most one command under way, so an acknowledgement is never ambiguous: when it comes, wish
 * and wire are compared once more. A subscribe and unsubscribe between two flushes cost nothing.
 *
 * <p>Confined to the adapter's loop.
 */
final class RedisSubscriber implements RedisLink.Listener {
  private static final int NAMES_PER_COMMAND = 512;

  /** Hears what becomes of subscriptions, and when the link ends. */
  interface Owner {

    /** The wire has it. */
    void onLive(RedisSubscription subscription);

    /** The wire has lost it. */
    void onLost(RedisSubscription subscription, Throwable cause);

    /** Redis does not let the application subscribe to it. */
    void onRefused(RedisSubscription subscription, String error);

    /** The slot is not on this server, or not any more. */
    void onMisdirected(RedisSubscription subscription, String error);

    void onMessage(RedisSubscription subscription, Response payload);

    void onSubscriberDown(Throwable cause);

    /** Something is marked, to be flushed at the end of the turn. */
    void onMarked();
  }

  private enum Wire {
    NONE,
    SUBSCRIBING,
    SUBSCRIBED,
    UNSUBSCRIBING
  }

  /** One channel: the wish and the wire. */
  private static final class Channel {
    private final byte[] name;
    private final int slot;
    private @Nullable RedisSubscription wanted;
    private Wire wire = Wire.NONE;
    private boolean alone;

    Channel(RedisSubscription subscription) {
      this.name = subscription.channelBytes();
      this.slot = subscription.slot();
    }
  }

  /** A command on its way, and the channels that it has not been acknowledged for. */
  private record Sent(boolean subscribes, int size, Set<Channel> open) {}

  private final Endpoint endpoint;
  private final boolean sharded;
  private final Owner owner;
  private final Map<String, Channel> channels = new HashMap<>();
  private final Set<Channel> marked = new LinkedHashSet<>();
  private final ArrayDeque<Sent> sent = new ArrayDeque<>();
  private @Nullable RedisLink link;

  RedisSubscriber(Endpoint endpoint, boolean sharded, Owner owner) {
    this.endpoint = endpoint;
    this.sharded = sharded;
    this.owner = owner;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  boolean isUp() {
    return link != null;
  }

  // -- wishes

  void add(RedisSubscription subscription) {
    subscription.assign(this);
    Channel channel =
        channels.computeIfAbsent(subscription.channel(), name -> new Channel(subscription));
    channel.wanted = subscription;
    if (channel.wire == Wire.SUBSCRIBED) {
      owner.onLive(subscription);
    } else {
      marked.add(channel);
    }
  }

  void remove(RedisSubscription subscription) {
    subscription.assign(null);
    Channel channel = channels.get(subscription.channel());
    if (channel != null && channel.wanted == subscription) {
      channel.wanted = null;
      if (channel.wire == Wire.NONE) {
        forget(subscription.channel(), channel);
      } else {
        marked.add(channel);
      }
    }
  }

  /** What is wanted, in no order. */
  List<RedisSubscription> subscriptions() {
    List<RedisSubscription> wanted = new ArrayList<>(channels.size());
    for (Channel channel : channels.values()) {
      if (channel.wanted != null) {
        wanted.add(channel.wanted);
      }
    }
    return wanted;
  }

  /** Tries the refused ones again. */
  void retry(RedisSubscription subscription) {
    Channel channel = channels.get(subscription.channel());
    if (channel != null && channel.wanted == subscription && channel.wire == Wire.NONE) {
      marked.add(channel);
    }
  }

  private void forget(String name, Channel channel) {
    channels.remove(name);
    marked.remove(channel);
  }

  // -- the wire

  /** Takes a fresh connection and subscribes to everything wanted. */
  void connected(RedisLink fresh) {
    link = fresh;
    marked.addAll(channels.values());
    fresh.start(this);
    flush();
  }

  /** Sends what the marked channels need. Does nothing while the link is down. */
  void flush() {
    if (link == null || marked.isEmpty()) {
      return;
    }
    Map<Integer, List<Channel>> subscribe = new HashMap<>();
    Map<Integer, List<Channel>> unsubscribe = new HashMap<>();
    for (Channel channel : marked) {
      int group = sharded ? channel.slot : 0;
      if (channel.wire == Wire.NONE && channel.wanted != null) {
        channel.wire = Wire.SUBSCRIBING;
        subscribe.computeIfAbsent(group, slot -> new ArrayList<>()).add(channel);
      } else if (channel.wire == Wire.SUBSCRIBED && channel.wanted == null) {
        channel.wire = Wire.UNSUBSCRIBING;
        unsubscribe.computeIfAbsent(group, slot -> new ArrayList<>()).add(channel);
      }
    }
    marked.clear();
    unsubscribe.values().forEach(group -> sendAll(group, false));
    subscribe.values().forEach(group -> sendAll(group, true));
  }

  private void sendAll(List<Channel> group, boolean subscribes) {
    List<Channel> batch = new ArrayList<>();
    for (Channel channel : group) {
      if (channel.alone) {
        channel.alone = false;
        send(List.of(channel), subscribes);
        continue;
      }
      batch.add(channel);
      if (batch.size() == NAMES_PER_COMMAND) {
        send(batch, subscribes);
        batch = new ArrayList<>();
      }
    }
    if (!batch.isEmpty()) {
      send(batch, subscribes);
    }
  }

  private void send(List<Channel> batch, boolean subscribes) {
    if (link == null) {
      return;
    }
    Request request = Request.cmd(command(subscribes));
    batch.forEach(channel -> request.arg(channel.name));
    sent.add(new Sent(subscribes, batch.size(), new HashSet<>(batch)));
    link.send(request);
  }

  private Command command(boolean subscribes) {
    if (sharded) {
      return subscribes ? Command.SSUBSCRIBE : Command.SUNSUBSCRIBE;
    }
    return subscribes ? Command.SUBSCRIBE : Command.UNSUBSCRIBE;
  }

  // -- what Redis says

  @Override
  public void onPush(Response push) {
    if (push.size() < 3 || push.get(0) == null || push.get(1) == null) {
      return;
    }
    Channel channel = channels.get(push.get(1).toString());
    if (channel == null) {
      return;
    }
    switch (push.get(0).toString()) {
      case "message", "smessage" -> deliver(channel, push.get(2));
      case "subscribe", "ssubscribe" -> subscribed(channel);
      case "unsubscribe", "sunsubscribe" -> unsubscribed(channel);
      default -> {
        /* newer servers may push more */
      }
    }
    if (!marked.isEmpty()) {
      owner.onMarked();
    }
  }

  private void deliver(Channel channel, @Nullable Response payload) {
    RedisSubscription subscription = channel.wanted;
    if (payload != null && subscription != null && !subscription.isEnded()) {
      owner.onMessage(subscription, payload);
    }
  }

  private void subscribed(Channel channel) {
    if (!acknowledged(channel, true)) {
      return;
    }
    channel.wire = Wire.SUBSCRIBED;
    if (channel.wanted == null) {
      marked.add(channel);
    } else {
      owner.onLive(channel.wanted);
    }
  }

  private void unsubscribed(Channel channel) {
    if (acknowledged(channel, false)) {
      released(channel);
    } else if (channel.wire == Wire.SUBSCRIBED) {
      channel.wire = Wire.NONE;
      if (channel.wanted != null) {
        misdirected(channel.wanted, "the server has given the slot away");
      }
    }
  }

  private void released(Channel channel) {
    channel.wire = Wire.NONE;
    if (channel.wanted == null) {
      forget(new String(channel.name, StandardCharsets.UTF_8), channel);
    } else {
      marked.add(channel);
    }
  }

  private void misdirected(RedisSubscription subscription, String error) {
    owner.onLost(subscription, new PubSubUnavailableException(error, null));
    owner.onMisdirected(subscription, error);
  }

  /** Whether it answers a command of ours; a server that gives a slot away speaks unasked. */
  private boolean acknowledged(Channel channel, boolean subscribes) {
    for (Sent command : sent) {
      if (command.subscribes == subscribes && command.open.remove(channel)) {
        dropFinished();
        return true;
      }
    }
    return false;
  }

  private void dropFinished() {
    while (!sent.isEmpty() && sent.peek().open.isEmpty()) {
      sent.poll();
    }
  }

  /** Commands are carried out in order, and wholly or not at all: it means the first one open. */
  @Override
  public void onError(String message) {
    Sent failed = sent.poll();
    if (failed == null) {
      return;
    }
    dropFinished();
    for (Channel channel : failed.open) {
      if (!failed.subscribes) {
        released(channel);
        continue;
      }
      channel.wire = Wire.NONE;
      if (channel.wanted == null) {
        released(channel);
      } else if (RedisErrors.isMisdirected(message)) {
        misdirected(channel.wanted, message);
      } else if (failed.size > 1) {
        channel.alone = true;
        marked.add(channel);
      } else {
        owner.onRefused(channel.wanted, message);
      }
    }
    owner.onMarked();
  }

  @Override
  public void onEnd(Throwable cause) {
    link = null;
    sent.clear();
    marked.clear();
    channels.values().removeIf(channel -> channel.wanted == null);
    for (Channel channel : List.copyOf(channels.values())) {
      channel.wire = Wire.NONE;
      if (channel.wanted != null) {
        owner.onLost(channel.wanted, cause);
      }
    }
    owner.onSubscriberDown(cause);
  }

  Future<Void> close() {
    RedisLink open = link;
    link = null;
    return open == null ? Future.succeededFuture() : open.close();
  }
}
