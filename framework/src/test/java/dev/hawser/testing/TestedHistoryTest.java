// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.Channel;
import dev.hawser.Connection;
import dev.hawser.history.HistoryLimit;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the kit shows of streams with history and of snapshots. */
class TestedHistoryTest {
  private static final Duration KEPT = Duration.ofMinutes(5);

  private final List<String> state = new ArrayList<>(List.of("first"));
  private @Nullable RuntimeException failure;

  private final class BoardChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("board", history(HistoryLimit.within(KEPT)));
    }

    @Override
    protected Object snapshot() {
      if (failure != null) {
        throw failure;
      }
      return List.copyOf(state);
    }
  }

  private final ChannelTest test =
      ChannelTest.of(cable -> cable.channel("BoardChannel", BoardChannel.class, BoardChannel::new));

  private TestSubscription<BoardChannel> board() {
    return test.connect().subscribe(BoardChannel.class);
  }

  private void add(String line) {
    state.add(line);
    test.cable().broadcast("board", line);
  }

  @Test
  void showsTheSnapshotApartFromTheMessages() {
    TestSubscription<BoardChannel> board = board();
    add("second");

    board.assertSnapshot(List.of("first")).assertTransmitted("second");
    assertThat(board.snapshots(List.class)).containsExactly(List.of("first"));
    assertThat(board.transmissions()).containsExactly(TextNode.valueOf("second"));
    assertThat(board.isReset()).isFalse();
  }

  @Test
  void showsItAmongTheMessagesOfAClientThatKnowsNoSnapshots() {
    TestSubscription<BoardChannel> board = test.connect(
            request -> request.subprotocol("actioncable-v1-json"))
        .subscribe(BoardChannel.class);

    board.assertTransmitted(List.of("first"));
    assertThat(board.snapshots()).isEmpty();
  }

  @Test
  void givesWhatWasMissedInsteadOfASnapshotToAClientThatComesBackInTime() {
    TestConnection ann = test.connect();
    TestSubscription<BoardChannel> before = ann.subscribe(BoardChannel.class);
    ann.disconnect();
    add("second");
    test.clock().advance(KEPT.dividedBy(2));

    TestSubscription<BoardChannel> after = test.connect().resume(before);

    assertThat(after.isContinuous()).isTrue();
    assertThat(after.transmissions()).containsExactly(TextNode.valueOf("second"));
    assertThat(after.snapshots()).isEmpty();
  }

  @Test
  void resetsAClientThatComesBackTooLate() {
    TestConnection ann = test.connect();
    TestSubscription<BoardChannel> before = ann.subscribe(BoardChannel.class);
    ann.disconnect();
    add("second");
    test.clock().advance(KEPT.multipliedBy(10));

    TestSubscription<BoardChannel> after = test.connect().resume(before);

    assertThat(after.isContinuous()).isFalse();
    after.assertSnapshot(List.of("first", "second")).assertNothingTransmitted();
    assertThat(after.isReset()).isTrue();
    after.clear();
    assertThat(after.snapshots()).isEmpty();
    assertThat(after.isReset()).isFalse();
  }

  @Test
  void throwsWhatASnapshotThrows() {
    failure = new IllegalStateException("no database");
    assertThatThrownBy(this::board)
        .isInstanceOf(CallbackFailedException.class)
        .hasMessage("BoardChannel#snapshot failed: java.lang.IllegalStateException: no database");

    test.collectFailures();
    board().assertRejected();
  }

  @Test
  void showsWhichSnapshotThereWasInstead() {
    TestSubscription<BoardChannel> board = board();
    assertThatThrownBy(() -> board.assertSnapshot(List.of()))
        .isInstanceOf(AssertionError.class)
        .hasMessage("the subscription {\"channel\":\"BoardChannel\"} has not begun with the"
            + " snapshot []\n  there were 1 snapshots:\n    [\"first\"]");
    assertThatThrownBy(() -> board.assertTransmitted("first"))
        .isInstanceOf(AssertionError.class)
        .hasMessage("the subscription {\"channel\":\"BoardChannel\"} was not transmitted \"first\""
            + "\n  there were no transmissions\n  there were 1 snapshots:\n    [\"first\"]");
  }

  private static final class LaterChannel extends Channel<Connection> {
    private final Future<Integer> database;

    LaterChannel(Future<Integer> database) {
      this.database = database;
    }

    @Override
    protected void subscribed() {
      streamFrom("counter");
    }

    @Override
    protected Object snapshot() {
      return database;
    }
  }

  @Test
  void holdsBackWhatComesWhileASnapshotIsMade() {
    Promise<Integer> database = Promise.promise();
    ChannelTest later = ChannelTest.of(cable -> cable.channel(
        "LaterChannel", LaterChannel.class, () -> new LaterChannel(database.future())));
    TestSubscription<LaterChannel> counter = later.connect().subscribe(LaterChannel.class);
    later.cable().broadcast("counter", 2);
    counter.assertNothingTransmitted();

    database.complete(1);

    counter.assertSnapshot(1).assertTransmitted(2);
    assertThat(counter.transmissions()).containsExactly(IntNode.valueOf(2));
  }

  private static final class SharedChannel extends Channel<Connection> {
    private final Promise<Integer> database;
    private final List<String> made;

    SharedChannel(Promise<Integer> database, List<String> made) {
      this.database = database;
      this.made = made;
    }

    @Override
    protected @Nullable Object snapshotKey() {
      return params().path("room").asText();
    }

    @Override
    protected Object snapshot() {
      made.add(params().path("room").asText());
      return database.future();
    }
  }

  @Test
  void countsTheSnapshotsThatSubscriptionsShare() {
    List<String> made = new ArrayList<>();
    Promise<Integer> database = Promise.promise();
    ChannelTest shared = ChannelTest.of(cable -> cable.channel(
        "SharedChannel", SharedChannel.class, () -> new SharedChannel(database, made)));
    List<TestSubscription<SharedChannel>> lobby = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      lobby.add(shared.connect().subscribe(SharedChannel.class, Map.of("room", "lobby")));
    }
    shared.connect().subscribe(SharedChannel.class, Map.of("room", "bar"));

    database.complete(1);

    assertThat(lobby).allSatisfy(client -> client.assertConfirmed().assertSnapshot(1));
    assertThat(made).containsExactly("lobby", "bar", "lobby");
  }
}
