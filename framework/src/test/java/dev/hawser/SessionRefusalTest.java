// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.sessions.SessionStore;
import dev.hawser.support.HookedPubSub;
import dev.hawser.support.WireClient;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no session is handed out for: such a client is connected like any other, or not at all. */
class SessionRefusalTest extends RestoreFixture {

  @Test
  void letsNobodyInWhomConnectRefuses() {
    serveRooms();
    String sid = lose(visit("ann", NEWS));
    closed.add("ann");
    restoring("ann", sid)
        .expect("{\"type\":\"disconnect\",\"reason\":\"unauthorized\",\"reconnect\":false}")
        .sendClose(1000)
        .ended();
    journal.expect("connect ann", "disconnect");
    closed.clear();
    // Nothing has been used up by the attempt.
    assertThat(restored(restoring("ann", sid).welcome())).containsExactly(NEWS);
  }

  @Test
  void givesNobodyTheSessionOfAnother() {
    serveRooms();
    Visitor live = visit("ann", CHAT);
    String sid = lose(visit("ann", NEWS));
    assertOrdinary(restoring("bob", sid));
    assertOrdinary(restoring("", sid));
    assertOrdinary(restoring("bob", live.sid()));
    // Neither is used up, nor is the live one closed.
    expectSilence(live.client());
    assertThat(restored(restoring("ann", sid).welcome())).containsExactly(NEWS);
    assertThat(restored(restoring("ann", live.sid()).welcome())).containsExactly(CHAT);
  }

  @Test
  void givesASessionOnce() {
    serveRooms();
    String sid = lose(visit("ann", NEWS));
    WireClient again = restoring("ann", sid);
    assertThat(restored(again.welcome())).containsExactly(NEWS);
    assertOrdinary(restoring("ann", sid));
    assertThat(again.message().textValue()).isEqualTo("hello from news");
    expectSilence(again);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "AAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAB",
        "AAAAAAAAAAAAAAAAAAAAA%0A",
        "%00",
        "AAAAAAAAAAAAAAAAAAAAAA&sid=BBBBBBBBBBBBBBBBBBBBBB",
        "..%2F..%2F",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      })
  void takesAForgedSidForNone(String sid) {
    serveRooms();
    WireClient client = assertOrdinary(connectAs("ann", "?sid=" + sid));
    client.subscribe(NEWS);
    client.message();
    client.confirmed(NEWS);
  }

  @Test
  void forgetsASessionAfterItsTime() {
    serveRooms(cable -> cable.sessionRestoreTime(Duration.ofMillis(1)));
    String sid = lose(visit("ann", NEWS));
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5);
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertOrdinary(restoring("ann", sid));
  }

  @Test
  void keepsNothingIfItIsOff() {
    serveRooms(cable -> cable.sessionRestoreTime(Duration.ZERO));
    Visitor live = visit("ann", CHAT);
    String sid = lose(visit("ann", NEWS));
    assertOrdinary(restoring("ann", sid));
    assertOrdinary(restoring("ann", live.sid()));
    expectSilence(live.client());
  }

  @Test
  void restoresNothingUnderTheBaseProtocol() {
    serveRooms();
    String base = "Sec-WebSocket-Protocol: actioncable-v1-json";
    String sid = lose(visit("ann", NEWS));
    assertOrdinary(connectAs("ann", "?sid=" + sid, base));
    // Nor does a client of it leave anything to be restored.
    WireClient client = connectAs("ann", "", base);
    String other = client.welcome().path("sid").textValue();
    client.subscribe(CHAT);
    client.message();
    client.confirmed(CHAT);
    assertOrdinary(restoring("ann", other));
    assertOrdinary(restoring("ann", lose(new Visitor(client, other))));
  }

  @Test
  void forgetsASessionThatTheApplicationHasEnded() {
    serveRooms();
    Visitor visitor = visit("ann", NEWS);
    visitor.client().perform(NEWS, "leave");
    assertDead(visitor);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void forgetsASessionThatWasEndedRemotely(boolean reconnect) {
    serveRooms();
    Visitor visitor = visit("ann", NEWS);
    await(cable().remoteConnections().where("user", "ann").disconnect(reconnect));
    assertDead(visitor);
  }

  @Test
  void forgetsASessionWhoseServerRestarts() {
    serveRooms();
    Visitor visitor = visit("ann", NEWS);
    cable().restart();
    assertDead(visitor);
  }

  /** The disconnect message was the end of it, before its socket is closed and afterwards. */
  private void assertDead(Visitor visitor) {
    assertThat(visitor.client().json().path("type").textValue()).isEqualTo("disconnect");
    assertOrdinary(restoring("ann", visitor.sid()));
    journal.clear();
    visitor.client().sendClose(1000).ended();
    journal.find("disconnect");
    assertOrdinary(restoring("ann", visitor.sid()));
  }

  @Test
  void keepsNoMoreSessionsThanAllowed() {
    serveRooms(cable -> cable.maxKeptSessions(2).events(limitsToJournal));
    List<String> sids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      sids.add(lose(visit("ann", NEWS)));
    }
    assertOrdinary(restoring("ann", sids.get(2)));
    assertThat(restored(restoring("ann", sids.get(0)).welcome())).containsExactly(NEWS);
    // One was taken, so there is room for one.
    String next = lose(visit("ann", CHAT));
    assertThat(restored(restoring("ann", next).welcome())).containsExactly(CHAT);
  }

  @Test
  void keepsNoMoreBytesThanAllowed() {
    serveRooms(cable -> cable.maxKeptSessionBytes(1024).events(limitsToJournal));
    String large = lose(visit("ann", room("x".repeat(2000))));
    String small = lose(visit("ann", NEWS));
    assertOrdinary(restoring("ann", large));
    assertThat(restored(restoring("ann", small).welcome())).containsExactly(NEWS);
  }

  @Test
  void keepsNoSessionThatIsLargerThanAnySessionMayBe() {
    serveRooms(cable -> cable.events(limitsToJournal));
    String[] many =
        IntStream.range(0, 40).mapToObj(i -> room(i + "x".repeat(2000))).toArray(String[]::new);
    Visitor visitor = visit("ann", many);
    visitor.client().close();
    journal.find("maxKeptSessionBytes");
    journal.find("disconnect");
    assertOrdinary(restoring("ann", visitor.sid()));
  }

  @Test
  void connectsAsEverWithAStoreThatFailsOrHasGarbage() {
    for (Future<Buffer> answer : List.of(
        Future.<Buffer>failedFuture("away"),
        Future.succeededFuture(Buffer.buffer("garbage")),
        Future.succeededFuture(Buffer.buffer("{\"identifiers\":7}")),
        Future.succeededFuture(Buffer.buffer("[" + "x".repeat(100_000) + "]")))) {
      SessionStore store = new SessionStore() {
        @Override
        public Future<Void> put(String name, Buffer session, long keepMs) {
          return Future.failedFuture("away");
        }

        @Override
        public Future<Buffer> take(String name) {
          return answer;
        }
      };
      serveRooms(cable -> cable.pubSub(new HookedPubSub().sessions(store)));
      WireClient client = assertOrdinary(restoring("ann", lose(visit("ann", NEWS))));
      client.call(NEWS, "sid", Map.of(), "c1");
      assertThat(client.reply(NEWS, "c1").path("error").path("code").textValue())
          .isEqualTo("not_subscribed");
    }
  }
}
