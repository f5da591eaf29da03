// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.support.Gate;
import dev.hawser.support.WireClient;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionLifecycleTest extends WireTest {
  private static final String NOTE = identifier("NoteChannel");
  private static final String OTHER = "{\"channel\":\"NoteChannel\",\"n\":2}";

  /** Writes down what happens to it; what connect does comes from the test. */
  private final class NotedConnection extends Connection {
    private final Consumer<NotedConnection> onConnect;

    NotedConnection(Consumer<NotedConnection> onConnect) {
      this.onConnect = onConnect;
    }

    @Override
    protected void connect() {
      if (isNoted()) {
        journal.add("connect");
        onConnect.accept(this);
      }
    }

    @Override
    protected void disconnect() {
      if (isNoted()) {
        journal.add("disconnect");
      }
    }

    private boolean isNoted() {
      return request().header("X-Passer") == null;
    }

    @Override
    protected boolean onError(Throwable failure, String callback) {
      journal.add("error in " + callback + ": " + failure.getMessage());
      return true;
    }

    void identify(String name, Object value) {
      identifiedBy(name, value);
    }

    UnauthorizedException denied() {
      return unauthorized();
    }

    void await(io.vertx.core.Future<?> future) {
      defer(future);
    }

    void await(CompletableFuture<?> future) {
      defer(future);
    }
  }

  private final class NoteChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      journal.add("subscribed");
    }

    @Override
    protected void unsubscribed() {
      journal.add("unsubscribed " + params().path("n").asInt(1));
    }

    @Action
    void note() {
      journal.add("note");
    }

    @Action
    void hold() {
      journal.add("hold");
      gate.pass();
    }

    @Action
    void leave() {
      connection().close("tired", false);
    }
  }

  private final Gate gate = new Gate();

  private final class Events implements CableEvents {
    @Override
    public void connectionOpened(ConnectionStatistics connection) {
      journal.add("opened");
    }

    @Override
    public void connectionClosed(ConnectionStatistics connection) {
      journal.add("closed");
    }
  }

  private void serveWithoutEvents(Consumer<NotedConnection> onConnect) {
    serve(cable -> cable
        .connection(() -> new NotedConnection(onConnect))
        .channel(NoteChannel.class, NoteChannel::new));
  }

  private void serveNoted(Consumer<NotedConnection> onConnect) {
    serve(cable -> cable
        .connection(() -> new NotedConnection(onConnect))
        .channel(NoteChannel.class, NoteChannel::new)
        .events(new Events()));
  }

  private static String disconnect(String reason, boolean reconnect) {
    return "{\"type\":\"disconnect\",\"reason\":" + reason + ",\"reconnect\":" + reconnect + "}";
  }

  // -- opening

  @Test
  void welcomesAfterConnect() {
    serveNoted(connection -> gate.pass());
    WireClient client = connect();
    gate.awaitArrival();
    assertThat(cable().connectionCount()).isZero();
    gate.open();
    client.welcomed();
    journal.expect("connect", "opened");
    assertThat(cable().connectionCount()).isOne();
  }

  @Test
  void welcomesWhenADeferredFutureSucceeds() {
    Promise<Void> slow = Promise.promise();
    CompletableFuture<Void> slower = new CompletableFuture<>();
    serveNoted(connection -> {
      connection.await(slow.future());
      connection.await(slower);
    });
    WireClient client = connect();
    journal.expect("connect");
    slow.complete();
    assertThat(cable().connectionCount()).isZero();
    slower.complete(null);
    client.welcomed();
    journal.expect("opened");
  }

  @Test
  void turnsAnUnauthorizedClientAwayForGood() {
    serveNoted(connection -> {
      throw connection.denied();
    });
    WireClient client = connect();
    assertThat(client.status()).isEqualTo(101);
    client.expect(disconnect("\"unauthorized\"", false));
    assertThat(client.frame().closeCode()).isEqualTo(1000);
    client.sendClose(1000).ended();
    journal.expect("connect", "disconnect", "closed");
    assertThat(cable().connectionCount()).isZero();
  }

  @Test
  void dropsWhatAnUnauthorizedClientSent() {
    serveNoted(connection -> {
      gate.pass();
      throw connection.denied();
    });
    WireClient client = connect();
    gate.awaitArrival();
    client.subscribe(NOTE).perform(NOTE, "note");
    gate.open();
    client.expect(disconnect("\"unauthorized\"", false));
    assertThat(client.closeCode()).isEqualTo(1000);
    client.sendClose(1000).ended();
    journal.expect("connect", "disconnect", "closed");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void dropsWhatARefusedClientSentBeforeItHungUp(boolean unauthorized) {
    serveWithoutEvents(connection -> {
      gate.pass();
      if (unauthorized) {
        throw connection.denied();
      }
      throw new IllegalStateException("no users today");
    });
    WireClient client = connect();
    gate.awaitArrival();
    client.subscribe(NOTE).perform(NOTE, "note").sendClose(1000);
    assertThat(client.closeCode()).isEqualTo(1000);
    client.ended();
    awaitLoops();
    gate.open();
    journal.expect("connect");
    if (!unauthorized) {
      journal.expect("error in connect: no users today");
    }
    journal.expect("disconnect");
  }

  @Test
  void sendsAClientWhoseConnectFailsAwayToTryAgain() {
    serveNoted(connection -> {
      throw new IllegalStateException("no users today");
    });
    WireClient client = connect();
    client.expect(disconnect("\"server_error\"", true));
    assertThat(client.closeCode()).isEqualTo(1000);
    client.sendClose(1000).ended();
    journal.expect("connect", "error in connect: no users today", "disconnect", "closed");
  }

  @Test
  void sendsAClientWhoseConnectFailsWithAnErrorAwayToTryAgain() {
    serveNoted(connection -> {
      throw new StackOverflowError("deep");
    });
    connect().expect(disconnect("\"server_error\"", true));
    journal.expect("connect", "error in connect: deep");
  }

  @Test
  void sendsAClientWhoseConnectFailsLaterAwayToTryAgain() {
    serveNoted(connection -> connection.await(io.vertx.core.Future.failedFuture("too late")));
    connect().expect(disconnect("\"server_error\"", true));
    journal.expect("connect", "error in connect: too late");
  }

  @Test
  void turnsAClientAwayWhoseFutureIsUnauthorized() {
    serveNoted(connection ->
        connection.await(io.vertx.core.Future.failedFuture(new UnauthorizedException("no"))));
    connect().expect(disconnect("\"unauthorized\"", false));
  }

  @Test
  void sendsAClientAwayWhenTheFactoryFails() {
    serve(cable -> cable.connection(() -> {
      throw new IllegalStateException("no connections today");
    }));
    connect().expect(disconnect("\"server_error\"", true));
    serve(cable -> cable.connection(() -> null));
    connect().expect(disconnect("\"server_error\"", true));
  }

  @Test
  void sendsAClientAwayWhoseConnectTakesTooLong() {
    serve(cable -> cable
        .connectTimeout(Duration.ofMillis(50))
        .connection(() -> new NotedConnection(connection -> gate.pass()))
        .channel(NoteChannel.class, NoteChannel::new)
        .events(new CableEvents() {
          @Override
          public void limitReached(String option, String subject) {
            journal.add("limit " + option);
          }
        }));
    WireClient client = connect().subscribe(NOTE);
    client.expect(disconnect("\"server_error\"", true));
    assertThat(client.closeCode()).isEqualTo(1000);
    client.sendClose(1000).ended();
    gate.open();
    journal.expect("connect", "limit connectTimeout", "disconnect");
    assertThat(cable().connectionCount()).isZero();
  }

  @Test
  void endsAConnectionOnlyAfterItsConnectWhenTheClientVanishesMeanwhile() {
    serveWithoutEvents(connection -> {
      connection.identify("user", "gone");
      gate.pass();
      journal.add("connected");
    });
    WireClient client = connect();
    gate.awaitArrival();
    client.sendClose(1000);
    assertThat(client.closeCode()).isEqualTo(1000);
    client.ended();
    awaitLoops();
    gate.open();
    journal.expect("connect", "connected", "disconnect");
    assertThat(cable().connections()).extracting("identifier").doesNotContain("gone");
  }

  // -- identifiers

  private enum Role {
    ADMIN
  }

  @Test
  void joinsTheSortedValuesOfItsIdentifiers() {
    UUID id = UUID.fromString("00000000-0000-0000-0000-00000000002a");
    serveNoted(connection -> {
      connection.identify("user", "zoe");
      connection.identify("tenant", 7);
      connection.identify("session", id);
      connection.identify("role", Role.ADMIN);
      connection.identify("device", (Streamable) () -> "phone");
      journal.add(connection.connectionIdentifier());
    });
    open();
    journal.expect("connect", id + ":7:ADMIN:phone:zoe");
  }

  @Test
  void needsNoIdentifier() {
    serveNoted(connection -> journal.add("<" + connection.connectionIdentifier() + ">"));
    open();
    journal.expect("connect", "<>");
  }

  @Test
  void refusesAnIdentifierThatIsTakenOrHasNoName() {
    serveNoted(connection -> {
      connection.identify("user", 1);
      assertThatThrownBy(() -> connection.identify("user", 2))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("user");
      assertThatThrownBy(() -> connection.identify("a", null))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> connection.identify("b", new Object()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("java.lang.Object");
      assertThatThrownBy(() -> connection.identify("c", ""))
          .isInstanceOf(IllegalArgumentException.class);
    });
    open();
  }

  private static final class LateConnection extends Connection {
    void identifyLate() {
      identifiedBy("user", 1);
    }
  }

  private static final class LateChannel extends Channel<LateConnection> {
    @Override
    protected void subscribed() {
      assertThatThrownBy(() -> connection().identifyLate())
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void takesIdentifiersInConnectOnly() {
    serve(cable ->
        cable.connection(LateConnection::new).channel(LateChannel.class, LateChannel::new));
    open().subscribe(identifier("LateChannel")).confirmed(identifier("LateChannel"));
  }

  @Test
  void hasNothingBeforeItHasASocket() {
    assertThatThrownBy(() -> new LateConnection().request())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("use connect() instead of the constructor");
  }

  // -- closing

  @Test
  void endsSubscriptionsInTheirOrderAndThenTheConnection() {
    serveNoted(connection -> {});
    WireClient client = open().subscribe(NOTE).confirmed(NOTE).subscribe(OTHER).confirmed(OTHER);
    client.sendClose(1000);
    assertThat(client.closeCode()).isEqualTo(1000);
    journal.expect(
        "connect",
        "opened",
        "subscribed",
        "subscribed",
        "unsubscribed 1",
        "unsubscribed 2",
        "disconnect",
        "closed");
    assertThat(cable().connectionCount()).isZero();
  }

  @Test
  void cleansUpAfterAClientThatJustHangsUp() {
    serveNoted(connection -> {});
    open().subscribe(NOTE).confirmed(NOTE).close();
    journal.expect("connect", "opened", "subscribed", "unsubscribed 1", "disconnect", "closed");
  }

  @Test
  void carriesOutWhatAClientSentBeforeItsClose() {
    serveNoted(connection -> {});
    open()
        .subscribe(NOTE)
        .perform(NOTE, "note")
        .perform(NOTE, "note")
        .unsubscribe(NOTE)
        .sendClose(1000);
    journal.expect(
        "connect",
        "opened",
        "subscribed",
        "note",
        "note",
        "unsubscribed 1",
        "disconnect",
        "closed");
  }

  @Test
  void waitsForARunningActionWhenTheClientVanishes() {
    serveNoted(connection -> {});
    WireClient client = open().subscribe(NOTE).confirmed(NOTE).perform(NOTE, "hold");
    gate.awaitArrival();
    client.sendClose(1000);
    assertThat(client.closeCode()).isEqualTo(1000);
    client.ended();
    gate.open();
    journal.expect("connect", "opened", "subscribed", "hold", "unsubscribed 1", "disconnect");
  }

  @Test
  void dropsWhatStillWaitsOnceTheServerBeganToClose() {
    serveNoted(connection -> {});
    WireClient client = open().subscribe(NOTE).confirmed(NOTE);
    client.perform(NOTE, "hold").perform(NOTE, "note");
    gate.awaitArrival();
    cable().restart();
    client.expect(disconnect("\"server_restart\"", true));
    assertThat(client.closeCode()).isEqualTo(1000);
    client.perform(NOTE, "note").sendClose(1000).ended();
    gate.open();
    journal.expect("connect", "opened", "subscribed", "hold", "unsubscribed 1", "disconnect");
  }

  @Test
  void closesForAReasonOfTheApplications() {
    serveNoted(connection -> {});
    WireClient client = open().subscribe(NOTE).confirmed(NOTE).perform(NOTE, "leave");
    client.expect(disconnect("\"tired\"", false));
    assertThat(client.frame().closeCode()).isEqualTo(1000);
  }

  @Test
  void closesOnceAndWithoutAReason() {
    CompletableFuture<Connection> opened = new CompletableFuture<>();
    serveNoted(opened::complete);
    WireClient client = open();
    opened.join().close(null, true);
    opened.join().close("again", false);
    client.expect(disconnect("null", true));
    assertThat(client.frame().closeCode()).isEqualTo(1000);
    client.sendClose(1000).ended();
    opened.join().close("after the end", false);
    opened.join().transmit("after the end");
    journal.expect("connect", "opened", "disconnect", "closed");
  }

  @Test
  void sendsNoWelcomeWhenConnectCloses() {
    serveNoted(connection -> connection.close("full", true));
    WireClient client = connect().expect(disconnect("\"full\"", true));
    assertThat(client.closeCode()).isEqualTo(1000);
    client.sendClose(1000);
    journal.expect("connect", "disconnect", "closed");
  }

  private static final class FailingChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("failing");
    }

    @Override
    protected void beforeUnsubscribe() {
      throw new IllegalStateException("before");
    }

    @Override
    protected void unsubscribed() {
      throw new IllegalStateException("un");
    }

    @Override
    protected void afterUnsubscribe() {
      throw new IllegalStateException("after");
    }
  }

  @Test
  void completesTheCleanupWhateverFails() {
    String failing = identifier("FailingChannel");
    serve(cable -> cable
        .connection(() -> new NotedConnection(connection -> {}))
        .channel(FailingChannel.class, FailingChannel::new)
        .channel(NoteChannel.class, NoteChannel::new)
        .events(new Events()));
    WireClient client = open();
    client.subscribe(failing).confirmed(failing).subscribe(NOTE).confirmed(NOTE);
    assertThat(cable().streamCount()).isOne();
    client.close();
    journal.expect(
        "connect",
        "opened",
        "subscribed",
        "error in FailingChannel#beforeUnsubscribe: before",
        "error in FailingChannel#unsubscribed: un",
        "error in FailingChannel#afterUnsubscribe: after",
        "unsubscribed 1",
        "disconnect",
        "closed");
    assertThat(cable().streamCount()).isZero();
    assertThat(cable().connectionCount()).isZero();
  }

  @Test
  void endsAConnectionWhoseDisconnectFails() {
    serve(cable -> cable
        .connection(() -> new Connection() {
          @Override
          protected void disconnect() {
            throw new IllegalStateException("sorry");
          }
        })
        .events(new Events()));
    open().close();
    journal.expect("opened", "closed");
    assertThat(cable().connectionCount()).isZero();
  }

  // -- what is known of connections

  @Test
  void tellsTheStatisticsOfOpenConnections() {
    serveNoted(connection -> connection.identify("user", "ann"));
    Instant before = Instant.now().minusSeconds(1);
    open().subscribe(NOTE).confirmed(NOTE).subscribe(OTHER).confirmed(OTHER);
    assertThat(cable().connections()).singleElement().satisfies(statistics -> {
      assertThat(statistics.identifier()).isEqualTo("ann");
      assertThat(statistics.startedAt()).isBetween(before, Instant.now());
      assertThat(statistics.subscriptions()).containsExactly(NOTE, OTHER);
    });
  }

  @Test
  void transmitsAnyJsonOutsideOfSubscriptions() {
    CompletableFuture<Connection> opened = new CompletableFuture<>();
    serveNoted(opened::complete);
    WireClient client = open();
    opened.join().transmit(Map.of("hint", 1));
    client.expect("{\"hint\":1}");
    assertThatThrownBy(() -> opened.join().transmit(new Object()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
