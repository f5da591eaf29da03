// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.internal.log.LogText;
import dev.hawser.internal.node.NodeRuntime;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.protocol.SessionId;
import dev.hawser.internal.warmup.Rounds;
import dev.hawser.internal.warmup.Visits;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the whole way of a connection before the node is ready, so that its code is compiled when
 * clients come. It has a cable of its own, with a Vert.x of its own, on a port of the loopback
 * interface and a path that cannot be guessed: so nothing of it is in the application's events,
 * metrics or limits, nothing from outside reaches it, and nothing of it is left. Thread-safe.
 */
final class WarmUp {
  private static final Logger log = LoggerFactory.getLogger(WarmUp.class);

  private static final int MANY = 1_000_000;
  private static final long PATIENCE_SECONDS = 10;

  private final Vertx vertx;
  private final boolean portableSockets;
  private final long mostMs;
  private final Promise<Void> ended = Promise.promise();
  private volatile boolean stopped;

  /**
   * Prepares a warm-up.
   *
   * @param context of the cable that is to be ready, of which nothing but the time is used
   * @param vertx of the application, whose kind of transport is used
   * @param portableSockets whether sockets are served by public API of Vert.x alone
   */
  WarmUp(CableContext context, Vertx vertx, boolean portableSockets) {
    this.vertx = vertx;
    this.portableSockets = portableSockets;
    this.mostMs = context.runtime().isForClients() ? context.options().ms(CableOption.WARM_UP) : 0;
  }

  /** Begins. The future always succeeds: a node that is not warm serves clients, too. */
  Future<Void> begin() {
    if (mostMs == 0) {
      ended.complete();
    } else {
      Context caller = vertx.getOrCreateContext();
      Thread thread = new Thread(() -> run(caller), "hawser-warm-up");
      thread.setDaemon(true);
      thread.start();
    }
    return ended.future();
  }

  /** Whether it has not ended. */
  boolean isRunning() {
    return !ended.future().isComplete();
  }

  /** Ends it early: the node is about to stop. */
  void stop() {
    stopped = true;
  }

  private void run(Context caller) {
    long startedAt = System.nanoTime();
    try {
      int count = warm(startedAt);
      Duration took = Duration.ofMillis(msSince(startedAt));
      log.info("warmed up: clients={} ms={}", count, took.toMillis());
    } catch (Exception | Error e) {
      log.warn("the warm-up failed, so the first clients are served slowly", LogText.of(e));
    } finally {
      caller.runOnContext(nothing -> ended.complete());
    }
  }

  private int warm(long startedAt) throws Exception {
    Vertx own = Vertx.vertx(new VertxOptions()
        .setPreferNativeTransport(vertx.isNativeTransportEnabled())
        .setEventLoopPoolSize(1)
        .setFileSystemOptions(new FileSystemOptions()
            .setClassPathResolvingEnabled(false)
            .setFileCachingEnabled(false)));
    Cable cable = cable(own);
    try {
      return new Rounds(visits(own, cable), () -> stopped || msSince(startedAt) >= mostMs).run();
    } finally {
      cable.discard();
      await(own.close());
    }
  }

  private Cable cable(Vertx own) {
    return Cable.builder(own)
        .connection(AnyConnection::new)
        .channel(AnyChannel.class, AnyChannel::new)
        .channel(LoopChannel.class, LoopChannel::new)
        .portableSockets(portableSockets)
        .maxConnectsPerSecondPerAddress(MANY)
        .maxCommandsPerSecond(MANY)
        .slowCallbackWarning(Duration.ZERO)
        .blockedLoopWarning(Duration.ZERO)
        .build(NodeRuntime.ofWarmUp(own));
  }

  private static Visits visits(Vertx own, Cable cable) throws Exception {
    String path = "/" + SessionId.random();
    HttpServer http = cable.guard(own.createHttpServer(Cable.httpServerOptions())
        .requestHandler(requestHandler(own, cable, path)));
    int port = await(http.listen(0, "127.0.0.1")).actualPort();
    return new Visits(
        port,
        path,
        List.of(AnyChannel.class.getSimpleName(), LoopChannel.class.getSimpleName()),
        task -> own.runOnContext(nothing -> task.run()));
  }

  /** Every other request comes through a router: applications use a cable with and without one. */
  private static Handler<HttpServerRequest> requestHandler(Vertx own, Cable cable, String path) {
    Router router = Router.router(own);
    router.route(path).handler(cable);
    Handler<HttpServerRequest> direct = cable.requestHandler();
    AtomicInteger requests = new AtomicInteger();
    return request -> {
      boolean isRouted = requests.incrementAndGet() % 2 == 0 || !path.equals(request.path());
      (isRouted ? router : direct).handle(request);
    };
  }

  private static <T> T await(Future<T> step)
      throws InterruptedException, ExecutionException, TimeoutException {
    return step.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static long msSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  private static final class AnyConnection extends Connection {
    @Override
    protected void connect() {
      identifiedBy("address", request().remoteAddress());
    }
  }

  @SuppressWarnings("UnusedMethod") // Actions are called by their names.
  private static class AnyChannel extends Channel<AnyConnection> {
    @SuppressWarnings("EffectivelyPrivate") // Or Jackson may not use it in a named module.
    public record Params(String room) {}

    @Override
    protected void subscribed() {
      streamFor(params(Params.class).room());
    }

    @Action
    void echo(JsonNode data) {
      transmit(data);
    }

    @Action
    void tell(JsonNode data) {
      broadcastTo(params(Params.class).room(), data);
    }
  }

  @EventLoop
  private static final class LoopChannel extends AnyChannel {}
}
