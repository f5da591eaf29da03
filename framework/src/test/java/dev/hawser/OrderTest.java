// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.Gate;
import dev.hawser.support.HookedPubSub;
import dev.hawser.support.WireClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderTest extends WireTest {
  private static final String ECHO = identifier("EchoChannel");
  private static final String OTHER = "{\"channel\":\"EchoChannel\",\"n\":2}";

  private final Gate gate = new Gate();
  private final HookedPubSub pubSub = new HookedPubSub();

  private final class SlowConnection extends Connection {
    /** Callbacks of this connection that run now. */
    final AtomicInteger running = new AtomicInteger();

    @Override
    protected void connect() {
      if (request().cookie("slow").isPresent()) {
        gate.pass();
      }
    }
  }

  private final class EchoChannel extends Channel<SlowConnection> {
    @Override
    protected void subscribed() {
      streamFrom("echo");
    }

    @Action
    void echo(Map<String, Object> data) {
      // No two callbacks of a connection overlap.
      assertThat(connection().running.incrementAndGet()).isOne();
      Thread.onSpinWait();
      transmit(data.get("n"));
      connection().running.decrementAndGet();
    }

    @Action
    Future<Void> echoLater(Map<String, Object> data) {
      assertThat(connection().running.incrementAndGet()).isOne();
      return Future.fromCompletionStage(CompletableFuture.runAsync(() -> {
        Thread.onSpinWait();
        transmit(data.get("n"));
        connection().running.decrementAndGet();
      }));
    }

    @Action
    void hold() {
      gate.pass();
    }

    @Action
    void broadcastFour() {
      for (int i = 1; i <= 4; i++) {
        cable().broadcast("echo", i);
        transmit(-i);
      }
    }
  }

  private void serveEcho() {
    serve(cable -> cable
        .connection(SlowConnection::new)
        .channel(EchoChannel.class, EchoChannel::new)
        .pubSub(pubSub));
  }

  @ParameterizedTest
  @ValueSource(strings = {"echo", "echo_later"})
  void performsFortyActionsInTheirOrder(String action) {
    serveEcho();
    WireClient client = open().subscribe(ECHO).confirmed(ECHO).subscribe(OTHER).confirmed(OTHER);
    for (int i = 0; i < 40; i++) {
      client.perform(i % 2 == 0 ? ECHO : OTHER, action, Map.of("n", i));
    }
    for (int i = 0; i < 40; i++) {
      assertThat(client.message().intValue()).isEqualTo(i);
    }
  }

  @Test
  void carriesOutInOrderWhatCameDuringConnect() {
    serveEcho();
    WireClient client = connect("Cookie: slow=1");
    gate.awaitArrival();
    client.subscribe(ECHO);
    for (int i = 0; i < 20; i++) {
      client.perform(ECHO, "echo", Map.of("n", i));
    }
    client.unsubscribe(ECHO).perform(ECHO, "echo", Map.of("n", "too late"));
    gate.open();
    client.welcomed().confirmed(ECHO);
    for (int i = 0; i < 20; i++) {
      assertThat(client.message().intValue()).isEqualTo(i);
    }
    expectSilence(client);
  }

  @Test
  void deliversBackToBackBroadcastsInTheirOrder() {
    serveEcho();
    List<WireClient> clients = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      clients.add(open().subscribe(ECHO).confirmed(ECHO));
    }
    for (int i = 0; i < 400; i++) {
      cable().broadcast("echo", i);
    }
    for (WireClient client : clients) {
      for (int i = 0; i < 400; i++) {
        assertThat(client.message().intValue()).isEqualTo(i);
      }
    }
  }

  @Test
  void keepsBroadcastsAndTransmissionsOfOneActionInTheirOrder() {
    serveEcho();
    WireClient client = open().subscribe(ECHO).confirmed(ECHO).perform(ECHO, "broadcast_four");
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(client.message().intValue());
    }
    assertThat(all).containsExactly(1, -1, 2, -2, 3, -3, 4, -4);
  }

  @Test
  void confirmsBeforeAnyBroadcast() {
    serveEcho();
    Promise<Void> live = pubSub.delay("echo");
    WireClient client = open().subscribe(ECHO);
    expectSilence(client);
    for (int i = 0; i < 3; i++) {
      cable().broadcast("echo", i);
    }
    client.perform(ECHO, "echo", Map.of("n", "transmitted"));
    assertThat(client.message().textValue()).isEqualTo("transmitted");
    live.complete();
    client.confirmed(ECHO);
    for (int i = 0; i < 3; i++) {
      assertThat(client.message().intValue()).isEqualTo(i);
    }
    cable().broadcast("echo", 3);
    assertThat(client.message().intValue()).isEqualTo(3);
  }

  @Test
  void neverLetsOneConnectionsCallbackDelayAnothers() {
    serveEcho();
    WireClient blocked = open().subscribe(ECHO).confirmed(ECHO).perform(ECHO, "hold");
    gate.awaitArrival();
    for (int i = 0; i < 6; i++) {
      WireClient other = open().subscribe(ECHO).confirmed(ECHO);
      other.perform(ECHO, "echo", Map.of("n", i));
      assertThat(other.message().intValue()).isEqualTo(i);
    }
    cable().broadcast("echo", "meanwhile");
    assertThat(blocked.message().textValue()).isEqualTo("meanwhile");
    gate.open();
  }

  private static final class NewsChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("news");
    }
  }

  @EventLoop
  private final class BusyChannel extends Channel<Connection> {
    @Action
    void holdTheLoop() {
      gate.pass();
    }
  }

  @Test
  void confirmsBeforeBroadcastsThatComeInTheSameTurnOfTheLoop() {
    Promise<Void> live = pubSub.delay("news");
    String busy = identifier("BusyChannel");
    String news = identifier("NewsChannel");
    serve(cable -> cable
        .pubSub(pubSub)
        .channel(NewsChannel.class, NewsChannel::new)
        .channel(BusyChannel.class, BusyChannel::new));
    WireClient client = open().subscribe(busy).confirmed(busy).subscribe(news);
    expectSilence(client); // It streams, but the stream is not live yet.
    cable().broadcast("news", 1);
    expectSilence(client);
    client.perform(busy, "hold_the_loop");
    gate.awaitArrival();
    cable().broadcast("news", 2);
    live.complete();
    gate.open();
    client.confirmed(news);
    assertThat(client.message().intValue()).isEqualTo(1);
    assertThat(client.message().intValue()).isEqualTo(2);
  }
}
