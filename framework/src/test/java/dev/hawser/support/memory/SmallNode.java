// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.Action;
import dev.hawser.Cable;
import dev.hawser.Channel;
import dev.hawser.Connection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A node with little memory, as a process of its own, whose channel lets clients have as much as
 * the limits allow. Prints its port once it listens, and ends with its standard input.
 */
public final class SmallNode {

  /** Does what a careless application lets its clients do. */
  public static final class GreedyChannel extends Channel<Connection> {
    /** A client's own list of streams. */
    record Streams(List<String> names) {}

    @Action
    void stream(Streams streams) {
      streams.names().forEach(this::streamFrom);
    }

    @Action
    void repeat() {
      while (true) {
        periodically(Duration.ofHours(1), () -> {}); // Throws when there are too many.
      }
    }

    @Action
    Future<Void> hold(ObjectNode data) {
      Promise<Void> never = Promise.promise();
      return never.future().onComplete(ended -> data.removeAll());
    }

    @Action
    void echo(ObjectNode data) {
      transmit(data);
    }
  }

  private SmallNode() {}

  /** Listens on a free port of all loopback addresses. */
  public static void main(String[] arguments) throws IOException {
    Vertx vertx = Vertx.vertx();
    Cable cable = Cable.builder(vertx)
        .connection(() -> new Connection() {})
        .channel(GreedyChannel.class, GreedyChannel::new)
        .checkOrigin(false)
        .maxConnectionsPerAddress(1000)
        .build();
    Router router = Router.router(vertx);
    router.route("/cable").handler(cable);
    HttpServer server = vertx
        .createHttpServer(Cable.httpServerOptions().setHost("0.0.0.0").setPort(0))
        .requestHandler(router)
        .listen()
        .toCompletionStage()
        .toCompletableFuture()
        .join();
    report("port=" + server.actualPort());
    while (System.in.read() >= 0) {
      /* until the test, or its process, is gone */
    }
    Runtime.getRuntime().halt(0);
  }

  @SuppressWarnings("SystemOut") // how the test learns the port
  private static void report(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
