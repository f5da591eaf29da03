// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.Action;
import dev.hawser.Cable;
import dev.hawser.Channel;
import dev.hawser.Connection;
import dev.hawser.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;

/** The server under test. Argument: the port. Prints {@code ready} once it listens. */
public final class HawserServer {

  /** Nobody in particular. */
  public static final class AnyConnection extends Connection {}

  /** Everybody hears everybody. */
  public static class BenchmarkChannel extends Channel<AnyConnection> {
    @Override
    protected void subscribed() {
      streamFor("all");
    }

    /** Sends to all subscribers. */
    @Action
    void broadcast(JsonNode data) {
      broadcastTo("all", data);
    }

    /** Sends back to the sender. */
    @Action
    void echo(JsonNode data) {
      transmit(data);
    }
  }

  /** The same without leaving the event loop. */
  @EventLoop
  public static final class LoopChannel extends BenchmarkChannel {}

  private HawserServer() {}

  public static void main(String[] args) {
    int port = Integer.parseInt(args[0]);
    Vertx vertx = Vertx.vertx(new VertxOptions()
        .setPreferNativeTransport(true)
        .setEventLoopPoolSize(Integer.getInteger("loops", 1)));
    Cable cable = Cable.builder(vertx)
        .connection(AnyConnection::new)
        .channel(BenchmarkChannel.class, BenchmarkChannel::new)
        .channel(LoopChannel.class, LoopChannel::new)
        .checkOrigin(false)
        .build();
    Router router = Router.router(vertx);
    router.route("/cable").handler(cable);
    router
        .route("/memory")
        .blockingHandler(context -> context.json(JsonObject.mapFrom(ProcessMemory.measure())));
    vertx
        .createHttpServer(new HttpServerOptions().setAcceptBacklog(4096))
        .requestHandler(router)
        .listen(port, "127.0.0.1")
        .onSuccess(http -> System.out.println("ready"))
        .onFailure(cause -> {
          System.err.println("cannot listen: " + cause.getMessage());
          Runtime.getRuntime().halt(1);
        });
  }
}
