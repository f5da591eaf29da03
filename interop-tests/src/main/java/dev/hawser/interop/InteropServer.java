// SPDX-License-Identifier: Apache-2.0
package dev.hawser.interop;

import dev.hawser.Cable;
import dev.hawser.ClientAssets;
import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.redis.RedisPubSub;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.StaticHandler;
import java.io.IOException;
import java.time.Duration;

/**
 * The server under test, as a process of its own. Arguments: the port; the ping interval and the
 * dead peer timeout in ms; and, if it is one of several nodes, the URL of their Redis and the
 * channel prefix. Prints {@code ready} once it listens, and ends when its standard input does, so
 * that it never outlives the tests that started it.
 *
 * <p>The system property {@code portable} makes it serve portable sockets, for a run of all tests
 * with {@code JAVA_TOOL_OPTIONS=-Dportable=true}.
 */
public final class InteropServer {
  private static final int MAX_SUBSCRIPTIONS = 1000;

  private InteropServer() {}

  public static void main(String[] args) throws IOException {
    int port = Integer.parseInt(args[0]);
    Vertx vertx = Vertx.vertx();
    Counters counters = new Counters();
    Cable cable = Channels.register(Cable.builder(vertx), vertx)
        .connection(() -> new InteropConnection(counters))
        .pingInterval(Duration.ofMillis(Long.parseLong(args[1])))
        .deadPeerTimeout(Duration.ofMillis(Long.parseLong(args[2])))
        .reauthenticate(Duration.ofSeconds(1))
        .events(counters)
        .maxSubscriptionsPerConnection(MAX_SUBSCRIPTIONS)
        .portableSockets(Boolean.getBoolean("portable"))
        .pubSub(pubSub(vertx, args))
        .build();
    Router router = Router.router(vertx);
    router.route("/cable").handler(cable);
    ClientAssets.mount(router);
    router.route("/page/*").handler(StaticHandler.create("page"));
    new Control(vertx, cable, counters).mount(router);
    cable
        .guard(vertx.createHttpServer(Cable.httpServerOptions()).requestHandler(router))
        .listen(port, "127.0.0.1")
        .onSuccess(http -> System.out.println("ready"))
        .onFailure(cause -> {
          System.err.println("cannot listen: " + cause.getMessage());
          Runtime.getRuntime().halt(1);
        });
    while (System.in.read() != -1) {
      // Nobody writes anything; only the end counts.
    }
    Runtime.getRuntime().halt(1);
  }

  private static PubSubAdapter pubSub(Vertx vertx, String[] args) {
    if (args.length < 5) {
      return MemoryPubSub.create();
    }
    return RedisPubSub.builder(vertx).url(args[3]).channelPrefix(args[4]).build();
  }
}
