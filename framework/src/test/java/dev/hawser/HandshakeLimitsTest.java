// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The bounds of a request's head, which the HTTP server keeps by {@link Cable#httpServerOptions}.
 */
class HandshakeLimitsTest extends WireTest {
  private static final int MAX_LINE = 4096;
  private static final int MAX_HEADERS = 8192;

  private TestServer serveWithOptions() {
    return serve(Cable.httpServerOptions(), cable -> {}, router -> {});
  }

  private int statusOfLine(int length) {
    String start = "GET /cable?x=";
    String end = " HTTP/1.1";
    String line = start + "x".repeat(length - start.length() - end.length()) + end;
    return status(line, "X-Short: x");
  }

  private int status(String line, String header) {
    int port = server().port();
    WireClient client = closing(WireClient.request(
        port,
        List.of(
            line,
            "Host: localhost:" + port,
            "Origin: http://localhost:" + port,
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            header)));
    return client.status();
  }

  @Test
  void boundsTheRequestLine() {
    serveWithOptions();
    assertThat(statusOfLine(MAX_LINE)).isEqualTo(101);
    assertThat(statusOfLine(MAX_LINE + 1)).isEqualTo(414);
  }

  @Test
  void boundsTheHeadersInAll() {
    int port = serveWithOptions().port();
    int others = ("Host: localhost:" + port + "Origin: http://localhost:" + port
            + "Connection: Upgrade" + "Upgrade: websocket" + "Sec-WebSocket-Version: 13"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==" + "X-Long: ")
        .length();
    String fits = "X-Long: " + "x".repeat(MAX_HEADERS - others);
    assertThat(status("GET /cable HTTP/1.1", fits)).isEqualTo(101);
    assertThat(status("GET /cable HTTP/1.1", fits + "x")).isEqualTo(431);
  }

  @Test
  void hangsUpOnASocketOnWhichNothingHappens() throws IOException {
    serve(Cable.httpServerOptions().setIdleTimeout(1), cable -> {}, router -> {});
    try (Socket silent = new Socket("localhost", server().port())) {
      silent.setSoTimeout(WireClient.PATIENCE_MS);
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(Cable.httpServerOptions().getIdleTimeout()).isEqualTo(60);
  }

  @Test
  void keepsAnOpenCableThatIsIdle() {
    serve(
        Cable.httpServerOptions().setIdleTimeout(1),
        cable -> cable.pingInterval(Duration.ofMillis(300)),
        router -> {});
    WireClient idle = open();
    for (int pings = 0; pings < 6; pings++) {
      assertThat(idle.frame().text()).startsWith("{\"type\":\"ping\"");
    }
    expectSilence(idle);
  }
}
