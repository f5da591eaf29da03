// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.Journal;
import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;

/** What the tests of the wire share: a real server, raw sockets, and an end to all of them. */
abstract class WireFixture {
  /** An identifier that names no channel: its rejection shows that all before it is done. */
  private static final String FENCE = "{\"channel\":\"\",\"fence\":true}";

  final Journal journal = new Journal();

  /** Notes limits: {@code option} when one takes effect, {@code near option} when one fills up. */
  final CableEvents limitsToJournal = new CableEvents() {
    @Override
    public void limitReached(String option, String subject) {
      journal.add(option);
    }

    @Override
    public void limitNear(String option, String subject) {
      journal.add("near " + option);
    }
  };

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private TestServer server;

  static final class PlainConnection extends Connection {}

  /** Whether sockets are served by the API of Vert.x, or by their channels. */
  boolean portableSockets() {
    return false;
  }

  /** Starts a server of plain connections, unless the configuration says otherwise. */
  TestServer serve(Consumer<CableBuilder> configure) {
    return serve(new HttpServerOptions(), configure, router -> {});
  }

  TestServer serve(
      HttpServerOptions options, Consumer<CableBuilder> configure, Consumer<Router> routes) {
    return serve(1, options, configure, routes);
  }

  /** Starts a server whose connections are spread over so many event loops. */
  TestServer serve(
      int loops,
      HttpServerOptions options,
      Consumer<CableBuilder> configure,
      Consumer<Router> routes) {
    Consumer<CableBuilder> defaults =
        cable -> cable.connection(PlainConnection::new).portableSockets(portableSockets());
    server = closing(TestServer.start(loops, options, defaults.andThen(configure), routes));
    return server;
  }

  /** Mounts a second cable on the same server. */
  Cable mount(String path, Consumer<CableBuilder> configure) {
    CableBuilder builder = Cable.builder(server.vertx())
        .connection(PlainConnection::new)
        .portableSockets(portableSockets())
        .closeTimeout(Duration.ofSeconds(2));
    configure.accept(builder);
    Cable second = builder.build();
    closing(() -> TestServer.await(second.close()));
    server.mount(path, second);
    return second;
  }

  TestServer server() {
    return server;
  }

  Cable cable() {
    return server.cable();
  }

  /** Upgrades; nothing is read beyond the head. */
  WireClient connect(String... headers) {
    return closing(server.connect(headers));
  }

  /** Upgrades and reads the welcome. */
  WireClient open(String... headers) {
    return connect(headers).welcomed();
  }

  /** The same under the extended subprotocol. */
  WireClient openExtended() {
    int port = server.port();
    return closing(WireClient.upgrade(
            port,
            "/cable",
            "Origin: http://localhost:" + port,
            "Sec-WebSocket-Protocol: actioncable-v1-ext-json"))
        .welcomed();
  }

  /** Closes a resource after the test, the latest first. */
  <T extends AutoCloseable> T closing(T resource) {
    open.push(resource);
    return resource;
  }

  /** Checks that the client gets nothing that it has not read, as an effect of what it sent. */
  static WireClient expectSilence(WireClient client) {
    return client.subscribe(FENCE).rejected(FENCE);
  }

  /** Waits until every event loop has turned, so that the ends of sockets have been noted. */
  void awaitLoops() {
    // More than there are loops: each gets a connection after what it has to do now.
    for (int i = 0; i < 8; i++) {
      WireClient passer = server.connect("X-Passer: yes");
      assertThat(passer.status()).isEqualTo(101);
      passer.close();
    }
  }

  static String identifier(String channel) {
    return "{\"channel\":\"" + channel + "\"}";
  }

  static String identifier(Class<?> channel) {
    return identifier(channel.getSimpleName());
  }

  @AfterEach
  void closeAll() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }
}
