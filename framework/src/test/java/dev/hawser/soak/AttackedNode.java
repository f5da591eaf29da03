// SPDX-License-Identifier: Apache-2.0
package dev.hawser.soak;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.Action;
import dev.hawser.Cable;
import dev.hawser.Channel;
import dev.hawser.Connection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SelfSignedCertificate;
import io.vertx.ext.web.Router;
import java.io.IOException;

/**
 * A node with the default limits, as a process of its own, so that its heap is its own. Prints its
 * port once it listens, and ends with its standard input.
 */
public final class AttackedNode {

  /** A room that anybody may enter and talk in. */
  public static final class RoomChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFor(params().path("room").asInt());
    }

    @Action
    Future<Void> say(JsonNode data) {
      return broadcastTo(params().path("room").asInt(), data);
    }

    @Action
    void echo(JsonNode data) {
      transmit(data);
    }
  }

  private AttackedNode() {}

  /** Listens on a free port, with TLS if the first argument says {@code tls}. */
  public static void main(String[] arguments) throws IOException {
    boolean tls = arguments.length > 0 && arguments[0].equals("tls");
    Vertx vertx = Vertx.vertx();
    Cable cable = Cable.builder(vertx)
        .connection(() -> new Connection() {})
        .channel(RoomChannel.class, RoomChannel::new)
        .checkOrigin(false)
        .compressFromBytes(200)
        .build();
    Router router = Router.router(vertx);
    router.route("/cable").handler(cable);
    router.get("/state").handler(context -> {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      context.json(new JsonObject()
          .put("heap", runtime.totalMemory() - runtime.freeMemory())
          .put("connections", cable.connectionCount())
          .put("streams", cable.streamCount())
          .put("threads", Thread.activeCount()));
    });
    HttpServerOptions options = Cable.httpServerOptions().setHost("0.0.0.0").setPort(0);
    if (tls) {
      options.setSsl(true).setKeyCertOptions(SelfSignedCertificate.create().keyCertOptions());
    }
    HttpServer server = cable
        .guard(vertx.createHttpServer(options).requestHandler(router))
        .listen()
        .toCompletionStage()
        .toCompletableFuture()
        .join();
    say("port=" + server.actualPort());
    while (System.in.read() >= 0) {
      /* until the soak, or its process, is gone */
    }
    Runtime.getRuntime().halt(0);
  }

  @SuppressWarnings("SystemOut") // how the soak learns the port
  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
