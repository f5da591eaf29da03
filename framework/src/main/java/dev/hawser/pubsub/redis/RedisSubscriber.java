// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.pubsub.PubSubUnavailableException;
import dev.hawser.pubsub.redis.ChannelState.Wire;
import dev.hawser.pubsub.redis.SubscribeCommands.Sent;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions on one server, over one connection.
 *
 * <p>Each channel has a wish and a wire ({@link ChannelState}). A change marks the channel;
 * {@link #flush} then sends what brings the wire closer to the wish, many channels in one command.
 * A channel has at most one command under way, so an acknowledgement is never ambiguous: when it
 * comes, wish and wire are compared once more. A subscribe and an unsubscribe between two flushes
 * send nothing.
 *
 * <p>Confined to the adapter's loop.
 */
final class RedisSubscriber implements RedisLink.Listener {
  /** Receives what happens to subscriptions and to the link. */
  interface Owner {

    /** Redis has acknowledged the subscription. */
    void onLive(RedisSubscription subscription);

    /** The connection does not have the subscription any more. */
    void onLost(RedisSubscription subscription, Throwable cause);

    /** Redis does not permit the subscription. */
    void onRefused(RedisSubscription subscription, String error);

    /** The slot is not on this server, or has moved. */
    void onMisdirected(RedisSubscription subscription, String error);

    void onMessage(RedisSubscription subscription, Response payload);

    void onSubscriberDown(Throwable cause);

    /** A channel is marked and needs a flush at the end of the turn. */
    void onMarked();
  }

  private final Endpoint endpoint;
  private final boolean sharded;
  private final Owner owner;
  private final Map<String, ChannelState> channels = new HashMap<>();
  private final Set<ChannelState> marked = new LinkedHashSet<>();
  private @Nullable SubscribeCommands commands;

  RedisSubscriber(Endpoint endpoint, boolean sharded, Owner owner) {
    this.endpoint = endpoint;
    this.sharded = sharded;
    this.owner = owner;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  boolean isUp() {
    return commands != null;
  }

  // -- wishes

  void add(RedisSubscription subscription) {
    subscription.assign(endpoint);
    ChannelState channel =
        channels.computeIfAbsent(subscription.channel(), name -> new ChannelState(subscription));
    channel.want(subscription);
    if (channel.wire() == Wire.SUBSCRIBED) {
      owner.onLive(subscription);
    } else {
      marked.add(channel);
    }
  }

  void remove(RedisSubscription subscription) {
    subscription.assign(null);
    ChannelState channel = channels.get(subscription.channel());
    if (channel != null && channel.wanted() == subscription) {
      channel.want(null);
      if (channel.wire() == Wire.NONE) {
        forget(channel);
      } else {
        marked.add(channel);
      }
    }
  }

  /** The subscriptions that are wanted, in no order. */
  List<RedisSubscription> subscriptions() {
    List<RedisSubscription> wanted = new ArrayList<>(channels.size());
    for (ChannelState channel : channels.values()) {
      if (channel.wanted() != null) {
        wanted.add(channel.wanted());
      }
    }
    return wanted;
  }

  /** Tries a refused subscription again. */
  void retry(RedisSubscription subscription) {
    ChannelState channel = channels.get(subscription.channel());
    if (channel != null && channel.wanted() == subscription && channel.wire() == Wire.NONE) {
      marked.add(channel);
    }
  }

  private void forget(ChannelState channel) {
    channels.remove(channel.channel());
    marked.remove(channel);
  }

  // -- the wire

  /** Takes a fresh connection and subscribes to everything wanted. */
  void connected(RedisLink fresh) {
    commands = new SubscribeCommands(fresh, sharded);
    marked.addAll(channels.values());
    fresh.start(this);
    flush();
  }

  /** Sends what the marked channels need. Does nothing while the link is down. */
  void flush() {
    if (commands == null || marked.isEmpty()) {
      return;
    }
    List<ChannelState> subscribe = new ArrayList<>();
    List<ChannelState> unsubscribe = new ArrayList<>();
    for (ChannelState channel : marked) {
      if (channel.needsSubscribe()) {
        channel.wire(Wire.SUBSCRIBING);
        subscribe.add(channel);
      } else if (channel.needsUnsubscribe()) {
        channel.wire(Wire.UNSUBSCRIBING);
        unsubscribe.add(channel);
      }
    }
    marked.clear();
    commands.unsubscribe(unsubscribe);
    commands.subscribe(subscribe);
  }

  // -- what Redis sends

  @Override
  public void onPush(Response push) {
    if (push.size() < 3 || push.get(0) == null || push.get(1) == null) {
      return;
    }
    ChannelState channel = channels.get(push.get(1).toString());
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

  private void deliver(ChannelState channel, @Nullable Response payload) {
    RedisSubscription subscription = channel.wanted();
    if (payload != null && subscription != null && !subscription.isEnded()) {
      owner.onMessage(subscription, payload);
    }
  }

  private void subscribed(ChannelState channel) {
    if (!isAcknowledged(channel, true)) {
      return;
    }
    channel.wire(Wire.SUBSCRIBED);
    RedisSubscription wanted = channel.wanted();
    if (wanted == null) {
      marked.add(channel);
    } else {
      owner.onLive(wanted);
    }
  }

  private void unsubscribed(ChannelState channel) {
    if (isAcknowledged(channel, false)) {
      released(channel);
    } else if (channel.wire() == Wire.SUBSCRIBED) {
      channel.wire(Wire.NONE);
      RedisSubscription wanted = channel.wanted();
      if (wanted != null) {
        misdirected(wanted, "the server has given the slot away");
      }
    }
  }

  private boolean isAcknowledged(ChannelState channel, boolean subscribes) {
    return commands != null && commands.acknowledge(channel, subscribes);
  }

  private void released(ChannelState channel) {
    channel.wire(Wire.NONE);
    if (channel.wanted() == null) {
      forget(channel);
    } else {
      marked.add(channel);
    }
  }

  private void misdirected(RedisSubscription subscription, String error) {
    owner.onLost(subscription, new PubSubUnavailableException(error, null));
    owner.onMisdirected(subscription, error);
  }

  @Override
  public void onError(String message) {
    Sent failed = commands == null ? null : commands.takeFailed();
    if (failed == null) {
      return;
    }
    for (ChannelState channel : failed.open()) {
      if (failed.subscribes()) {
        subscribeFailed(channel, failed.size() > 1, message);
      } else {
        released(channel);
      }
    }
    owner.onMarked();
  }

  private void subscribeFailed(ChannelState channel, boolean amongOthers, String message) {
    channel.wire(Wire.NONE);
    RedisSubscription wanted = channel.wanted();
    if (wanted == null) {
      released(channel);
    } else if (RedisErrors.isMisdirected(message)) {
      misdirected(wanted, message);
    } else if (amongOthers) {
      channel.sendAlone();
      marked.add(channel);
    } else {
      owner.onRefused(wanted, message);
    }
  }

  @Override
  public void onEnd(Throwable cause) {
    commands = null;
    marked.clear();
    channels.values().removeIf(channel -> channel.wanted() == null);
    for (ChannelState channel : List.copyOf(channels.values())) {
      channel.wire(Wire.NONE);
      if (channel.wanted() != null) {
        owner.onLost(channel.wanted(), cause);
      }
    }
    owner.onSubscriberDown(cause);
  }

  Future<Void> close() {
    SubscribeCommands open = commands;
    commands = null;
    return open == null ? Future.succeededFuture() : open.close();
  }
}
