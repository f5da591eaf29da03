// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.TestServer.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.ElapsingTime;
import dev.hawser.support.WireClient;
import dev.hawser.support.redis.Until;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How many of the clients that connect at once are let in before others are served. */
class ArrivalPaceTest extends WireTest {
  private static final int STORM = 300;

  /** One, and those that make up for a loop that is late. */
  private static final int FEW = 1 + 16;

  private static final String LOOP = identifier("LoopChannel");
  private static final Duration LONG = Duration.ofMinutes(2);

  private int port;
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger opened = new AtomicInteger();
  private final CompletableFuture<Integer> openedAtOnce = new CompletableFuture<>();
  private volatile Runnable atTheFirst = () -> {};

  @EventLoop
  private final class CountedConnection extends Connection {
    @Override
    protected void connect() {
      if (request().header("X-Storm") != null && opened.incrementAndGet() == 1) {
        Vertx.currentContext().runOnContext(afterReads -> openedAtOnce.complete(opened.get()));
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

  private void configure(CableBuilder cable) {
    cable
        .connection(CountedConnection.class, CountedConnection::new)
        .channel(LoopChannel.class, LoopChannel::new)
        .maxConnectionsPerAddress(10 * STORM)
        .maxConnectsPerSecondPerAddress(10 * STORM);
  }

  private void serveGuarded(Duration head) {
    serve(
        Cable.httpServerOptions(),
        cable -> {
          configure(cable);
          cable.handshakeTimeout(head);
        },
        router -> {});
    port = server().port();
  }

  /** Another server, whose clock can be put forward. */
  private void serveGuarded(ElapsingTime time) {
    Vertx vertx = server().vertx();
    CableBuilder builder = Cable.builder(vertx).portableSockets(portableSockets());
    configure(builder);
    Cable cable = builder.build(time.runtime(vertx));
    closing(() -> await(cable.close()));
    HttpServer http =
        vertx.createHttpServer(Cable.httpServerOptions()).requestHandler(cable.requestHandler());
    port = await(cable.guard(http).listen(0)).actualPort();
  }

  private WireClient established() {
    WireClient client = WireClient.connect(port, "/cable").welcomed();
    return closing(client).subscribe(LOOP).confirmed(LOOP);
  }

  private Socket socket() throws IOException {
    Socket socket = closing(new Socket("localhost", port));
    socket.setSoTimeout(WireClient.PATIENCE_MS);
    return socket;
  }

  private void connectAndSendHead() throws IOException {
    String head = String.join(
        "\r\n",
        "GET /cable HTTP/1.1",
        "Host: localhost:" + port,
        "Origin: http://localhost:" + port,
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "X-Storm: yes",
        "",
        "");
    socket().getOutputStream().write(head.getBytes(ISO_8859_1));
  }

  /** A client that was connected long before the storm. */
  private WireClient establishedForLong() {
    serve(cable -> {});
    ElapsingTime time = new ElapsingTime(server().vertx());
    serveGuarded(time);
    WireClient established = established();
    time.skip(Duration.ofMinutes(1));
    return established;
  }

  /** Lets the heads of a storm arrive while the loop is held. */
  private void storm(WireClient established) throws Exception {
    established.perform(LOOP, "hold");
    journal.expect("held");
    for (int i = 0; i < STORM; i++) {
      connectAndSendHead();
    }
    released.countDown();
  }

  @Test
  void servesTheConnectedBetweenTheHeadsOfAStorm() throws Exception {
    WireClient established = establishedForLong();
    atTheFirst = () -> established.perform(LOOP, "count");
    storm(established);
    assertThat(established.message().asInt()).isBetween(1, STORM / 4);
    Until.isTrue("all are let in", () -> opened.get() == STORM);
  }

  @Test
  void letsAStormInOneByOneWhileOthersAreEstablished() throws Exception {
    storm(establishedForLong());
    int first = openedAtOnce.get(WireClient.PATIENCE_MS, TimeUnit.MILLISECONDS);
    assertThat(first).isBetween(1, FEW);
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
