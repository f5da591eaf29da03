// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.internal.log.LogText;
import dev.hawser.internal.log.LogThrottle;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubMessage;
import dev.hawser.pubsub.PubSubRefusedException;
import dev.hawser.pubsub.PubSubUnavailableException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's subscriptions, each assigned to the server in charge of its slot. Confined to the
 * adapter's loop, but for {@link #isWhole}.
 */
final class RedisSubscribers implements RedisSubscriber.Owner {
  private static final Logger log = LoggerFactory.getLogger(RedisSubscribers.class);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final RedisConfig config;
  private final PubSubAdapter.Listener listener;
  private final MessageFilter filter;
  private final Consumer<Throwable> onTrouble;
  private final Runnable onMarked;
  private final LinkHealth health;
  private final LogThrottle throttle = new LogThrottle(LOG_INTERVAL);
  private final Map<String, RedisSubscription> subscriptions = new HashMap<>();
  private final Map<Endpoint, RedisSubscriber> subscribers = new HashMap<>();
  private final Set<RedisSubscription> refused = new HashSet<>();
  private @Nullable Shards shards;
  private long retryTimer = -1;
  private boolean closed;

  /**
   * Starts without subscriptions and connections.
   *
   * @param onTrouble called when a link is lost or a slot has moved
   * @param onMarked called when there is something to flush, also outside the adapter's turns
   */
  RedisSubscribers(
      Vertx vertx,
      RedisConfig config,
      PubSubAdapter.Listener listener,
      MessageFilter filter,
      Consumer<Throwable> onTrouble,
      Runnable onMarked) {
    this.vertx = vertx;
    this.config = config;
    this.listener = listener;
    this.filter = filter;
    this.onTrouble = onTrouble;
    this.onMarked = onMarked;
    this.health = new LinkHealth(listener);
  }

  // -- connections

  /** Moves every subscription to the server that is now in charge. */
  void route(Shards newShards) {
    shards = newShards;
    subscribers.values().removeIf(subscriber -> {
      boolean gone = !newShards.masters().contains(subscriber.endpoint());
      if (gone) {
        subscriber.subscriptions().forEach(subscription -> release(subscriber, subscription));
        subscriber.close();
      }
      return gone;
    });
    subscriptions.values().forEach(this::assign);
    onMarked.run();
  }

  /** The subscribers without a connection. */
  List<RedisSubscriber> down() {
    return subscribers.values().stream()
        .filter(subscriber -> !subscriber.isUp())
        .toList();
  }

  boolean areUp() {
    return down().isEmpty();
  }

  /** Whether every subscription has a server in charge; some slots of a Cluster may have none. */
  boolean areAssigned() {
    return subscriptions.values().stream().allMatch(one -> one.server() != null);
  }

  /** Whether no messages are being missed. Any thread. */
  boolean isWhole() {
    return health.isWhole();
  }

  // -- subscriptions

  void subscribe(RedisSubscription subscription) {
    if (closed || subscription.isEnded()) {
      fail(subscription, "the subscription has ended");
      return;
    }
    subscriptions.put(subscription.channel(), subscription);
    assign(subscription);
  }

  void unsubscribe(RedisSubscription subscription) {
    if (!subscriptions.remove(subscription.channel(), subscription)) {
      return;
    }
    refused.remove(subscription);
    health.ended(subscription);
    withdraw(subscription);
    fail(subscription, "the subscription has ended");
  }

  private static void fail(RedisSubscription subscription, String message) {
    subscription.confirmation().tryFail(new PubSubUnavailableException(message, null));
  }

  private void assign(RedisSubscription subscription) {
    Endpoint owner = shards == null ? null : shards.owner(subscription.slot());
    if (owner == null || owner.equals(subscription.server())) {
      return;
    }
    RedisSubscriber current = subscriber(subscription);
    if (current != null) {
      release(current, subscription);
    }
    boolean sharded = shards != null && shards.isSharded();
    subscribers
        .computeIfAbsent(owner, server -> new RedisSubscriber(server, sharded, this))
        .add(subscription);
  }

  private void release(RedisSubscriber from, RedisSubscription subscription) {
    from.remove(subscription);
    health.lost(
        subscription, new PubSubUnavailableException("another server is in charge now", null));
  }

  private @Nullable RedisSubscriber subscriber(RedisSubscription subscription) {
    Endpoint server = subscription.server();
    return server == null ? null : subscribers.get(server);
  }

  private void withdraw(RedisSubscription subscription) {
    RedisSubscriber subscriber = subscriber(subscription);
    if (subscriber != null) {
      subscriber.remove(subscription);
    }
  }

  /** Ends every turn of the loop. */
  void flush() {
    subscribers.values().forEach(RedisSubscriber::flush);
  }

  // -- what the servers answer

  @Override
  public void onLive(RedisSubscription subscription) {
    refused.remove(subscription);
    health.live(subscription);
    subscription.confirmation().tryComplete();
  }

  @Override
  public void onLost(RedisSubscription subscription, Throwable cause) {
    if (!closed) {
      health.lost(subscription, cause);
    }
  }

  /**
   * A new subscription fails. One that was live is tried again, because it works once an operator
   * has restored the permission.
   */
  @Override
  public void onRefused(RedisSubscription subscription, String error) {
    if (!subscription.wasEverLive()) {
      subscriptions.remove(subscription.channel(), subscription);
      withdraw(subscription);
      subscription
          .confirmation()
          .tryFail(new PubSubRefusedException("Redis refused the subscription: " + error));
      return;
    }
    if (throttle.pass().isPresent()) {
      log.error(
          "Redis refuses a subscription that it had accepted: broadcasting={} problem={}",
          LogText.of(subscription.broadcasting()),
          LogText.of(error));
    }
    refused.add(subscription);
    if (retryTimer < 0) {
      retryTimer =
          vertx.setTimer(config.ms(RedisOption.MAX_RECONNECT_DELAY), due -> retryRefused());
    }
  }

  private void retryRefused() {
    retryTimer = -1;
    for (RedisSubscription subscription : refused) {
      RedisSubscriber subscriber = subscriber(subscription);
      if (subscriber != null) {
        subscriber.retry(subscription);
      }
    }
    refused.clear();
    onMarked.run();
  }

  @Override
  public void onMisdirected(RedisSubscription subscription, String error) {
    withdraw(subscription);
    onTrouble.accept(new PubSubUnavailableException(error, null));
  }

  @Override
  public void onMessage(RedisSubscription subscription, Response payload) {
    PubSubMessage message = HistoryFrame.open(subscription.broadcasting(), payload.toBuffer());
    if (filter.accepts(message.broadcasting(), message.payload().getBytes())) {
      Consumer<Buffer> handler = subscription.handler();
      if (handler == null) {
        listener.onMessage(message);
      } else {
        handler.accept(message.payload());
      }
    }
  }

  @Override
  public void onSubscriberDown(Throwable cause) {
    onTrouble.accept(cause);
  }

  @Override
  public void onMarked() {
    onMarked.run();
  }

  // -- end

  /** Fails all pending confirmations and stops reporting losses. */
  void giveUp() {
    closed = true;
    if (retryTimer >= 0) {
      vertx.cancelTimer(retryTimer);
    }
    for (RedisSubscription subscription : subscriptions.values()) {
      fail(subscription, "the pub/sub adapter was closed");
    }
  }
}
