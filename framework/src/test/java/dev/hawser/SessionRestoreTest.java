// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hawser.sessions.MemorySessions;
import dev.hawser.sessions.SessionStore;
import dev.hawser.support.Gate;
import dev.hawser.support.HookedPubSub;
import dev.hawser.support.WireClient;
import dev.hawser.support.redis.Until;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** A client whose socket was lost goes on with its session over another one. */
class SessionRestoreTest extends RestoreFixture {

  @Test
  void makesTheSubscriptionsAnewWithoutARoundTrip() {
    serveRooms();
    String sid = lose(visit("ann", NEWS, CHAT));
    journal.clear();
    WireClient again = restoring("ann", sid);
    JsonNode welcome = again.welcome();
    assertThat(restored(welcome)).containsExactly(NEWS, CHAT);
    assertThat(welcome.path("sid").textValue()).matches("[\\w-]{22}").isNotEqualTo(sid);
    assertThat(welcome.has("features")).isTrue();
    // What subscribed() sent comes behind the welcome, and nothing confirms what that has told.
    assertThat(again.message().textValue()).isEqualTo("hello from news");
    assertThat(again.message().textValue()).isEqualTo("hello from chat");
    expectSilence(again);
    await(cable().broadcast("chat", "Ahoy"));
    assertThat(again.message().textValue()).isEqualTo("Ahoy");
    again.call(NEWS, "sid", Map.of(), "c1");
    assertThat(again.reply(NEWS, "c1").path("message").textValue())
        .isEqualTo(welcome.path("sid").textValue());
    assertThat(cable().connectionCount()).isEqualTo(1);
  }

  @Test
  void runsEachCallbackOnceForEachConnection() {
    serveRooms();
    Visitor first = visit("ann", NEWS, CHAT);
    first.client().close();
    journal.expect(
        "connect ann",
        "subscribed news",
        "afterSubscribe news",
        "subscribed chat",
        "afterSubscribe chat",
        "unsubscribed news",
        "unsubscribed chat",
        "disconnect");
    WireClient again = restoring("ann", first.sid()).welcomed();
    again.unsubscribe(NEWS);
    journal.expect(
        "connect ann",
        "subscribed news",
        "afterSubscribe news",
        "subscribed chat",
        "afterSubscribe chat",
        "unsubscribed news");
    again.close();
    journal.expect("unsubscribed chat", "disconnect");
    assertThat(journal.rest()).isEmpty();
  }

  @Test
  void takesASessionWhoseSocketIsOnlyHalfOpen() {
    serveRooms();
    Visitor visitor = visit("ann", NEWS);
    WireClient again = restoring("ann", visitor.sid());
    assertThat(restored(again.welcome())).containsExactly(NEWS);
    visitor
        .client()
        .expect("{\"type\":\"disconnect\",\"reason\":\"session_restored\",\"reconnect\":true}");
    assertThat(visitor.client().closeCode()).isEqualTo(1000);
    visitor.client().sendClose(1000).ended();
    journal.find("disconnect");
    assertThat(again.message().textValue()).isEqualTo("hello from news");
    await(cable().broadcast("news", "Ahoy"));
    assertThat(again.message().textValue()).isEqualTo("Ahoy");
    assertOrdinary(restoring("ann", visitor.sid()));
  }

  @Test
  void takesASessionThatWasGivenUpForItsSilence() {
    serveRooms(
        cable -> cable.pingInterval(Duration.ofMillis(50)).deadPeerTimeout(Duration.ofMillis(300)));
    Visitor visitor = visit("ann", NEWS);
    journal.find("disconnect");
    WireClient again = restoring("ann", visitor.sid());
    assertThat(restored(again.welcome())).containsExactly(NEWS);
  }

  @Test
  void isRestoredByAHeaderThatGoesBeforeTheQuery() {
    serveRooms();
    Visitor ann = visit("ann", NEWS);
    Visitor other = visit("ann", CHAT);
    String header = "X-AnyCable-Restore-Sid: " + lose(ann);
    WireClient again = connectAs("ann", "?sid=" + lose(other), header);
    assertThat(restored(again.welcome())).containsExactly(NEWS);
    assertOrdinary(connectAs("ann", "?sid=" + other.sid(), "X-ANYCABLE-RESTORE-SID: forged"));
    assertThat(restored(restoring("ann", other.sid()).welcome())).containsExactly(CHAT);
  }

  @Test
  void goesOnAgainAndAgainEachTimeWithTheNewSid() throws Exception {
    Kept kept = new Kept();
    serveRooms(cable -> cable.pubSub(new HookedPubSub().sessions(kept)));
    List<String> sids = new ArrayList<>();
    Visitor visitor = visit("ann", NEWS);
    for (int i = 0; i < 20; i++) {
      sids.add(lose(visitor));
      assertThat(kept.sids()).isEqualTo(sids.subList(Math.max(0, sids.size() - 16), sids.size()));
      WireClient again = restoring("ann", visitor.sid());
      JsonNode welcome = again.welcome();
      assertThat(restored(welcome)).containsExactly(NEWS);
      visitor = new Visitor(again, welcome.path("sid").textValue());
    }
  }

  /** Shows what is kept. */
  private static final class Kept implements SessionStore {
    private final MemorySessions memory = MemorySessions.create();
    private final BlockingQueue<Buffer> kept = new LinkedBlockingQueue<>();

    @Override
    public Future<Void> put(String name, Buffer session, long keepMs) {
      assertThat(name).matches("[\\w-]{43}");
      kept.add(session);
      return memory.put(name, session, keepMs);
    }

    @Override
    public Future<Buffer> take(String name) {
      return memory.take(name);
    }

    void await(int times) {
      Until.isTrue("so many sessions were kept", () -> kept.size() == times);
    }

    List<String> sids() throws Exception {
      List<String> sids = new ArrayList<>();
      new ObjectMapper()
          .readTree(kept.remove().getBytes())
          .path("sids")
          .forEach(sid -> sids.add(sid.textValue()));
      return sids;
    }
  }

  @Test
  void leavesOutWhatIsRejectedNowAndSaysNothingMoreOfIt() {
    serveRooms();
    String sid = lose(visit("ann", NEWS, CHAT));
    closed.add("news");
    WireClient again = restoring("ann", sid);
    assertThat(restored(again.welcome())).containsExactly(CHAT);
    assertThat(again.message().textValue()).isEqualTo("hello from chat");
    expectSilence(again);
    again.subscribe(NEWS).rejected(NEWS);
    closed.clear();
    again.subscribe(NEWS);
    assertThat(again.message().textValue()).isEqualTo("hello from news");
    again.confirmed(NEWS);
  }

  @Test
  void leavesOutWhatTheClientHadLeft() {
    serveRooms();
    Visitor visitor = visit("ann", NEWS, CHAT);
    visitor.client().unsubscribe(NEWS);
    assertThat(restored(restoring("ann", lose(visitor)).welcome())).containsExactly(CHAT);
  }

  @Test
  void leavesOutWhatWasNotConfirmed() {
    serveRooms();
    Gate gate = new Gate();
    gates.put("chat", gate);
    Visitor visitor = visit("ann", NEWS);
    visitor.client().subscribe(CHAT);
    gate.awaitArrival();
    gates.clear();
    WireClient again = restoring("ann", visitor.sid());
    assertThat(restored(again.welcome())).containsExactly(NEWS);
    gate.open();
  }

  @Test
  void leavesOutWhatALimitDoesNotAllow() {
    HookedPubSub shared = new HookedPubSub();
    serveRooms(cable -> cable.pubSub(shared));
    String sid = lose(visit("ann", NEWS, CHAT));
    SessionStore store = shared.sessions();
    serveRooms(cable -> cable
        .pubSub(new HookedPubSub().sessions(store))
        .events(limitsToJournal)
        .maxSubscriptionsPerConnection(1));
    assertThat(restored(restoring("ann", sid).welcome())).containsExactly(NEWS);
    journal.find("maxSubscriptionsPerConnection");
  }

  @Test
  void confirmsLaterWhatTakesLongerThanTheWelcomeMayWait() {
    serveRooms(cable -> cable.subscribeTimeout(Duration.ofMillis(200)).events(limitsToJournal));
    String sid = lose(visit("ann", NEWS, CHAT));
    Gate gate = new Gate();
    gates.put("chat", gate);
    WireClient again = restoring("ann", sid);
    assertThat(restored(again.welcome())).containsExactly(NEWS);
    assertThat(again.message().textValue()).isEqualTo("hello from news");
    again.subscribe(CHAT); // What the client does with one that it misses: it has one answer.
    gate.awaitArrival().open();
    assertThat(again.message().textValue()).isEqualTo("hello from chat");
    expectSilence(again.confirmed(CHAT));
    journal.find("subscribeTimeout");
  }

  @Test
  void waitsNoLongerForAStoreThatDoesNotAnswer() {
    SessionStore silent = new SessionStore() {
      @Override
      public Future<Void> put(String name, Buffer session, long keepMs) {
        return Future.succeededFuture();
      }

      @Override
      public Future<Buffer> take(String name) {
        return Future.future(never -> {});
      }
    };
    serveRooms(cable ->
        cable.pubSub(new HookedPubSub().sessions(silent)).subscribeTimeout(Duration.ofMillis(100)));
    assertOrdinary(restoring("ann", lose(visit("ann", NEWS))));
  }

  @Test
  void isToBeHadOnceMoreIfTheNewSocketIsLostBeforeTheWelcome() {
    Kept kept = new Kept();
    serveRooms(cable -> cable.pubSub(new HookedPubSub().sessions(kept)));
    String sid = lose(visit("ann", NEWS));
    Gate gate = new Gate();
    gates.put("news", gate);
    WireClient lost = restoring("ann", sid);
    gate.awaitArrival();
    lost.close();
    awaitLoops();
    gates.clear();
    gate.open();
    kept.await(2); // When the first socket was lost, and now again.
    assertThat(restored(restoring("ann", sid).welcome())).containsExactly(NEWS);
  }

  @Test
  void isToBeHadByOneOfTwoWhoComeAtOnce() throws Exception {
    serveRooms();
    for (int round = 0; round < 25; round++) {
      Visitor visitor = visit("ann", NEWS);
      if (round % 2 == 0) {
        visitor.client().close();
      }
      List<CompletableFuture<WireClient>> racing = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        racing.add(CompletableFuture.supplyAsync(() -> restoring("ann", visitor.sid())));
      }
      int winners = 0;
      for (CompletableFuture<WireClient> one : racing) {
        WireClient client = one.get();
        JsonNode welcome = client.welcome();
        if (welcome.has("restored")) {
          winners++;
          assertThat(restored(welcome)).containsExactly(NEWS);
        }
      }
      assertThat(winners).isLessThanOrEqualTo(1);
      if (round % 2 == 1) {
        assertThat(winners).isEqualTo(1);
      }
    }
  }

  @Test
  void tellsTheListenerWhetherItWasFound() {
    serveRooms(cable -> cable.events(new CableEvents() {
      @Override
      public void restorationAsked(ConnectionStatistics connection, boolean restored) {
        journal.add(connection.identifier() + " restored=" + restored);
      }
    }));
    String sid = lose(visit("ann", NEWS));
    restoring("ann", sid).welcomed();
    journal.find("ann restored=true");
    restoring("bob", sid).welcomed();
    journal.find("bob restored=false");
  }
}
