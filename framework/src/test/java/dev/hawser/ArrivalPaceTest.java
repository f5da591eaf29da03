// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.WireClient;
import dev.hawser.support.redis.Until;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How many of those who connect at once are let in before others are served. */
class ArrivalPaceTest extends WireTest {
  private static final int STORM = 300;
  private static final String LOOP = identifier("LoopChannel");
  private static final Duration LONG = Duration.ofMinutes(2);

  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger opened = new AtomicInteger();
  private volatile Runnable atTheFirst = () -> {};

  @EventLoop
  private final class CountedConnection extends Connection {
    @Override
    protected void connect() {
      if (request().header("X-Storm") != null && opened.incrementAndGet() == 1) {
        atTheFirst.run();
      }
    }
  }

  @EventLoop
  private final class LoopChannel extends Channel<Connection> {
    /** Blocks the event loop. */
    @Action
    void hold() throws InterruptedException {
      journal.add("held");
      assertThat(released.await(WireClient.PATIENCE_MS, TimeUnit.MILLISECONDS)).isTrue();
    }

    @Action
    void count() {
      transmit(opened.get());
    }
  }

  private void serveGuarded(Duration head) {
    serve(
        Cable.httpServerOptions(),
        cable -> cable
            .connection(CountedConnection.class, CountedConnection::new)
            .channel(LoopChannel.class, LoopChannel::new)
            .maxConnectionsPerAddress(10 * STORM)
            .maxConnectsPerSecondPerAddress(10 * STORM)
            .handshakeTimeout(head),
        router -> {});
  }

  private Socket socket() throws IOException {
    Socket socket = closing(new Socket("localhost", server().port()));
    socket.setSoTimeout(WireClient.PATIENCE_MS);
    return socket;
  }

  private void connectAndSendHead() throws IOException {
    String head = String.join(
        "\r\n",
        "GET /cable HTTP/1.1",
        "Host: localhost:" + server().port(),
        "Origin: http://localhost:" + server().port(),
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "X-Storm: yes",
        "",
        "");
    socket().getOutputStream().write(head.getBytes(ISO_8859_1));
  }

  @Test
  void servesTheConnectedBetweenTheHeadsOfAStorm() throws Exception {
    serveGuarded(LONG);
    WireClient established = open().subscribe(LOOP).confirmed(LOOP);
    established.perform(LOOP, "hold");
    journal.expect("held");
    for (int i = 0; i < STORM; i++) {
      connectAndSendHead();
    }
    atTheFirst = () -> established.perform(LOOP, "count");
    released.countDown();
    assertThat(established.message().asInt()).isBetween(1, STORM / 4);
    Until.isTrue("all are let in", () -> opened.get() == STORM);
  }

  @Test
  void waitsForNobodyWhoSendsNothing() throws Exception {
    serveGuarded(LONG);
    for (int i = 0; i < STORM; i++) {
      socket();
    }
    expectSilence(open());
  }

  @Test
  void forgetsThoseWhoLeaveBeforeTheirTurn() throws Exception {
    serveGuarded(LONG);
    for (int i = 0; i < STORM; i++) {
      socket().close();
    }
    expectSilence(open());
    Until.isTrue("nobody is left", () -> cable().guardedConnections() == 0);
  }

  @Test
  void closesThoseWhoWaitAndSendNothing() throws Exception {
    serveGuarded(Duration.ofMillis(100));
    Socket last = socket();
    for (int i = 0; i < STORM; i++) {
      last = socket();
    }
    assertThat(last.getInputStream().read()).isEqualTo(-1);
    Until.isTrue("nobody is left", () -> cable().guardedConnections() == 0);
  }
}
