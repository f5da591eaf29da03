// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import dev.hawser.Cable;
import dev.hawser.CableBuilder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A cable at {@code /cable} of a real HTTP server on a port of its own. */
public final class TestServer implements AutoCloseable {
  private final Vertx vertx;
  private final Cable cable;
  private final Router router;
  private final HttpServer http;

  private TestServer(Vertx vertx, HttpServerOptions options, Cable cable, Consumer<Router> routes) {
    this.vertx = vertx;
    this.cable = cable;
    this.router = Router.router(vertx);
    routes.accept(router);
    router.route("/cable").handler(cable);
    this.http = await(
        cable.guard(vertx.createHttpServer(options).requestHandler(router)).listen(0));
  }

  /** Starts a server; the builder comes with short timeouts. */
  public static TestServer start(Consumer<CableBuilder> configure) {
    return start(new HttpServerOptions(), configure, router -> {});
  }

  public static TestServer start(
      HttpServerOptions options, Consumer<CableBuilder> configure, Consumer<Router> routes) {
    Vertx vertx = Vertx.vertx();
    CableBuilder builder = Cable.builder(vertx).closeTimeout(Duration.ofSeconds(2));
    configure.accept(builder);
    return new TestServer(vertx, options, builder.build(), routes);
  }

  /** Mounts one more cable. */
  public void mount(String path, Cable more) {
    router.route(path).handler(more);
  }

  public WireClient connect(String... headers) {
    return WireClient.connect(port(), "/cable", headers);
  }

  public int port() {
    return http.actualPort();
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
