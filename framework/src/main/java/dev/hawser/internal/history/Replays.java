// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.history;

import dev.hawser.history.HistoryRead;
import dev.hawser.history.HistoryStore;
import dev.hawser.history.StreamPosition;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was read of the store for clients that were away. After a network failure many of them miss
 * the same, so a read is shared by all who want it while it runs, and is kept for a moment.
 * Thread-safe.
 */
public final class Replays {
  private static final long KEEP_MS = 1000;
  private static final int MOST_KEPT = 1000;
  private static final long MOST_KEPT_BYTES = 16 * 1024 * 1024;

  private final HistoryStore store;
  private final BiConsumer<Long, Runnable> timer;
  private final SingleFlight<Range, Replay> flights = new SingleFlight<>();
  private final Map<Range, Replay> kept = new ConcurrentHashMap<>();
  private final AtomicLong keptBytes = new AtomicLong();

  private record Range(String stream, @Nullable StreamPosition after, long sinceMs) {}

  /**
   * Creates a shared way to a store.
   *
   * @param timer runs a step after a number of ms
   */
  public Replays(HistoryStore store, BiConsumer<Long, Runnable> timer) {
    this.store = store;
    this.timer = timer;
  }

  /** Reads what came after a place, up to another one at least. */
  Future<Replay> after(String stream, StreamPosition place, StreamPosition upTo) {
    return read(new Range(stream, place, -1), upTo, () -> store.readAfter(stream, place));
  }

  /** Reads what came since a point in time, up to a place at least. */
  Future<Replay> since(String stream, long sinceMs, StreamPosition upTo) {
    return read(new Range(stream, null, sinceMs), upTo, () -> store.readSince(stream, sinceMs));
  }

  private Future<Replay> read(
      Range range, StreamPosition upTo, Supplier<Future<HistoryRead>> reading) {
    Replay known = kept.get(range);
    if (known != null && known.reaches(upTo)) {
      return Future.succeededFuture(known);
    }
    return flights.run(
        range,
        () -> reading.get().map(read -> {
          Replay replay = Replay.of(range.stream, read);
          keep(range, replay);
          return replay;
        }));
  }

  private void keep(Range range, Replay replay) {
    if (kept.size() >= MOST_KEPT || keptBytes.get() + replay.bytes() > MOST_KEPT_BYTES) {
      return;
    }
    keptBytes.addAndGet(replay.bytes());
    Replay earlier = kept.put(range, replay);
    if (earlier == null) {
      timer.accept(KEEP_MS, () -> forget(kept.remove(range)));
    } else {
      forget(earlier);
    }
  }

  private void forget(@Nullable Replay replay) {
    if (replay != null) {
      keptBytes.addAndGet(-replay.bytes());
    }
  }
}
