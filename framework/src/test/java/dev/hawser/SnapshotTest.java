// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.support.Gate;
import dev.hawser.support.WireClient;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The state that a client begins with, and begins again with after a loss. */
class SnapshotTest extends WireTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BOARD = identifier("BoardChannel");
  private static final String PLAIN = identifier("PlainChannel");
  private static final String LATER = identifier("LaterChannel");
  private static final String SHARED = identifier("SharedChannel");
  private static final String BROKEN = identifier("BrokenChannel");

  private final AtomicInteger snapshots = new AtomicInteger();
  private final Gate gate = new Gate();

  /** Its history keeps one broadcast. */
  private final class BoardChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("board", history(last(1)));
    }

    @Override
    protected Object snapshot() {
      return "state " + snapshots.incrementAndGet();
    }
  }

  /** Without history. What is broadcast while the snapshot is made must not fall between. */
  private final class PlainChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("plain");
    }

    @Override
    protected Object snapshot() {
      await(cable().broadcast("plain", "meanwhile"));
      return "state";
    }
  }

  private static final class LaterChannel extends Channel<Connection> {
    @Override
    protected Object snapshot() {
      return identifier().equals(LATER)
          ? Future.succeededFuture(List.of(1, 2))
          : CompletableFuture.completedFuture("stage");
    }
  }

  private final class SharedChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("shared");
    }

    @Override
    protected @Nullable Object snapshotKey() {
      return "room 1";
    }

    @Override
    protected Object snapshot() {
      int number = snapshots.incrementAndGet();
      journal.add("snapshot " + number);
      gate.pass();
      return number;
    }
  }

  private final class BrokenChannel extends Channel<Connection> {
    @Override
    protected Object snapshot() {
      throw new IllegalStateException("no database");
    }

    @Override
    protected boolean onError(Throwable failure, String callback) {
      journal.add(callback + ": " + failure.getMessage());
      return true;
    }

    @Override
    protected void unsubscribed() {
      journal.add("unsubscribed");
    }
  }

  private void serveAll() {
    serve(cable -> cable
        .channel("BoardChannel", BoardChannel.class, BoardChannel::new)
        .channel("PlainChannel", PlainChannel.class, PlainChannel::new)
        .channel("LaterChannel", LaterChannel.class, LaterChannel::new)
        .channel("SharedChannel", SharedChannel.class, SharedChannel::new)
        .channel("BrokenChannel", BrokenChannel.class, BrokenChannel::new));
  }

  private static String type(JsonNode message) {
    return message.path("type").asText();
  }

  private static String plain(String identifier, String value) {
    return "{\"identifier\":" + TextNode.valueOf(identifier) + ",\"message\":" + value + "}";
  }

  private static String subscribe(String identifier, JsonNode positions) {
    ObjectNode json = JSON.createObjectNode();
    json.put("command", "subscribe").put("identifier", identifier);
    json.putObject("history").set("streams", positions);
    return json.toString();
  }

  @Test
  void sendsTheSnapshotBehindTheConfirmationAndBeforeWhatIsNewer() {
    serveAll();
    WireClient base = open().subscribe(PLAIN).confirmed(PLAIN);
    base.expect(plain(PLAIN, "\"state\"")).expect(plain(PLAIN, "\"meanwhile\""));
    WireClient extended = openExtended().subscribe(PLAIN).confirmed(PLAIN);
    JsonNode snapshot = extended.json();
    assertThat(snapshot.path("message").textValue()).isEqualTo("state");
    assertThat(snapshot.path("snapshot").booleanValue()).isTrue();
    assertThat(snapshot.has("reset")).isFalse();
    extended.expect(plain(PLAIN, "\"meanwhile\""));
  }

  @Test
  void waitsForAFutureThatTheSnapshotReturns() {
    serveAll();
    open().subscribe(LATER).confirmed(LATER).expect(plain(LATER, "[1,2]"));
    String stage = "{\"channel\":\"LaterChannel\",\"stage\":1}";
    open().subscribe(stage).confirmed(stage).expect(plain(stage, "\"stage\""));
  }

  @Test
  void sendsNoSnapshotToAClientThatResumesAndANewOneToOneThatCannot() {
    serveAll();
    WireClient client = openExtended().subscribe(BOARD);
    JsonNode start = client.json().path("streams");
    assertThat(client.json().path("message").textValue()).isEqualTo("state 1");
    client.close();
    await(cable().broadcast("board", "a"));
    WireClient resumed = openExtended().sendText(subscribe(BOARD, start));
    assertThat(resumed.json().path("continuity").textValue()).isEqualTo("kept");
    assertThat(resumed.message().textValue()).isEqualTo("a");
    assertThat(type(resumed.json())).isEqualTo("confirm_history");
    expectSilence(resumed);
    await(cable().broadcast("board", "b"));
    WireClient lost = openExtended().sendText(subscribe(BOARD, start));
    assertThat(lost.json().path("continuity").textValue()).isEqualTo("lost");
    assertThat(type(lost.json())).isEqualTo("reject_history");
    JsonNode snapshot = lost.json();
    assertThat(snapshot.path("message").textValue()).isEqualTo("state 2");
    assertThat(snapshot.path("reset").booleanValue()).isTrue();
    await(cable().broadcast("board", "c"));
    assertThat(lost.message().textValue()).isEqualTo("c");
  }

  @Test
  void makesOneSnapshotForAllThatNeedTheSameAtTheSameTime() {
    serveAll();
    List<WireClient> clients = new ArrayList<>();
    clients.add(open().subscribe(SHARED));
    journal.expect("snapshot 1");
    for (int i = 0; i < 20; i++) {
      WireClient client = open().subscribe(SHARED);
      clients.add(client);
      client.received();
    }
    awaitLoops();
    gate.open();
    journal.expect("snapshot 2");
    for (WireClient client : clients) {
      client.confirmed(SHARED);
      assertThat(client.message().intValue()).isLessThanOrEqualTo(2);
    }
    assertThat(snapshots).hasValue(2);
  }

  @Test
  void triesAgainWhenTheSubscriptionEndsThatMakesTheSnapshotForOthers() {
    serveAll();
    WireClient first = open().subscribe(SHARED);
    journal.expect("snapshot 1");
    WireClient second = open().subscribe(SHARED).received();
    WireClient third = open().subscribe(SHARED).received();
    awaitLoops();
    second.close();
    awaitLoops();
    gate.open();
    first.confirmed(SHARED);
    third.confirmed(SHARED);
    assertThat(third.message().intValue()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void rejectsASubscriptionWhoseSnapshotFails() {
    serveAll();
    open().subscribe(BROKEN).rejected(BROKEN);
    journal.find("no database");
    journal.expect("unsubscribed");
  }
}
