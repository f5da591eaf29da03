// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.answers.AnswerStore;
import dev.hawser.history.HistoryStore;
import dev.hawser.presence.PresenceStore;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubMessage;
import dev.hawser.pubsub.PubSubOverloadedException;
import dev.hawser.pubsub.PubSubRefusedException;
import dev.hawser.pubsub.PubSubUnavailableException;
import dev.hawser.sessions.SessionStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The pub/sub adapter over Redis, for an application on several nodes.
 *
 * <pre>{@code
 * Cable.builder(vertx).pubSub(RedisPubSub.create(vertx, "redis://localhost:6379"))
 * }</pre>
 *
 * <p>The channel in Redis is the name of the stream, after
 * {@link RedisPubSubBuilder#channelPrefix(String) RedisPubSubBuilder.channelPrefix} and a colon if
 * a prefix is set. The payload is the message as JSON, as with ActionCable's Redis adapter. So
 * {@code redis-cli PUBLISH chat:1 '{"text":"Ahoy"}'} reaches the subscribers of {@code chat:1}.
 * Payloads that are not JSON or are too large are skipped and counted.
 *
 * <p>When a link is lost, the adapter reconnects with backoff and subscribes to everything again.
 * Until then new subscriptions wait, {@link #isConnected} is {@code false}, and {@link #publish
 * publish} fails with {@link PubSubUnavailableException}, after
 * {@link RedisPubSubBuilder#publishRetryTimeout RedisPubSubBuilder.publishRetryTimeout} if that is
 * set. Messages that other nodes publish in the meantime do not reach this one, because Redis
 * pub/sub delivers at most once; only streams with history catch up.
 *
 * <p>It needs Redis 6 or newer, and 6.2 or newer for presence, history, kept answers and restored
 * sessions: one server, a master watched by Sentinels, or a Cluster. {@link #start start} waits for
 * a server that cannot be reached yet.
 *
 * <p>Thread-safe. Futures complete on the Vert.x context of the caller if there is one, and
 * otherwise on an event loop, which handlers must not block.
 *
 * @since 0.1.0
 */
public final class RedisPubSub implements PubSubAdapter {
  private final Vertx vertx;
  private final RedisConfig config;
  private final MessageFilter filter;
  private final AdapterLoop loop;
  private final AtomicReference<@Nullable RedisBackend> backend = new AtomicReference<>();
  private final AtomicReference<@Nullable Future<Void>> closing = new AtomicReference<>();
  private final ConcurrentMap<String, RedisSubscription> subscriptions = new ConcurrentHashMap<>();
  private final Backlog backlog;
  private final RedisPresence presence;
  private final Promise<String> deployment = Promise.promise();

  RedisPubSub(Vertx vertx, RedisConfig config) {
    this.vertx = vertx;
    this.config = config;
    this.filter = new MessageFilter(config.count(RedisOption.MAX_PAYLOAD_BYTES));
    this.backlog = new Backlog(config);
    this.presence = new RedisPresence(this, config.names());
    this.loop = new AdapterLoop(this::endTurn, this::end);
  }

  /**
   * Creates an adapter with default options, for one cable or broadcaster.
   *
   * @param vertx the Vert.x instance that the connections live in
   * @param url URL of Redis, as for {@link RedisPubSubBuilder#url(String) RedisPubSubBuilder.url}
   * @return a new adapter, not started
   * @throws IllegalArgumentException if the URL is not valid; the message does not repeat it
   */
  public static RedisPubSub create(Vertx vertx, String url) {
    return builder(vertx).url(url).build();
  }

  /**
   * Creates a builder of an adapter.
   *
   * @param vertx the Vert.x instance that the connections live in
   * @return a new builder with default options
   */
  public static RedisPubSubBuilder builder(Vertx vertx) {
    return new RedisPubSubBuilder(vertx);
  }

  /**
   * {@inheritDoc}
   *
   * <p>While Redis cannot be reached, the future waits and the adapter tries again.
   */
  @Override
  public Future<Void> start(Listener listener) {
    Objects.requireNonNull(listener, "listener");
    if (closing.get() != null) {
      return Future.failedFuture(closed());
    }
    RedisBackend fresh = new RedisBackend(vertx, config, loop, withPresence(listener), filter);
    if (!backend.compareAndSet(null, fresh)) {
      return Future.failedFuture(new IllegalStateException(
          "this adapter already serves a cable; create one RedisPubSub per cable"));
    }
    Promise<Void> started = Promise.promise();
    loop.execute(() -> fresh.start().onComplete(started));
    vertx.deployVerticle(loop).onComplete(deployment);
    deployment.future().onFailure(gone -> {
      closing.compareAndSet(null, Future.succeededFuture());
      started.tryFail(gone);
    });
    return forCaller(started.future());
  }

  private void endTurn() {
    RedisBackend running = backend.get();
    if (running != null) {
      running.flush();
    }
  }

  /**
   * {@inheritDoc}
   *
   * @return completes when Redis has accepted the message, and has kept it if the stream has
   *     history. Fails with {@link PubSubUnavailableException} while there is no link, or if the
   *     link is lost before Redis answers; with {@link PubSubOverloadedException} if too many
   *     messages or bytes wait already; with {@link PubSubRefusedException} if Redis answers with
   *     an error; with {@link IllegalArgumentException} if the name is empty or the payload larger
   *     than {@link RedisPubSubBuilder#maxPayloadBytes RedisPubSubBuilder.maxPayloadBytes}
   */
  @Override
  public Future<Void> publish(String broadcasting, Buffer payload) {
    return publish(broadcasting, payload, false);
  }

  @Override
  public Future<Void> publishTransient(String broadcasting, Buffer payload) {
    return publish(broadcasting, payload, true);
  }

  private Future<Void> publish(String broadcasting, Buffer payload, boolean passing) {
    RedisBackend running = backend.get();
    if (running == null || closing.get() != null) {
      return Future.failedFuture(closed());
    }
    String channel;
    int bytes = payload.length();
    try {
      checkSize(bytes);
      channel = config.names().channelOf(broadcasting);
      backlog.addPublish(bytes);
    } catch (IllegalArgumentException | PubSubOverloadedException e) {
      return Future.failedFuture(e);
    }
    Promise<Void> done = Promise.promise();
    Future<Void> answered = done.future().onComplete(result -> backlog.removePublish(bytes));
    Publication message = new Publication(config, channel, payload.getBytes(), passing, done);
    loop.execute(() -> running.publish(message));
    return forCaller(answered);
  }

  private void checkSize(int bytes) {
    int most = config.count(RedisOption.MAX_PAYLOAD_BYTES);
    if (bytes > most) {
      throw new IllegalArgumentException(
          "payload: " + bytes + " bytes (expected: at most maxPayloadBytes, " + most + ")");
    }
  }

  /**
   * {@inheritDoc}
   *
   * @return completes when Redis has acknowledged the subscription, which may take as long as the
   *     link is down. Fails with {@link PubSubOverloadedException} if too many subscriptions wait
   *     already; with {@link PubSubRefusedException} if Redis does not permit it; with
   *     {@link PubSubUnavailableException} if it is ended before that
   */
  @Override
  public Future<Void> subscribe(String broadcasting) {
    RedisBackend running = backend.get();
    if (running == null || closing.get() != null) {
      return Future.failedFuture(closed());
    }
    try {
      String channel = config.names().channelOf(broadcasting);
      backlog.addSubscription();
      return subscribe(running, new RedisSubscription(broadcasting, channel));
    } catch (IllegalArgumentException | PubSubOverloadedException e) {
      return Future.failedFuture(e);
    }
  }

  private Future<Void> subscribe(RedisBackend running, RedisSubscription fresh) {
    String broadcasting = fresh.broadcasting();
    fresh.confirmation().future().onComplete(result -> {
      backlog.removeSubscription();
      if (result.failed()) {
        subscriptions.remove(broadcasting, fresh);
      }
    });
    RedisSubscription current = subscriptions.compute(broadcasting, (name, earlier) -> {
      if (earlier != null) {
        return earlier;
      }
      loop.execute(() -> running.subscribe(fresh));
      return fresh;
    });
    if (current != fresh) {
      fresh.confirmation().tryFail("the name is subscribed already");
    }
    return forCaller(current.confirmation().future());
  }

  /**
   * {@inheritDoc}
   *
   * <p>No message is delivered after this method returns; the future completes when the adapter has
   * processed the call.
   */
  @Override
  public Future<Void> unsubscribe(String broadcasting) {
    RedisBackend running = backend.get();
    if (running == null) {
      return Future.succeededFuture();
    }
    Promise<Void> done = Promise.promise();
    subscriptions.computeIfPresent(broadcasting, (name, subscription) -> {
      subscription.end();
      loop.execute(() -> {
        running.unsubscribe(subscription);
        done.tryComplete();
      });
      return null;
    });
    loop.execute(() -> done.tryComplete());
    return forCaller(done.future());
  }

  /** The listener, and before it the store of presence when it is about the link. */
  private PubSubAdapter.Listener withPresence(PubSubAdapter.Listener listener) {
    return new PubSubAdapter.Listener() {
      @Override
      public void onMessage(PubSubMessage message) {
        listener.onMessage(message);
      }

      @Override
      public void onLinkLost(Throwable cause) {
        presence.linkChanged(false);
        listener.onLinkLost(cause);
      }

      @Override
      public void onLinkRestored() {
        presence.linkChanged(true);
        listener.onLinkRestored();
      }
    };
  }

  /**
   * {@inheritDoc}
   *
   * <p>The store is in the same Redis, 6.2 or newer. It uses the subscribing connections of this
   * adapter, and one more connection to each server for scripts, once a stream has presence.
   *
   * @return a store that is not started
   */
  @Override
  public PresenceStore presence() {
    return presence;
  }

  /** Subscribes for the store of presence. */
  Future<Void> follow(String broadcasting, String channel, Consumer<Buffer> handler) {
    RedisBackend running = backend.get();
    if (running == null || closing.get() != null) {
      return Future.failedFuture(closed());
    }
    try {
      backlog.addSubscription();
      return subscribe(running, new RedisSubscription(broadcasting, channel, handler));
    } catch (PubSubOverloadedException e) {
      return Future.failedFuture(e);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>The counter is a key in Redis, which expires with the window.
   *
   * @return completes with the counter after the increment; fails if Redis does not answer
   */
  @Override
  public Future<Long> count(String name, Duration window) {
    if (closing.get() != null) {
      return Future.failedFuture(closed());
    }
    CountScript script = new CountScript(config.names().channelOf(name), window.toMillis());
    return forCaller(call(script).map(Response::toLong));
  }

  /**
   * {@inheritDoc}
   *
   * <p>The store is in the same Redis, 6.2 or newer. In a Cluster all of it is in one slot, and so
   * on one server.
   *
   * @return a store for all nodes
   */
  @Override
  public AnswerStore answers() {
    return new RedisAnswers(this::call, config.names());
  }

  /**
   * {@inheritDoc}
   *
   * <p>The store is in the same Redis, 6.2 or newer. In a Cluster all keys of a stream are in the
   * slot of its channel.
   *
   * @return a store for all nodes
   */
  @Override
  public HistoryStore history() {
    return new RedisHistory(vertx, this::call, config);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The store is in the same Redis, 6.2 or newer: one key for each session, which expires.
   *
   * @return a store for all nodes
   */
  @Override
  public SessionStore sessions() {
    return new RedisSessions(this::call, config.names());
  }

  /** Calls a script for a store. */
  Future<Response> call(RedisScript script) {
    RedisBackend running = backend.get();
    if (running == null || loop.hasEnded()) {
      return Future.failedFuture(closed());
    }
    Promise<Response> answer = Promise.promise();
    loop.execute(() -> running.call(script).onComplete(answer));
    return answer.future();
  }

  @Override
  public boolean isConnected() {
    RedisBackend running = backend.get();
    return running != null && closing.get() == null && running.isUp();
  }

  /**
   * Returns statistics of this adapter, for metrics.
   *
   * @return a snapshot
   */
  public RedisPubSubStatistics statistics() {
    RedisBackend running = backend.get();
    return new RedisPubSubStatistics(
        subscriptions.size(),
        backlog.subscriptions(),
        backlog.publishes(),
        backlog.publishBytes(),
        filter.accepted(),
        filter.malformed(),
        filter.tooLarge(),
        running == null ? 0 : running.reconnects());
  }

  /**
   * {@inheritDoc}
   *
   * <p>It waits for the answers to messages under way, at most
   * {@link RedisPubSubBuilder#closeTimeout RedisPubSubBuilder.closeTimeout}. Closing the Vert.x
   * instance closes the adapter, too.
   */
  @Override
  public Future<Void> close() {
    return end()
        .compose(ended -> backend.get() == null || loop.hasEnded()
            ? Future.succeededFuture()
            : deployment.future().compose(vertx::undeploy).otherwiseEmpty());
  }

  /** Closes the backend, once. */
  private Future<Void> end() {
    Promise<Void> end = Promise.promise();
    if (!closing.compareAndSet(null, end.future())) {
      return Objects.requireNonNull(closing.get());
    }
    RedisBackend running = backend.get();
    if (running == null) {
      end.complete();
    } else {
      loop.execute(() -> running.close().onComplete(closed -> {
        subscriptions.clear();
        end.complete();
      }));
    }
    return end.future();
  }

  private static PubSubUnavailableException closed() {
    return new PubSubUnavailableException(
        "the pub/sub adapter is not running: no cable started it, or its cable is closed", null);
  }

  /** The same future, completing on the caller's context if it has one. */
  private static <T> Future<T> forCaller(Future<T> future) {
    Context caller = Vertx.currentContext();
    if (caller == null) {
      return future;
    }
    Promise<T> answer = Promise.promise();
    future.onComplete(result -> AdapterLoop.run(caller, () -> answer.handle(result)));
    return answer.future();
  }
}
