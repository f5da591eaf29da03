// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.Gate;
import dev.hawser.support.WireClient;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A connection lasts no longer than the right to it. */
class AuthorisationTest extends WireTest {
  private static final String ROOM = identifier("RoomChannel");
  private static final String EXPIRED =
      "{\"type\":\"disconnect\",\"reason\":\"token_expired\",\"reconnect\":false}";
  private static final String UNAUTHORIZED =
      "{\"type\":\"disconnect\",\"reason\":\"unauthorized\",\"reconnect\":false}";

  private final Gate gate = new Gate();
  private final AtomicBoolean held = new AtomicBoolean();
  private volatile Consumer<UserConnection> onConnect = connection -> {};
  private volatile Check onCheck = connection -> {};

  private interface Check {
    void of(UserConnection connection) throws Exception;
  }

  private final class UserConnection extends Connection {
    @Override
    protected void connect() {
      onConnect.accept(this);
    }

    @Override
    protected void reauthenticate() throws Exception {
      boolean onLoop = Thread.currentThread().getName().startsWith("vert.x-eventloop-thread");
      journal.add(onLoop || held.get() ? "out of turn" : "asked");
      onCheck.of(this);
    }

    @Override
    protected void disconnect() {
      journal.add("disconnected");
    }

    @Override
    protected boolean onError(Throwable failure, String callback) {
      journal.add(callback + " " + failure.getMessage());
      return true;
    }

    void until(Instant time) {
      expiresAt(time);
    }

    UnauthorizedException refusal() {
      return unauthorized();
    }
  }

  record Lifetime(long ms) {}

  private final class RoomChannel extends Channel<UserConnection> {
    @Action
    void live(Lifetime lifetime) {
      connection().until(Instant.now().plusMillis(lifetime.ms()));
      transmit("lives");
    }

    @Action
    void hold() {
      held.set(true);
      gate.pass();
      held.set(false);
      transmit("held");
    }
  }

  private void serveUsers(Consumer<CableBuilder> configure) {
    serve(cable -> {
      cable.connection(UserConnection::new).channel(RoomChannel.class, RoomChannel::new);
      configure.accept(cable);
    });
  }

  private WireClient member() {
    return open().subscribe(ROOM).confirmed(ROOM);
  }

  private static WireClient live(WireClient client, long ms) {
    client.perform(ROOM, "live", java.util.Map.of("ms", ms));
    return client.expect(
        "{\"identifier\":\"{\\\"channel\\\":\\\"RoomChannel\\\"}\",\"message\":\"lives\"}");
  }

  @Test
  void endsWhenTheTokenExpires() {
    serveUsers(cable -> {});
    WireClient client = live(member(), 50);
    client.expect(EXPIRED);
    assertThat(client.closeCode()).isEqualTo(1000);
    journal.expect("disconnected");
  }

  @Test
  void isNotWelcomeWithATokenThatHasExpired() {
    onConnect = connection -> connection.until(Instant.now().minusSeconds(1));
    serveUsers(cable -> {});
    connect().expect(EXPIRED);
    journal.expect("disconnected");
    assertThat(cable().connectionCount()).isZero();
  }

  @Test
  void lastsAsLongAsTheLatestTokenDoes() {
    onConnect = connection -> connection.until(Instant.MAX);
    serveUsers(cable -> {});
    WireClient prolonged = live(live(member(), 50), 3_600_000);
    WireClient other = live(member(), 100);
    other.expect(EXPIRED); // Expired later than the first token of the other one did.
    expectSilence(prolonged);
    onConnect = connection -> connection.until(Instant.MIN);
    connect().expect(EXPIRED);
  }

  @Test
  void endsWhenTheApplicationSaysSo() {
    onCheck = connection -> {
      throw connection.refusal();
    };
    serveUsers(cable -> cable.reauthenticate(Duration.ofMillis(50)));
    WireClient client = open();
    client.expect(UNAUTHORIZED);
    assertThat(client.closeCode()).isEqualTo(1000);
    journal.expect("asked", "disconnected");
  }

  @Test
  void isCheckedAgainAndAgainInTurnWithOtherCallbacks() {
    serveUsers(cable -> cable.reauthenticate(Duration.ofMillis(5)));
    WireClient client = member();
    journal.expect("asked", "asked", "asked");
    client.perform(ROOM, "hold");
    gate.awaitArrival();
    journal.clear();
    gate.open();
    assertThat(client.message().asText()).isEqualTo("held");
    journal.expect("asked", "asked");
    onCheck = connection -> connection.until(Instant.now().minusMillis(1));
    client.expect(EXPIRED);
    assertThat(journal.find("disconnected")).isEqualTo("disconnected");
    assertThat(journal.rest()).isEmpty(); // It is not asked about any more.
  }

  @Test
  void outlivesACheckThatFails() {
    AtomicBoolean failed = new AtomicBoolean();
    onCheck = connection -> {
      if (failed.compareAndSet(false, true)) {
        throw new IllegalStateException("the database is away");
      }
    };
    serveUsers(cable -> cable.reauthenticate(Duration.ofMillis(5)));
    WireClient client = open();
    journal.expect("asked", "reauthenticate the database is away", "asked", "asked");
    client.received();
  }

  @Test
  void outlivesACheckThatHangs() {
    AtomicBoolean hung = new AtomicBoolean();
    onCheck = connection -> {
      if (hung.compareAndSet(false, true)) {
        new CountDownLatch(1).await();
      }
    };
    serveUsers(cable -> cable
        .reauthenticate(Duration.ofMillis(5))
        .callbackTimeout(Duration.ofMillis(20))
        .events(limitsToJournal));
    open();
    journal.expect("asked");
    journal.find("reauthenticate interrupted by callbackTimeout");
    journal.find("asked");
  }

  @Test
  void isNotCheckedUnlessTold() {
    serveUsers(cable -> {});
    live(member(), 50).expect(EXPIRED);
    journal.expect("disconnected");
  }
}
