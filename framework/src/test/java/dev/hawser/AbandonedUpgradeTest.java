// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.TestServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/**
 * Clients that hang up while handlers before the cable, such as authentication, take their time.
 */
class AbandonedUpgradeTest extends WireTest {

  @Test
  void leavesNothingOfAClientThatIsGoneBeforeItsUpgrade() throws IOException {
    serve(
        new HttpServerOptions(),
        cable -> cable.maxConnections(1).connection(JournalConnection::new),
        router -> router.get("/cable").handler(context -> {
          if (context.request().getHeader("X-Late") == null) {
            context.next();
            return;
          }
          context.response().closeHandler(gone -> {
            context.next();
            journal.add("handled");
          });
          journal.add("waiting");
        }));
    hangUpWhileHandlersWait();
    journal.expect("handled");
    open(); // maxConnections has room
    journal.expect("connect");
    assertThat(cable().connectionCount()).isOne();
    assertThat(TestServer.await(cable().close()).unfinished()).isZero();
  }

  private void hangUpWhileHandlersWait() throws IOException {
    int port = server().port();
    try (Socket socket = new Socket("localhost", port)) {
      String head = String.join(
          "\r\n",
          "GET /cable HTTP/1.1",
          "Host: localhost:" + port,
          "Origin: http://localhost:" + port,
          "Connection: Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "X-Late: yes",
          "",
          "");
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      journal.expect("waiting");
    }
  }

  private final class JournalConnection extends Connection {
    @Override
    protected void connect() {
      journal.add("connect");
    }
  }
}
