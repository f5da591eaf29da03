// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import dev.hawser.Cable;
import dev.hawser.CableBuilder;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A cable at {@code /cable} of a real HTTP server on a port of its own. */
public final class TestServer implements AutoCloseable {
  private final Vertx vertx;
  private final Cable cable;
  private final Router router;
  private final HttpServerOptions options;
  private final int port;

  private TestServer(
      Vertx vertx, int loops, HttpServerOptions options, Cable cable, Consumer<Router> routes) {
    this.vertx = vertx;
    this.options = options;
    this.cable = cable;
    this.router = Router.router(vertx);
    routes.accept(router);
    router.route("/cable").handler(cable);
    this.port = loops == 1 ? await(listen(0)).actualPort() : listenOn(loops, freePort());
  }

  private Future<HttpServer> listen(int port) {
    return cable.guard(vertx.createHttpServer(options).requestHandler(router)).listen(port);
  }

  /** Servers that share a port, as many as event loops are to have connections. */
  private int listenOn(int loops, int port) {
    Supplier<Deployable> server = () -> context -> listen(port);
    await(vertx.deployVerticle(server, new DeploymentOptions().setInstances(loops)));
    return port;
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a server; the builder comes with short timeouts. */
  public static TestServer start(Consumer<CableBuilder> configure) {
    return start(1, new HttpServerOptions(), configure, router -> {});
  }

  /** Starts a server whose connections are spread over so many event loops. */
  public static TestServer start(
      int loops,
      HttpServerOptions options,
      Consumer<CableBuilder> configure,
      Consumer<Router> routes) {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(Math.max(loops, 4)));
    CableBuilder builder = Cable.builder(vertx).closeTimeout(Duration.ofSeconds(2));
    configure.accept(builder);
    return new TestServer(vertx, loops, options, builder.build(), routes);
  }

  /** Mounts one more cable. */
  public void mount(String path, Cable more) {
    router.route(path).handler(more);
  }

  /** Says at a path whether the node is ready. */
  public void mountReadiness(String path) {
    router.route(path).handler(cable.readinessHandler());
  }

  public WireClient connect(String... headers) {
    return WireClient.connect(port(), "/cable", headers);
  }

  public int port() {
    return port;
  }

  public Cable cable() {
    return cable;
  }

  public Vertx vertx() {
    return vertx;
  }

  /** Waits for a future, at most {@link WireClient#PATIENCE_MS}. */
  public static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(WireClient.PATIENCE_MS, TimeUnit.MILLISECONDS);
    } catch (Exception e) {
      throw new AssertionError("the future did not succeed", e);
    }
  }

  @Override
  public void close() {
    await(cable.close());
    await(vertx.close());
  }
}
