// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubMessage;
import dev.hawser.pubsub.PubSubRefusedException;
import dev.hawser.pubsub.PubSubUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the connections up and every subscription on the server in charge of it. Confined to the
 * adapter's loop, but for {@link #isUp}.
 *
 * <p>There is one remedy for everything that can go wrong, the repair: ask for the topology, send
 * every subscription to its server, connect what is not connected. It runs at the start, after any
 * trouble with backoff, and now and then to see changes that cause no trouble. Repairs do not
 * overlap; trouble during one makes another follow.
 */
final class RedisBackend implements RedisSubscriber.Owner {
  private static final Logger log = LoggerFactory.getLogger(RedisBackend.class);

  private final Vertx vertx;
  private final RedisConfig config;
  private final AdapterLoop loop;
  private final PubSubAdapter.Listener listener;
  private final MessageFilter filter;
  private final Links links;
  private final Topology topology;
  private final Publishers publishers;
  private final LinkHealth health;
  private final Backoff backoff;
  private final LogThrottle throttle = new LogThrottle();
  private final Promise<Void> started = Promise.promise();

  private final Map<String, RedisSubscription> subscriptions = new HashMap<>();
  private final Map<Endpoint, RedisSubscriber> subscribers = new HashMap<>();
  private final Set<RedisSubscription> refused = new HashSet<>();
  private @Nullable Shards shards;
  private boolean repairing;
  private boolean repairAgain;
  private long repairTimer = -1;
  private long refreshTimer = -1;
  private long retryTimer = -1;
  private long wholeSince = System.nanoTime();
  private boolean closed;
  private volatile boolean up;
  private final AtomicLong reconnects = new AtomicLong();

  RedisBackend(
      Vertx vertx,
      RedisConfig config,
      AdapterLoop loop,
      PubSubAdapter.Listener listener,
      MessageFilter filter) {
    this.vertx = vertx;
    this.config = config;
    this.loop = loop;
    this.listener = listener;
    this.filter = filter;
    this.links = new Links(vertx, config);
    this.topology = Topology.of(links, config);
    this.publishers = new Publishers(vertx, config, this::trouble, loop::wake);
    this.health = new LinkHealth(listener);
    this.backoff = new Backoff(
        config.ms(RedisOption.MIN_RECONNECT_DELAY),
        config.ms(RedisOption.MAX_RECONNECT_DELAY),
        bound -> ThreadLocalRandom.current().nextLong(bound));
  }

  /** Completes when the servers can be reached for the first time, however long that takes. */
  Future<Void> start() {
    repair();
    if (topology.isVariable()) {
      refreshTimer = vertx.setPeriodic(config.ms(RedisOption.TOPOLOGY_REFRESH_INTERVAL), due -> {
        if (repairTimer < 0) {
          repair();
        }
      });
    }
    return started.future();
  }

  /** Whether messages flow in both directions. Any thread. */
  boolean isUp() {
    return up && health.isWhole();
  }

  /** How many repairs brought a connection back. Any thread. */
  long reconnects() {
    return reconnects.get();
  }

  // -- what the adapter asks for

  void publish(Publication message) {
    if (closed) {
      message.done().fail(new PubSubUnavailableException("the pub/sub adapter is closed", null));
    } else {
      publishers.publish(message);
    }
  }

  void subscribe(RedisSubscription subscription) {
    if (closed || subscription.isEnded()) {
      subscription
          .confirmation()
          .tryFail(new PubSubUnavailableException("the subscription has ended", null));
      return;
    }
    subscriptions.put(subscription.channel(), subscription);
    assign(subscription);
    connectSubscribers();
  }

  void unsubscribe(RedisSubscription subscription) {
    if (!subscriptions.remove(subscription.channel(), subscription)) {
      return;
    }
    refused.remove(subscription);
    health.ended(subscription);
    RedisSubscriber subscriber = subscription.subscriber();
    if (subscriber != null) {
      subscriber.remove(subscription);
    }
    subscription
        .confirmation()
        .tryFail(new PubSubUnavailableException("the subscription has ended", null));
  }

  /** Ends every turn of the loop. */
  void flush() {
    publishers.flush();
    subscribers.values().forEach(RedisSubscriber::flush);
  }

  // -- repair

  private void repair() {
    if (closed || repairing) {
      repairAgain = true;
      return;
    }
    repairing = true;
    repairAgain = false;
    topology
        .find()
        .compose(found -> {
          route(found);
          return connectAll();
        })
        .onComplete(result -> {
          repairing = false;
          if (!closed) {
            repaired(result.cause());
          }
        });
  }

  private void repaired(@Nullable Throwable failure) {
    boolean connected = isConnected();
    boolean again = connected && !up && started.future().isComplete();
    up = connected;
    if (connected) {
      if (again) {
        reconnects.incrementAndGet();
        log.info("connected to Redis again: site={}", config.site());
      }
      if (started.tryComplete()) {
        log.info("connected to Redis: site={}", config.site());
      }
    } else if (failure != null && throttle.passes()) {
      log.warn(
          "no connection to Redis: site={} attempts={} problem={}",
          config.site(),
          backoff.attempt() + 1,
          failure.getMessage());
    }
    if (!connected || repairAgain || hasHomeless()) {
      scheduleRepair();
    } else {
      wholeSince = System.nanoTime();
    }
  }

  private boolean isConnected() {
    return publishers.areUp() && subscribers.values().stream().allMatch(RedisSubscriber::isUp);
  }

  private boolean hasHomeless() {
    return subscriptions.values().stream().anyMatch(one -> one.subscriber() == null);
  }

  private void trouble(Throwable cause) {
    if (closed) {
      return;
    }
    if (!isConnected()) {
      if (up) {
        log.warn("connection to Redis lost: problem={}", cause.getMessage());
      }
      up = false;
    }
    if (repairing) {
      repairAgain = true;
    } else {
      scheduleRepair();
    }
  }

  private void scheduleRepair() {
    if (repairTimer >= 0) {
      return;
    }
    long stableNanos = TimeUnit.MILLISECONDS.toNanos(config.ms(RedisOption.MAX_RECONNECT_DELAY));
    if (wholeSince != 0 && System.nanoTime() - wholeSince > stableNanos) {
      backoff.reset();
    }
    wholeSince = 0;
    repairTimer = vertx.setTimer(backoff.nextMs(), due -> {
      repairTimer = -1;
      repair();
    });
  }

  /** Sends every subscription to the server in charge. */
  private void route(Shards found) {
    if (closed) {
      return;
    }
    shards = found;
    publishers.route(found);
    subscribers.values().removeIf(subscriber -> {
      boolean gone = !found.masters().contains(subscriber.endpoint());
      if (gone) {
        subscriber.subscriptions().forEach(this::release);
        subscriber.close();
      }
      return gone;
    });
    subscriptions.values().forEach(this::assign);
    loop.wake();
  }

  private void assign(RedisSubscription subscription) {
    Endpoint owner = shards == null ? null : shards.owner(subscription.slot());
    RedisSubscriber current = subscription.subscriber();
    if (owner == null || (current != null && current.endpoint().equals(owner))) {
      return;
    }
    if (current != null) {
      release(subscription);
    }
    boolean sharded = shards != null && shards.isSharded();
    subscribers
        .computeIfAbsent(owner, server -> new RedisSubscriber(server, sharded, this))
        .add(subscription);
  }

  private void release(RedisSubscription subscription) {
    RedisSubscriber current = subscription.subscriber();
    if (current != null) {
      current.remove(subscription);
      health.lost(
          subscription, new PubSubUnavailableException("another server is in charge now", null));
    }
  }

  private Future<Void> connectAll() {
    List<Future<?>> attempts = new ArrayList<>();
    for (Publisher publisher : publishers.down()) {
      attempts.add(links
          .open(publisher.endpoint(), LinkPurpose.PUBLISH)
          .onSuccess(link -> publishers.connected(publisher, link)));
    }
    for (RedisSubscriber subscriber : subscribers.values()) {
      if (!subscriber.isUp()) {
        attempts.add(links
            .open(subscriber.endpoint(), LinkPurpose.SUBSCRIBE)
            .onSuccess(subscriber::connected));
      }
    }
    return attempts.isEmpty() ? Future.succeededFuture() : Future.join(attempts).mapEmpty();
  }

  /** A first subscription needs a connection at once, not after some trouble. */
  private void connectSubscribers() {
    boolean missing = subscribers.values().stream().anyMatch(subscriber -> !subscriber.isUp());
    if (missing && repairTimer < 0) {
      repair();
    }
  }

  // -- what becomes of subscriptions

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

  /** A new one fails; one that worked before may work again when the operator has seen the log. */
  @Override
  public void onRefused(RedisSubscription subscription, String error) {
    if (!subscription.wasEverLive()) {
      subscriptions.remove(subscription.channel(), subscription);
      RedisSubscriber subscriber = subscription.subscriber();
      if (subscriber != null) {
        subscriber.remove(subscription);
      }
      subscription
          .confirmation()
          .tryFail(new PubSubRefusedException("Redis refused the subscription: " + error));
      return;
    }
    if (throttle.passes()) {
      log.error(
          "Redis refuses a subscription that it had accepted: broadcasting={} problem={}",
          subscription.broadcasting(),
          error);
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
      RedisSubscriber subscriber = subscription.subscriber();
      if (subscriber != null) {
        subscriber.retry(subscription);
      }
    }
    refused.clear();
    loop.wake();
  }

  @Override
  public void onMisdirected(RedisSubscription subscription, String error) {
    RedisSubscriber subscriber = subscription.subscriber();
    if (subscriber != null) {
      subscriber.remove(subscription);
    }
    trouble(new PubSubUnavailableException(error, null));
  }

  @Override
  public void onMessage(RedisSubscription subscription, Response payload) {
    Buffer buffer = payload.toBuffer();
    if (filter.accepts(subscription.broadcasting(), buffer.getBytes())) {
      listener.onMessage(new PubSubMessage(subscription.broadcasting(), buffer));
    }
  }

  @Override
  public void onSubscriberDown(Throwable cause) {
    trouble(cause);
  }

  @Override
  public void onMarked() {
    loop.wake();
  }

  // -- end

  Future<Void> close() {
    closed = true;
    up = false;
    for (long timer : new long[] {repairTimer, refreshTimer, retryTimer}) {
      if (timer >= 0) {
        vertx.cancelTimer(timer);
      }
    }
    PubSubUnavailableException closing =
        new PubSubUnavailableException("the pub/sub adapter was closed", null);
    started.tryFail(closing);
    publishers.giveUp();
    Promise<Void> quiet = Promise.promise();
    long patience =
        vertx.setTimer(config.ms(RedisOption.CLOSE_TIMEOUT), late -> quiet.tryComplete());
    publishers.quiet().onComplete(answered -> quiet.tryComplete());
    return quiet
        .future()
        .compose(settled -> {
          vertx.cancelTimer(patience);
          return links.closeAll();
        })
        .onComplete(ended -> subscriptions
            .values()
            .forEach(subscription -> subscription.confirmation().tryFail(closing)));
  }
}
