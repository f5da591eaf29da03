// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.internal.log.LogText;
import dev.hawser.internal.log.LogThrottle;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the connections up and every subscription on the server in charge of it. Confined to the
 * adapter's loop, but for {@link #isUp} and {@link #reconnects}.
 *
 * <p>There is one remedy for everything that can go wrong, the repair: ask for the topology, assign
 * every subscription to its server, connect what is not connected. It runs at the start, after any
 * trouble with backoff, and periodically to see changes that cause no trouble. Repairs do not
 * overlap; trouble during one makes another follow.
 */
final class RedisBackend {
  private static final Logger log = LoggerFactory.getLogger(RedisBackend.class);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final RedisConfig config;
  private final Links links;
  private final Topology topology;
  private final Publishers publishers;
  private final RedisSubscribers subscribers;
  private final ScriptLinks scripts;
  private final Backoff backoff;
  private final LogThrottle throttle = new LogThrottle(LOG_INTERVAL);
  private final Promise<Void> started = Promise.promise();

  private boolean repairing;
  private boolean repairAgain;
  private long repairTimer = -1;
  private long refreshTimer = -1;
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
    this.links = new Links(vertx, config);
    this.topology = topology(config, links);
    this.publishers =
        new Publishers(vertx, config, this::trouble, this::restartHistory, loop::wake);
    this.subscribers =
        new RedisSubscribers(vertx, config, listener, filter, this::trouble, loop::wake);
    this.scripts = new ScriptLinks(links, this::trouble);
    this.backoff = new Backoff(
        config.ms(RedisOption.MIN_RECONNECT_DELAY),
        config.ms(RedisOption.MAX_RECONNECT_DELAY),
        bound -> ThreadLocalRandom.current().nextLong(bound));
  }

  private static Topology topology(RedisConfig config, Links links) {
    return switch (config.site().kind()) {
      case STANDALONE -> new StandaloneTopology(config.site().seeds().get(0));
      case SENTINEL -> new SentinelTopology(links, config);
      case CLUSTER -> new ClusterTopology(links, config);
    };
  }

  /** Completes when the servers can be reached for the first time, however long that takes. */
  Future<Void> start() {
    repair();
    if (topology.isVariable()) {
      refreshTimer = vertx.setPeriodic(
          config.ms(RedisOption.TOPOLOGY_REFRESH_INTERVAL), due -> repairUnlessScheduled());
    }
    return started.future();
  }

  /** Whether messages flow in both directions. Any thread. */
  boolean isUp() {
    return up && subscribers.isWhole();
  }

  /** How many repairs restored a lost connection. Any thread. */
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
    subscribers.subscribe(subscription);
    if (!subscribers.areUp()) {
      // The first subscription on a server needs a connection at once, not after some trouble.
      repairUnlessScheduled();
    }
  }

  void unsubscribe(RedisSubscription subscription) {
    subscribers.unsubscribe(subscription);
  }

  Future<Response> call(RedisScript script) {
    return closed
        ? Future.failedFuture(new PubSubUnavailableException("the pub/sub adapter is closed", null))
        : scripts.call(script);
  }

  /** Nothing that was numbered so far is taken up again: a message may have got no number. */
  private void restartHistory(HistoryKeys keys) {
    scripts.call(RedisHistory.restart(keys)).onFailure(failure -> {
      if (throttle.pass().isPresent()) {
        log.warn(
            "a broadcast may be missing in the history of a stream: channel={} problem={}",
            LogText.of(keys.channel()),
            LogText.of(failure.getMessage()));
      }
    });
  }

  /** Ends every turn of the loop. */
  void flush() {
    publishers.flush();
    subscribers.flush();
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

  private void route(Shards found) {
    if (!closed) {
      publishers.route(found);
      subscribers.route(found);
      scripts.route(found);
    }
  }

  private Future<Void> connectAll() {
    List<Future<?>> attempts = new ArrayList<>();
    for (Publisher publisher : publishers.down()) {
      attempts.add(links
          .open(publisher.endpoint(), LinkPurpose.PUBLISH)
          .onSuccess(link -> publishers.connected(publisher, link)));
    }
    for (RedisSubscriber subscriber : subscribers.down()) {
      attempts.add(links
          .open(subscriber.endpoint(), LinkPurpose.SUBSCRIBE)
          .onSuccess(subscriber::connected));
    }
    return attempts.isEmpty() ? Future.succeededFuture() : Future.join(attempts).mapEmpty();
  }

  private void repaired(@Nullable Throwable failure) {
    boolean connected = isConnected();
    boolean again = connected && !up && started.future().isComplete();
    up = connected;
    if (again) {
      reconnects.incrementAndGet();
      log.info("connected to Redis again: site={}", LogText.of(config.site()));
    } else if (connected && started.tryComplete()) {
      log.info("connected to Redis: site={}", LogText.of(config.site()));
    } else if (!connected && failure != null && throttle.pass().isPresent()) {
      log.warn(
          "no connection to Redis: site={} attempts={} problem={}",
          LogText.of(config.site()),
          backoff.attempt() + 1,
          LogText.of(failure.getMessage()));
    }
    if (!connected || repairAgain || !subscribers.areAssigned()) {
      scheduleRepair();
    } else {
      wholeSince = System.nanoTime();
    }
  }

  private boolean isConnected() {
    return publishers.areUp() && subscribers.areUp();
  }

  private void trouble(Throwable cause) {
    if (closed) {
      return;
    }
    if (!isConnected()) {
      if (up) {
        log.warn("connection to Redis lost: problem={}", LogText.of(cause.getMessage()));
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

  private void repairUnlessScheduled() {
    if (repairTimer < 0) {
      repair();
    }
  }

  // -- end

  Future<Void> close() {
    closed = true;
    up = false;
    vertx.cancelTimer(repairTimer);
    vertx.cancelTimer(refreshTimer);
    started.tryFail(new PubSubUnavailableException("the pub/sub adapter was closed", null));
    publishers.giveUp();
    subscribers.giveUp();
    Promise<Void> quiet = Promise.promise();
    long patience =
        vertx.setTimer(config.ms(RedisOption.CLOSE_TIMEOUT), late -> quiet.tryComplete());
    publishers.quiet().onComplete(answered -> quiet.tryComplete());
    return quiet.future().compose(settled -> {
      vertx.cancelTimer(patience);
      return links.closeAll();
    });
  }
}
