// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.history.HistoryEntry;
import dev.hawser.history.HistoryRead;
import dev.hawser.history.HistoryStore;
import dev.hawser.history.HistoryTerms;
import dev.hawser.history.StreamPosition;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is kept for a moment of what was read for clients that come back. */
class ReplaysTest {
  private static final StreamPosition TOP = new StreamPosition("e", 1000, "");
  private static final int MEBIBYTE = 1024 * 1024;

  private final List<Runnable> timers = new ArrayList<>();
  private final LargeHistory store = new LargeHistory();
  private final Replays replays = new Replays(store, (delayMs, step) -> timers.add(step));

  /** Has one broadcast of a mebibyte behind each place. */
  private static final class LargeHistory implements HistoryStore {
    private final Buffer payload = Buffer.buffer("7".repeat(MEBIBYTE));
    private int reads;

    @Override
    public Future<StreamPosition> open(String stream, HistoryTerms terms) {
      throw new AssertionError("nobody opens anything");
    }

    @Override
    public Future<HistoryRead> readAfter(String stream, StreamPosition after) {
      reads++;
      return Future.succeededFuture(
          new HistoryRead(true, List.of(new HistoryEntry(TOP, 0, payload)), TOP));
    }

    @Override
    public Future<HistoryRead> readSince(String stream, long sinceMs) {
      throw new AssertionError("nobody asks for a time");
    }
  }

  /** Clients that were lost one after the other, so that each missed something else. */
  private int readsFor(int clients) {
    store.reads = 0;
    for (int i = 0; i < clients; i++) {
      assertThat(replays.after("feed", new StreamPosition("e", i, ""), TOP).succeeded())
          .isTrue();
    }
    return store.reads;
  }

  @Test
  void keepsWhatWasReadForOthersWhoMissedTheSame() {
    assertThat(readsFor(10)).isEqualTo(10);
    assertThat(readsFor(10)).isZero();
  }

  @Test
  void keepsNoMoreThanAFewMebibytesAndForgetsThem() {
    assertThat(readsFor(40)).isEqualTo(40);
    assertThat(readsFor(40)).isGreaterThanOrEqualTo(40 - 16);
    for (int again = 0; again < 3; again++) {
      timers.forEach(Runnable::run);
      timers.clear();
      assertThat(readsFor(10)).as("all is forgotten").isEqualTo(10);
      assertThat(readsFor(10)).as("there is room again").isZero();
    }
  }
}
