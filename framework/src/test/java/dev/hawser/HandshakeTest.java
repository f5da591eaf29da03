// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest extends WireTest {
  private static final String ANY_KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

  private WireClient request(String... lines) {
    return closing(WireClient.request(server().port(), List.of(lines)));
  }

  private String origin() {
    return "Origin: http://localhost:" + server().port();
  }

  private String host() {
    return "Host: localhost:" + server().port();
  }

  @Test
  void answersTheUpgradeWithNothingButItsHeaders() {
    serve(cable -> {});
    WireClient client = connect();
    assertThat(client.status()).isEqualTo(101);
    assertThat(client.headers().keySet())
        .containsExactlyInAnyOrder(
            "connection", "upgrade", "sec-websocket-accept", "sec-websocket-protocol");
    assertThat(client.header("upgrade")).isEqualToIgnoringCase("websocket");
    assertThat(client.header("connection")).isEqualToIgnoringCase("upgrade");
    // The example of RFC 6455 section 1.3.
    assertThat(client.header("sec-websocket-accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  }

  /** A connection whose welcome has to wait. */
  static class SlowConnection extends Connection {
    private final Promise<Void> admitted;

    SlowConnection(Promise<Void> admitted) {
      this.admitted = admitted;
    }

    @Override
    protected void connect() {
      defer(admitted.future());
    }
  }

  /** The same on the event loop. */
  @EventLoop
  static final class SlowLoopConnection extends SlowConnection {
    SlowLoopConnection(Promise<Void> admitted) {
      super(admitted);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void answersTheUpgradeThoughTheWelcomeHasToWait(boolean onLoop) {
    Promise<Void> admitted = Promise.promise();
    serve(cable -> {
      if (onLoop) {
        cable.connection(SlowLoopConnection.class, () -> new SlowLoopConnection(admitted));
      } else {
        cable.connection(SlowConnection.class, () -> new SlowConnection(admitted));
      }
    });
    WireClient client = connect();
    assertThat(client.status()).isEqualTo(101);
    admitted.complete();
    client.welcomed();
  }

  static Stream<List<String>> noUpgrades() {
    return Stream.of(
        List.of("POST", "Connection: Upgrade", "Upgrade: websocket", "Content-Length: 0"),
        List.of("HEAD", "Connection: Upgrade", "Upgrade: websocket"),
        List.of("PUT", "Content-Length: 0"),
        List.of("DELETE"));
  }

  @ParameterizedTest
  @MethodSource("noUpgrades")
  void answers404ToWhatIsNoUpgrade(List<String> request) {
    serve(cable -> {});
    Stream<String> lines = Stream.of(
            Stream.of(request.get(0) + " /cable HTTP/1.1", host(), origin()),
            request.stream().skip(1),
            Stream.of("Sec-WebSocket-Version: 13", ANY_KEY))
        .flatMap(part -> part);
    WireClient client = request(lines.toArray(String[]::new));
    assertThat(client.status()).isEqualTo(404);
    assertThat(client.header("content-type")).isEqualTo("text/plain; charset=utf-8");
    if (!request.get(0).equals("HEAD")) {
      assertThat(client.header("content-length")).isEqualTo("14");
      assertThat(client.body()).isEqualTo("Page not found");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Nothing: at all",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Connection: keep-alive\r\nUpgrade: websocket",
        "Connection: Upgrade\r\nUpgrade: websocket2",
      })
  void saysInABrowserWhatThisIs(String headers) {
    serve(cable -> {});
    WireClient client = request(
        "GET /cable HTTP/1.1", host(), origin(), headers, "Sec-WebSocket-Version: 13", ANY_KEY);
    assertThat(client.status()).isEqualTo(426);
    assertThat(client.header("upgrade")).isEqualTo("websocket");
    assertThat(client.header("connection")).isEqualTo("Upgrade");
    assertThat(client.header("content-type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(client.body())
        .isEqualTo(
            "This is a WebSocket endpoint, not a page: connect with a client of ActionCable's"
                + " protocol, such as createConsumer(\"/cable\"). If a client got this answer, a proxy"
                + " on the way has dropped the headers Upgrade and Connection.");
  }

  @Test
  void answers404ToAnUpgradeOverHttp10() {
    serve(cable -> {});
    WireClient client = request(
        "GET /cable HTTP/1.0",
        host(),
        origin(),
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        ANY_KEY);
    assertThat(client.status()).isEqualTo(404);
  }

  @Test
  void readsConnectionAsAListAndBothHeadersInAnyCase() {
    serve(cable -> {});
    WireClient client = request(
        "GET /cable HTTP/1.1",
        host(),
        origin(),
        "connection: keep-alive, UPGRADE",
        "upgrade: WebSocket",
        "sec-websocket-version: 13",
        ANY_KEY);
    assertThat(client.status()).isEqualTo(101);
    client.welcomed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"12", "8", "0", "thirteen", ""})
  void answers426ToAnotherVersionOfWebSocket(String version) {
    serve(cable -> {});
    WireClient client = request(
        "GET /cable HTTP/1.1",
        host(),
        origin(),
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: " + version,
        ANY_KEY);
    assertThat(client.status()).isEqualTo(426);
    assertThat(client.header("sec-websocket-version")).isEqualTo("13");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-No-Key: at all",
        "Sec-WebSocket-Key:",
        "Sec-WebSocket-Key: short",
        "Sec-WebSocket-Key: not base64, yet 24 long!",
        "Sec-WebSocket-Key: QUJDREVGR0hJSktMTU5PUFE=",
      })
  void answers400ToAKeyThatIsNone(String key) {
    serve(cable -> {});
    WireClient client = request(
        "GET /cable HTTP/1.1",
        host(),
        origin(),
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        key);
    assertThat(client.status()).isEqualTo(400);
  }

  /** A request head that is an upgrade, with these lines in it. */
  private WireClient upgrade(String... more) {
    List<String> lines = new java.util.ArrayList<>(List.of(
        "GET /cable HTTP/1.1",
        host(),
        origin(),
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        ANY_KEY));
    lines.addAll(List.of(more));
    return request(lines.toArray(String[]::new));
  }

  @Test
  void refusesMoreHeadersThanTheHttpServerTakes() {
    serve(cable -> {});
    assertThat(upgrade("X-Large: " + "x".repeat(100_000)).status()).isEqualTo(431);
    String[] many = new String[5_000];
    java.util.Arrays.fill(many, "X-Many: x");
    assertThat(upgrade(many).status()).isEqualTo(431);
  }

  @Test
  void refusesASecondHost() {
    serve(cable -> cable.checkOrigin(false));
    assertThat(upgrade("Host: evil.example").status()).isEqualTo(400);
  }

  @Test
  void takesAnEmptyBodyForNone() {
    serve(cable -> {});
    assertThat(upgrade("Content-Length: 0").status()).isEqualTo(101);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 4", "Transfer-Encoding: chunked"})
  void refusesAnUpgradeWithABody(String header) {
    serve(cable -> {});
    WireClient client = upgrade(header);
    assertThat(client.status()).isEqualTo(400);
    assertThat(client.header("connection")).isEqualTo("close");
    client.ended();
  }

  @Test
  void readsALongListOfSubprotocolsInTimeThatGrowsWithItsLengthOnly() {
    serve(cable -> {});
    WireClient client =
        upgrade("Sec-WebSocket-Protocol: " + " ,".repeat(3_000) + "a" + " ".repeat(900));
    assertThat(client.status()).isEqualTo(101);
    client.welcomed();
  }

  @Test
  void keepsTheHttpConnectionAfterARefusal() {
    serve(cable -> {});
    WireClient client =
        closing(WireClient.upgrade(server().port(), "/cable", "Origin: https://evil.example"));
    assertThat(client.status()).isEqualTo(404);
    client.body();
    client.sendBytes(
        ("GET /cable HTTP/1.1\r\n" + host() + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
    assertThat(client.nextHead().status()).isEqualTo(426);
  }

  @Test
  void servesEveryPathWithoutARouter() {
    serve(cable -> {});
    HttpServer http = TestServer.await(server()
        .vertx()
        .createHttpServer()
        .requestHandler(cable().requestHandler())
        .listen(0));
    closing(WireClient.connect(http.actualPort(), "/any/where?x=1")).welcomed();
  }

  @Test
  void tellsOfARefusedRequest() {
    serve(cable -> cable.events(new CableEvents() {
      @Override
      public void connectionRefused(String path) {
        journal.add(path);
      }
    }));
    closing(WireClient.upgrade(server().port(), "/cable?token=1"));
    journal.expect("/cable");
  }
}
