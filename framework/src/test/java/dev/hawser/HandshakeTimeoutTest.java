// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.support.LogCapture;
import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import dev.hawser.support.redis.Until;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The time a request head may take, on a server that {@link Cable#guard} watches. */
class HandshakeTimeoutTest extends WireTest {
  private static final int MOST_TRICKLED_BYTES = 2_000;
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int CLOSED = -1;

  private final Promise<Void> answer = Promise.promise();

  private void serveGuarded(Duration head, Duration pause) {
    serveGuarded(head, pause, router -> {});
  }

  private void serveGuarded(Duration head, Duration pause, Consumer<Router> routes) {
    serve(
        Cable.httpServerOptions(),
        cable -> {
          cable.handshakeTimeout(head).events(limitsToJournal);
          cable.pauseBetweenRequests = pause;
        },
        routes);
  }

  private Socket socket() throws IOException {
    Socket socket = new Socket("localhost", server().port());
    socket.setSoTimeout(WireClient.PATIENCE_MS);
    return closing(socket);
  }

  /** Any request of HTTP/1.1. */
  private WireClient request(String path) {
    return closing(WireClient.request(
        server().port(), List.of("GET " + path + " HTTP/1.1", "Host: localhost")));
  }

  private static WireClient requestAgain(WireClient client, String path) {
    return client.sendBytes(
        ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(ISO_8859_1));
  }

  /** Sends a head byte by byte, pausing for an answer after each, until there is one. */
  private static int trickle(Socket socket) throws IOException {
    socket.setSoTimeout(5);
    socket.setTcpNoDelay(true);
    String head = "GET /cable HTTP/1.1\r\nX-Long: " + "x".repeat(MOST_TRICKLED_BYTES);
    for (byte next : head.getBytes(ISO_8859_1)) {
      try {
        socket.getOutputStream().write(next);
        return socket.getInputStream().read();
      } catch (SocketTimeoutException e) {
        // No answer yet.
      } catch (SocketException e) {
        return CLOSED; // A reset: the byte came after the end.
      }
    }
    throw new AssertionError("the socket is still open");
  }

  /** Lets the deadline pass: that of a connection which came after all others so far. */
  private void outlastTheDeadline() throws IOException {
    assertThat(socket().getInputStream().read()).isEqualTo(CLOSED);
    journal.expect("handshakeTimeout");
  }

  /** Lets the deadline of a later request pass, in the same way. */
  private void outlastTheLaterDeadline() throws IOException {
    WireClient client = request("/nothing");
    client.body();
    assertThat(client.input().read()).isEqualTo(CLOSED);
    journal.expect("handshakeTimeout");
  }

  @Test
  void closesASocketWhoseHeadComesByteByByte() throws IOException {
    try (LogCapture log = new LogCapture()) {
      serveGuarded(SHORT, LONG);
      assertThat(trickle(socket())).isEqualTo(CLOSED);
      assertThat(log.line("limit reached"))
          .contains("limit reached: option=handshakeTimeout subject=127.0.0.1 ");
    }
    journal.expect("handshakeTimeout");
    assertThat(journal.rest()).isEmpty();
  }

  @Test
  void closesASocketOnWhichNothingComes() throws IOException {
    serveGuarded(SHORT, LONG);
    outlastTheDeadline();
  }

  @Test
  void servesAHeadThatComesInPartsButInTime() throws IOException {
    serveGuarded(LONG, LONG);
    Socket socket = socket();
    socket.getOutputStream().write("GET /nothing HT".getBytes(ISO_8859_1));
    WireClient other = open();
    socket.getOutputStream().write("TP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
    assertThat(socket.getInputStream().readNBytes(12))
        .isEqualTo("HTTP/1.1 404".getBytes(ISO_8859_1));
    expectSilence(other);
  }

  @Test
  void servesAKeptAliveConnectionThatWasIdle() throws IOException {
    serveGuarded(SHORT, LONG);
    WireClient client = request("/nothing");
    client.body();
    outlastTheDeadline();
    assertThat(requestAgain(client, "/nothing").nextHead().status()).isEqualTo(404);
    assertThat(journal.rest()).isEmpty();
  }

  @Test
  void closesAKeptAliveConnectionWhoseNextHeadComesByteByByte() throws IOException {
    serveGuarded(SHORT, SHORT);
    WireClient client = request("/nothing");
    client.body();
    assertThat(trickle(client.socket())).isEqualTo(CLOSED);
    journal.expect("handshakeTimeout");
  }

  @Test
  void closesAConnectionThatDawdlesAfterARefusedUpgrade() throws IOException {
    serveGuarded(SHORT, SHORT);
    WireClient client =
        closing(WireClient.upgrade(server().port(), "/cable", "Origin: https://evil.example"));
    assertThat(client.status()).isEqualTo(404);
    client.body();
    assertThat(trickle(client.socket())).isEqualTo(CLOSED);
  }

  @Test
  void waitsForAnAnswerThatTakesItsTime() throws IOException {
    serveGuarded(
        SHORT,
        SHORT,
        router -> router.get("/slow").handler(context -> {
          context.response().setChunked(true).write("so far");
          answer.future().onSuccess(now -> context.end("and no further"));
        }));
    WireClient client = request("/slow");
    outlastTheLaterDeadline();
    answer.complete();
    assertThat(new String(client.input().readNBytes(37), ISO_8859_1))
        .isEqualTo("6\r\nso far\r\ne\r\nand no further\r\n0\r\n\r\n");
  }

  @Test
  void cutsNoAnswerShortWhoseClientReadsSlowly() throws IOException {
    int length = 64 * 1024 * 1024;
    serveGuarded(
        SHORT,
        SHORT,
        router -> router.get("/large").handler(context -> context.end("x".repeat(length))));
    WireClient client = request("/large");
    outlastTheLaterDeadline();
    assertThat(client.input().readNBytes(length)).hasSize(length);
  }

  @Test
  void leavesNothingOfWhatIsAWebSocket() throws IOException {
    serveGuarded(SHORT, SHORT);
    WireClient client = open();
    outlastTheLaterDeadline();
    expectSilence(client);
    assertThat(cable().guardedConnections()).isZero();
    assertThat(journal.rest()).isEmpty();
  }

  @Test
  void leavesAWebSocketAloneThatTheApplicationServesItself() throws IOException {
    serveGuarded(
        SHORT,
        SHORT,
        router -> router
            .get("/own")
            .handler(context -> context.request().toWebSocket().onSuccess(this::greetLater)));
    WireClient client = closing(WireClient.upgrade(server().port(), "/own"));
    outlastTheLaterDeadline();
    answer.complete();
    assertThat(client.frame().text()).isEqualTo("Ahoy");
  }

  private void greetLater(ServerWebSocket socket) {
    answer.future().onSuccess(now -> socket.writeTextMessage("Ahoy"));
  }

  @Test
  void watchesAnHttp2ConnectionUntilItsFirstRequest() throws IOException {
    serve(
        new HttpServerOptions(),
        cable -> {
          // The first HTTP/2 client of a process takes its time before its first byte.
          cable.handshakeTimeout(Duration.ofSeconds(2)).events(limitsToJournal);
          cable.pauseBetweenRequests = SHORT;
        },
        router -> {});
    HttpClientOptions http2 = new HttpClientOptions()
        .setProtocolVersion(HttpVersion.HTTP_2)
        .setHttp2ClearTextUpgrade(false);
    HttpClient client = server()
        .vertx()
        .httpClientBuilder()
        .with(http2)
        .withConnectHandler(
            connection -> connection.closeHandler(closed -> journal.add("closed too early")))
        .build();
    assertThat(statusOver(client)).isEqualTo(404);
    assertThat(cable().guardedConnections()).isZero();
    outlastTheLaterDeadline();
    assertThat(statusOver(client)).isEqualTo(404);
    assertThat(journal.rest()).isEmpty();
  }

  private int statusOver(HttpClient client) {
    return TestServer.await(client
        .request(HttpMethod.GET, server().port(), "localhost", "/nothing")
        .compose(HttpClientRequest::send)
        .map(HttpClientResponse::statusCode));
  }

  @Test
  void leavesNothingOfAConnectionThatHasEnded() throws Exception {
    serveGuarded(LONG, LONG);
    try (WireClient client = request("/nothing")) {
      assertThat(client.status()).isEqualTo(404);
      assertThat(cable().guardedConnections()).isOne();
    }
    Until.isTrue("the connection is forgotten", () -> cable().guardedConnections() == 0);
  }

  @Test
  void guardsOnlyAServerThatItCanSee() {
    serveGuarded(SHORT, SHORT);
    HttpServer empty = server().vertx().createHttpServer();
    assertThatThrownBy(() -> cable().guard(empty))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no request handler (expected: requestHandler(…) before guard)");
    Handler<HttpServerRequest> requests = cable().requestHandler();
    HttpServer mixed = server()
        .vertx()
        .createHttpServer()
        .requestHandler(requests)
        .webSocketHandler(this::greetLater);
    assertThatThrownBy(() -> cable().guard(mixed))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("webSocketHandler");
    assertThat(mixed.requestHandler()).isSameAs(requests);
  }
}
