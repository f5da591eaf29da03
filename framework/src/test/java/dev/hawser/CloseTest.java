// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.Gate;
import dev.hawser.support.HookedPubSub;
import dev.hawser.support.LogCapture;
import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CloseTest extends WireTest {
  private static final String NOTE = identifier("NoteChannel");
  private static final String RESTART =
      "{\"type\":\"disconnect\",\"reason\":\"server_restart\",\"reconnect\":true}";

  private final Gate gate = new Gate();
  private final HookedPubSub pubSub = new HookedPubSub();

  private final class NoteConnection extends Connection {
    @Override
    protected void connect() {
      if (request().cookie("slow").isPresent()) {
        gate.pass();
      }
    }

    @Override
    protected void disconnect() {
      journal.add("disconnect");
    }
  }

  private final class NoteChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("note");
    }

    @Override
    protected void unsubscribed() {
      journal.add("unsubscribed");
    }

    @Action
    void hold() {
      gate.pass();
    }
  }

  private void serveNotes() {
    serve(
        new HttpServerOptions().setWebSocketClosingTimeout(1),
        cable -> cable
            .connection(NoteConnection::new)
            .channel(NoteChannel.class, NoteChannel::new)
            .pubSub(pubSub)
            .closeTimeout(Duration.ofMillis(100))
            .drainTimeout(Duration.ofMillis(200))
            .events(new CableEvents() {
              @Override
              public void limitReached(String option, String subject) {
                journal.add("limit " + option);
              }
            }),
        router ->
            router.get("/ready").handler(context -> cable().readinessHandler().handle(context)));
  }

  private WireClient get(String path) {
    return closing(WireClient.request(
        server().port(), List.of("GET " + path + " HTTP/1.1", "Host: localhost")));
  }

  // -- restart

  @Test
  void restartsEveryConnectionWithAllCallbacks() {
    serveNotes();
    WireClient client = open().subscribe(NOTE).confirmed(NOTE);
    cable().restart();
    client.expect(RESTART);
    assertThat(client.frame().closeCode()).isEqualTo(1000);
    client.sendClose(1000).ended();
    journal.expect("unsubscribed", "disconnect");
    assertThat(cable().streamCount()).isZero();
  }

  @Test
  void restartsConnectionsOneAfterTheOtherWhereThatIsThePace() {
    serve(cable -> cable.drainRate(10));
    List<WireClient> clients = List.of(open(), open(), open(), open());
    cable().restart();
    for (WireClient client : clients) {
      client.expect(RESTART).sendClose(1000).ended();
    }
  }

  @Test
  void goesOnAfterARestart() {
    serveNotes();
    WireClient first = open();
    cable().restart();
    first.expect(RESTART);
    WireClient second = open().subscribe(NOTE).confirmed(NOTE);
    cable().broadcast("note", 1);
    assertThat(second.message().intValue()).isOne();
    assertThat(cable().readiness().ready()).isTrue();
  }

  @Test
  void restartsConnectionsThatAreNotOpenYet() {
    serveNotes();
    WireClient client = connect("Cookie: slow=1");
    gate.awaitArrival();
    cable().restart();
    client.expect(RESTART);
    gate.open();
    assertThat(client.closeCode()).isEqualTo(1000);
    journal.expect("disconnect");
  }

  // -- close

  @Test
  void closesEveryConnectionWithAllCallbacksBeforeItIsDone() {
    serveNotes();
    WireClient client = open().subscribe(NOTE).confirmed(NOTE);
    Future<CloseReport> closed = cable().close();
    client.expect(RESTART);
    assertThat(client.frame().closeCode()).isEqualTo(1000);
    client.sendClose(1000).ended();
    CloseReport report = TestServer.await(closed);
    assertThat(report.connections()).isOne();
    assertThat(report.unfinished()).isZero();
    assertThat(journal.rest()).containsExactly("unsubscribed", "disconnect");
    assertThat(cable().connectionCount()).isZero();
    assertThat(pubSub.isConnected()).isFalse();
  }

  @Test
  void waitsForARunningCallback() {
    serve(cable -> cable
        .connection(NoteConnection::new)
        .channel(NoteChannel.class, NoteChannel::new)
        .pubSub(pubSub));
    WireClient client = open().subscribe(NOTE).confirmed(NOTE).perform(NOTE, "hold");
    gate.awaitArrival();
    Future<CloseReport> closed = cable().close();
    client.expect(RESTART);
    assertThat(client.closeCode()).isEqualTo(1000);
    client.sendClose(1000).ended();
    assertThat(closed.isComplete()).isFalse();
    gate.open();
    TestServer.await(closed);
    assertThat(journal.rest()).containsExactly("unsubscribed", "disconnect");
  }

  @Test
  void waitsNoLongerThanTheDrainTimeout() {
    serveNotes();
    WireClient client = open().subscribe(NOTE).confirmed(NOTE).perform(NOTE, "hold");
    gate.awaitArrival();
    open();
    try (LogCapture log = new LogCapture()) {
      CloseReport report = TestServer.await(cable().close());
      assertThat(report.connections()).isEqualTo(2);
      assertThat(report.unfinished()).isOne();
      assertThat(log.line("closed: ")).contains("connections=2 unfinished=1");
    }
    journal.expect("disconnect", "limit drainTimeout");
    gate.open();
    client.expect(RESTART);
  }

  @Test
  void closesClientsThatNeverAnswer() {
    serveNotes();
    WireClient client = open().subscribe(NOTE).confirmed(NOTE);
    TestServer.await(cable().close());
    client.expect(RESTART).ended();
    journal.find("disconnect");
  }

  @Test
  void closesOnce() {
    serveNotes();
    open();
    Future<CloseReport> first = cable().close();
    assertThat(cable().close()).isSameAs(first);
    TestServer.await(first);
    assertThat(cable().close()).isSameAs(first);
  }

  @Test
  void refusesNewConnectionsWith503() {
    serveNotes();
    TestServer.await(cable().close());
    WireClient client = connect();
    assertThat(client.status()).isEqualTo(503);
    assertThat(client.header("retry-after")).isEqualTo("1");
  }

  @Test
  void restartsAConnectionThatIsBeingMadeMeanwhile() {
    CompletableFuture<Future<CloseReport>> closed = new CompletableFuture<>();
    serve(cable -> cable.connection(() -> {
      closed.complete(cable().close());
      return new NoteConnection();
    }));
    WireClient client = connect();
    client.expect(RESTART);
    assertThat(client.closeCode()).isEqualTo(1000);
    client.sendClose(1000).ended();
    TestServer.await(closed.orTimeout(10, TimeUnit.SECONDS).join());
    assertThat(journal.rest()).containsExactly("disconnect");
  }

  @Test
  void refusesNewConnectionsWhileTheOpenOnesLeaveOneAfterTheOther() {
    serve(cable -> cable
        .connection(NoteConnection::new)
        .channel(NoteChannel.class, NoteChannel::new)
        .drainRate(1));
    WireClient held = open().subscribe(NOTE).confirmed(NOTE).perform(NOTE, "hold");
    gate.awaitArrival();
    Future<CloseReport> closed = cable().close();
    assertThat(cable().readiness().ready()).isFalse();
    assertThat(connect().status()).isEqualTo(503);
    gate.open();
    held.expect(RESTART).sendClose(1000).ended();
    TestServer.await(closed);
  }

  @Test
  void waitsNoLongerForAnAdapterThatDoesNotEnd() {
    serveNotes();
    pubSub.delayClose();
    assertThat(TestServer.await(cable().close()).connections()).isZero();
    journal.expect("limit drainTimeout");
  }

  @Test
  void failsToBroadcastAfterwards() {
    serveNotes();
    TestServer.await(cable().close());
    assertThat(cable().broadcast("note", 1).failed()).isTrue();
  }

  // -- readiness

  @Test
  void isReadyWhileItsAdapterIsConnected() {
    serveNotes();
    TestServer.await(cable().started());
    assertThat(get("/ready").status()).isEqualTo(200);
    assertThat(get("/ready").body()).isEqualTo("ready");
    TestServer.await(pubSub.close());
    WireClient client = get("/ready");
    assertThat(client.status()).isEqualTo(503);
    assertThat(client.body()).isEqualTo("the pub/sub adapter is not connected");
  }

  @Test
  void isNotReadyOnceItCloses() {
    serveNotes();
    TestServer.await(cable().close());
    assertThat(cable().readiness().reasons()).contains("the cable is closing");
    assertThat(get("/ready").status()).isEqualTo(503);
  }

  @Test
  void tellsTheListenerOfTheAdaptersLink() {
    serve(cable -> cable.pubSub(pubSub).events(new CableEvents() {
      @Override
      public void pubSubLinkChanged(boolean connected) {
        journal.add("link " + connected);
      }
    }));
    pubSub.listener().onLinkLost(new IllegalStateException("on purpose"));
    pubSub.listener().onLinkRestored();
    journal.expect("link false", "link true");
  }
}
