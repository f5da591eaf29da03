// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.WireClient;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One cable on an HTTP server that uses several processors. */
class SeveralLoopsTest extends WireTest {
  private static final int LOOPS = 3;
  private static final String ROOM = identifier("RoomChannel");

  private final Set<String> loops = ConcurrentHashMap.newKeySet();

  @EventLoop
  private final class RoomChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      loops.add(Thread.currentThread().getName());
      streamFrom("room");
    }
  }

  @BeforeEach
  void serveOnSeveralLoops() {
    serve(
        LOOPS,
        new HttpServerOptions(),
        cable -> cable.channel(RoomChannel.class, RoomChannel::new),
        router -> {});
  }

  private List<WireClient> gather(int clients) {
    List<WireClient> gathered = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      gathered.add(open().subscribe(ROOM).confirmed(ROOM));
    }
    return gathered;
  }

  @Test
  void broadcastsInOrderToTheConnectionsOfAll() {
    List<WireClient> clients = gather(3 * LOOPS);
    assertThat(loops).hasSize(LOOPS);
    for (int number = 0; number < 100; number++) {
      cable().broadcast("room", number);
    }
    for (WireClient client : clients) {
      for (int number = 0; number < 100; number++) {
        assertThat(client.json().path("message").asInt()).isEqualTo(number);
      }
    }
  }

  @Test
  void keepsAStreamThatOthersStillHave() {
    List<WireClient> clients = gather(LOOPS);
    WireClient last = clients.get(LOOPS - 1);
    for (WireClient client : clients.subList(0, LOOPS - 1)) {
      expectSilence(client.unsubscribe(ROOM));
    }
    cable().broadcast("room", "for one");
    assertThat(last.json().path("message").asText()).isEqualTo("for one");
    clients.subList(0, LOOPS - 1).forEach(WireFixture::expectSilence);
    expectSilence(last.unsubscribe(ROOM));
    assertThat(cable().streamCount()).isZero();
  }

  @Test
  void closesTheConnectionsOfAll() {
    List<WireClient> clients = gather(2 * LOOPS);
    Future<CloseReport> closing = cable().close();
    for (WireClient client : clients) {
      assertThat(client.json().path("reason").asText()).isEqualTo("server_restart");
      client.close();
    }
    CloseReport report = await(closing);
    assertThat(report.connections()).isEqualTo(2 * LOOPS);
    assertThat(report.unfinished()).isZero();
  }
}
