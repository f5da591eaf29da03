// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support.redis;

import dev.hawser.Action;
import dev.hawser.Cable;
import dev.hawser.Channel;
import dev.hawser.Connection;
import dev.hawser.pubsub.redis.RedisPubSub;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * A node of an application, as a process of its own: {@code NodeMain name redisUrl}. Prints its
 * port once it listens, and ends with its standard input.
 */
public final class NodeMain {
  /** Any origin will do: the tests' clients come through a proxy. */
  public static final class NodeConnection extends Connection {
    @Override
    protected void connect() {
      identifiedBy("user", request().cookie("user").orElse("nobody"));
    }
  }

  /** Says at the beginning which node it is on. */
  public static final class NodeChannel extends Channel<NodeConnection> {
    private final String node;

    NodeChannel(String node) {
      this.node = node;
    }

    @Override
    protected void subscribed() {
      transmit(Map.of("node", node));
      streamFrom("news");
      streamFor("all");
    }

    /** Says that it has begun, and never ends. */
    @Action
    Future<Void> hang() {
      return broadcastTo("all", "hanging")
          .compose(said -> Promise.<Void>promise().future());
    }

    @Action
    void speak(Map<String, Object> command) {
      broadcastTo("all", command);
    }
  }

  /** The identifier of a channel whose clients are present. */
  public static final String PRESENT = "{\"channel\":\"PresentChannel\"}";

  /** The stream that they are present in. */
  public static final String PRESENT_STREAM = "present:all";

  /** Joins in the name of its connection's user. */
  public static final class PresentChannel extends Channel<NodeConnection> {
    @Override
    protected void subscribed() {
      streamFor("all");
      presence().join(connection().request().cookie("user").orElse("nobody"));
    }
  }

  private NodeMain() {}

  public static void main(String[] arguments) throws IOException {
    Vertx vertx = Vertx.vertx();
    Cable cable = Cable.builder(vertx)
        .connection(NodeConnection::new)
        .channel(NodeChannel.class, () -> new NodeChannel(arguments[0]))
        .channel(PresentChannel.class, PresentChannel::new)
        .presenceGrace(Duration.ofHours(1))
        .presenceLease(Duration.ofSeconds(2))
        .checkOrigin(false)
        .pubSub(RedisPubSub.builder(vertx)
            .url(arguments[1])
            .maxReconnectDelay(Duration.ofMillis(200))
            .build())
        .build();
    Router router = Router.router(vertx);
    router.route("/ready").handler(cable.readinessHandler());
    router.route("/cable").handler(cable);
    vertx
        .createHttpServer()
        .requestHandler(router)
        .listen(0)
        .map(HttpServer::actualPort)
        .onSuccess(port -> report("port=" + port));
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
