// SPDX-License-Identifier: Apache-2.0
package dev.hawser.history;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The latest broadcasts of one stream, in memory. Thread-safe: each step holds the lock of the
 * stream, and so does the delivery of a broadcast, so that all get the broadcasts in their order.
 */
final class StreamLog extends AgeList.Item<StreamLog> {
  private static final long LEAST_LIFE_MS = 24 * 60 * 60 * 1000L;

  private final String name;
  private final String epoch = UUID.randomUUID().toString();
  private final HistoryMemory memory;
  private final ArrayDeque<KeptBroadcast> kept = new ArrayDeque<>(4);
  private HistoryTerms terms;
  private long top;
  private long bytes;
  private long nowMs;

  /** Broadcasts of this time and before may be gone: the start, or the newest that was dropped. */
  private long goneMs;

  private boolean forgotten;

  // Read without the lock, by the check of which streams are idle.
  private volatile long idleFromMs;

  StreamLog(String name, HistoryTerms terms, long nowMs, HistoryMemory memory) {
    this.name = name;
    this.terms = terms;
    this.nowMs = nowMs;
    this.goneMs = nowMs;
    this.memory = memory;
  }

  String name() {
    return name;
  }

  /** Widens the terms; returns the latest position, or {@code null} if the log was forgotten. */
  synchronized @Nullable StreamPosition open(HistoryTerms wanted, long nowMs) {
    if (forgotten) {
      return null;
    }
    terms = terms.widenedBy(wanted);
    use(nowMs);
    return position();
  }

  /** Numbers, keeps and delivers a broadcast; returns {@code false} if the log was forgotten. */
  synchronized boolean append(Buffer payload, long nowMs, Consumer<StreamPosition> delivery) {
    if (forgotten) {
      return false;
    }
    use(nowMs);
    KeptBroadcast broadcast = new KeptBroadcast(this, ++top, this.nowMs, payload);
    kept.add(broadcast);
    bytes += payload.length();
    memory.add(broadcast);
    trim();
    delivery.accept(position());
    return true;
  }

  synchronized HistoryRead readAfter(StreamPosition after, long nowMs) {
    pass(nowMs);
    long offset = after.offset();
    boolean known = after.epoch().equals(epoch)
        && after.tag().isEmpty()
        && offset <= top
        && offset >= top - kept.size();
    return known ? read(broadcast -> broadcast.offset() > offset) : HistoryRead.lost(position());
  }

  synchronized HistoryRead readSince(long sinceMs, long nowMs) {
    pass(nowMs);
    return sinceMs > goneMs && sinceMs <= this.nowMs
        ? read(broadcast -> broadcast.publishedAtMs() >= sinceMs)
        : HistoryRead.lost(position());
  }

  private HistoryRead read(Predicate<KeptBroadcast> wanted) {
    List<HistoryEntry> entries = new ArrayList<>();
    for (KeptBroadcast broadcast : kept) {
      if (wanted.test(broadcast)) {
        entries.add(broadcast.entry(epoch));
      }
    }
    return new HistoryRead(true, entries, position());
  }

  private StreamPosition position() {
    return new StreamPosition(epoch, top, "");
  }

  private void use(long nowMs) {
    pass(nowMs);
    idleFromMs = this.nowMs + Math.max(LEAST_LIFE_MS, terms.withinMs());
    memory.use(this);
  }

  /** Lets time pass, never backwards, as the wall clock may. */
  private void pass(long nowMs) {
    this.nowMs = Math.max(this.nowMs, nowMs);
    trim();
  }

  private void trim() {
    for (KeptBroadcast oldest = kept.peek(); oldest != null; oldest = kept.peek()) {
      if (kept.size() <= terms.last() && bytes <= terms.maxBytes() && !isOver(oldest)) {
        return;
      }
      drop();
    }
  }

  private boolean isOver(KeptBroadcast broadcast) {
    return nowMs - broadcast.publishedAtMs() >= terms.withinMs();
  }

  private void drop() {
    KeptBroadcast oldest = kept.remove();
    bytes -= oldest.bytes();
    goneMs = oldest.publishedAtMs();
    memory.remove(oldest);
  }

  /** Drops a broadcast if it is still the oldest. */
  synchronized void drop(KeptBroadcast oldest) {
    if (kept.peek() == oldest) {
      drop();
    }
  }

  boolean isIdle(long nowMs) {
    return nowMs >= idleFromMs;
  }

  synchronized void forgetIfIdle(long nowMs) {
    if (isIdle(nowMs)) {
      forget();
    }
  }

  /** Forgets the count as well: a log that is opened under this name has another epoch. */
  synchronized void forget() {
    forgotten = true;
    while (!kept.isEmpty()) {
      drop();
    }
    memory.remove(this);
  }

  synchronized boolean isForgotten() {
    return forgotten;
  }
}
