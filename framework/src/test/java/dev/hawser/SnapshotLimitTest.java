// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.support.FaultyPubSub;
import dev.hawser.support.LogCapture;
import dev.hawser.support.WireClient;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Snapshots that are larger than a message to a client may be. */
class SnapshotLimitTest extends HistoryFixture {
  private static final String BOARD = identifier("BoardChannel");
  private static final String SHARED = "{\"channel\":\"BoardChannel\",\"shared\":true}";
  private static final int MOST_BYTES = 1000;

  private final FaultyPubSub backend = new FaultyPubSub();
  private volatile int bytes;

  private final class BoardChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("board", history(last(1)));
    }

    @Override
    protected @Nullable Object snapshotKey() {
      return identifier().equals(SHARED) ? "shared" : null;
    }

    @Override
    protected Object snapshot() {
      String state = "x".repeat(bytes - 2);
      return identifier().equals(SHARED) ? Future.succeededFuture(state) : state;
    }

    @Override
    protected void unsubscribed() {
      journal.add("unsubscribed");
    }
  }

  private void serve(int snapshotBytes) {
    bytes = snapshotBytes;
    serve(cable -> cable
        .pubSub(backend)
        .channel(BoardChannel.class, BoardChannel::new)
        .events(limitsToJournal)
        .maxOutboundMessageBytes(MOST_BYTES));
  }

  @Test
  void sendsOneThatIsJustAsLargeAsItMayBe() {
    serve(MOST_BYTES);
    WireClient client = openExtended();
    places(client, BOARD);
    assertThat(client.message().textValue()).hasSize(MOST_BYTES - 2);
  }

  /** The client is not left with a subscription that has begun without its state. */
  @Test
  void rejectsASubscriptionWhoseSnapshotIsTooLargeAndNamesTheOption() {
    serve(MOST_BYTES + 1);
    try (LogCapture log = new LogCapture()) {
      openExtended().subscribe(BOARD).rejected(BOARD);
      journal.expect("maxOutboundMessageBytes", "unsubscribed");
      assertThat(log.line("limit reached: option=maxOutboundMessageBytes"))
          .contains("WARN", "1001 bytes (expected: at most 1000");
      assertThat(log.line("no snapshot: channel=BoardChannel"))
          .contains("1001 bytes (expected: at most 1000, see maxOutboundMessageBytes)");
    }
    open().subscribe(SHARED).rejected(SHARED);
    bytes = MOST_BYTES;
    open().subscribe(BOARD).confirmed(BOARD).message();
  }

  @Test
  void resumesAllTheSame() {
    serve(MOST_BYTES);
    WireClient client = openExtended();
    JsonNode places = places(client, BOARD);
    client.close();
    broadcast("board", 1);
    bytes = MOST_BYTES + 1;
    WireClient again = openExtended().sendText(command("subscribe", BOARD, behind(places)));
    assertThat(next(again, 3)).containsExactly("confirm_subscription kept", "1", "confirm_history");
    broadcast("board", 2);
    assertThat(next(again, 1)).containsExactly("2");
  }

  /** It is told that something is lost, but nothing of what follows is. */
  @Test
  void goesOnWithoutOneBehindALoss() {
    serve(MOST_BYTES);
    WireClient client = openExtended();
    JsonNode places = places(client, BOARD);
    client.message();
    WireClient base = open().subscribe(BOARD).confirmed(BOARD);
    base.message();
    bytes = MOST_BYTES + 1;
    backend.beginAnew();
    broadcast("board", 1);
    assertThat(next(client, 1)).containsExactly("reject_history");
    broadcast("board", 2);
    assertThat(next(client, 1)).containsExactly("2");
    assertThat(base.message().intValue()).isEqualTo(2);
    journal.find("maxOutboundMessageBytes");
    client.sendText(command("history", BOARD, behind(places)));
    assertThat(next(client, 1)).containsExactly("reject_history");
    broadcast("board", 3);
    assertThat(next(client, 1)).containsExactly("3");
    base.expect("{\"identifier\":" + TextNode.valueOf(BOARD) + ",\"message\":3}");
  }
}
