// SPDX-License-Identifier: Apache-2.0
package dev.hawser.answers;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps answers in memory, for a single node. They are lost with the process, so a new store has a
 * new epoch.
 *
 * <pre>{@code
 * private final AnswerStore answers = MemoryAnswers.create();
 *
 * @Override
 * public AnswerStore answers() {
 *   return answers;
 * }
 * }</pre>
 *
 * <p>It is the default of {@link dev.hawser.pubsub.PubSubAdapter#answers}, which the example
 * overrides in an adapter. Its futures are complete when they are returned. Thread-safe.
 *
 * @since 0.1.0
 */
public final class MemoryAnswers implements AnswerStore {
  private final LongSupplier clockMs;
  private final String epoch = UUID.randomUUID().toString();
  private final Map<String, Entry> entries = new HashMap<>();
  private final PriorityQueue<Entry> byEnd =
      new PriorityQueue<>(Comparator.comparingLong(entry -> entry.endMs));
  private boolean closed;

  private static final class Entry {
    private final String request;
    private final long endMs;
    private @Nullable Buffer answer;

    Entry(String request, long endMs) {
      this.request = request;
      this.endMs = endMs;
    }
  }

  private MemoryAnswers(LongSupplier clockMs) {
    this.clockMs = clockMs;
  }

  /**
   * Creates a store for one cable.
   *
   * @return a new store
   */
  public static MemoryAnswers create() {
    return create(() -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
  }

  /**
   * Creates a store for one cable that reads the time from a given clock, such as that of a test.
   *
   * @param clockMs returns the time in ms, and never goes back; only differences count
   * @return a new store
   */
  public static MemoryAnswers create(LongSupplier clockMs) {
    return new MemoryAnswers(clockMs);
  }

  @Override
  public Future<String> beat() {
    return Future.succeededFuture(epoch);
  }

  @Override
  public synchronized Future<Claim> claim(String request, @Nullable String since, long keepMs) {
    Entry known = entry(request);
    if (known != null) {
      return Future.succeededFuture(claim(known));
    }
    if (closed || (since != null && !since.equals(epoch))) {
      return Future.succeededFuture(Claim.of(Claim.State.LOST));
    }
    add(new Entry(request, nowMs() + keepMs));
    return Future.succeededFuture(Claim.of(Claim.State.OURS));
  }

  private Claim claim(Entry known) {
    if (known.answer != null) {
      return Claim.answered(known.answer);
    }
    return Claim.of(closed ? Claim.State.LOST : Claim.State.RUNNING);
  }

  @Override
  public synchronized Future<Claim> find(String request) {
    Entry known = entry(request);
    return Future.succeededFuture(known == null ? Claim.of(Claim.State.LOST) : claim(known));
  }

  @Override
  public synchronized Future<Void> keep(String request, Buffer answer, long keepMs) {
    Entry kept = new Entry(request, nowMs() + keepMs);
    kept.answer = answer;
    add(kept);
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<Void> close() {
    closed = true;
    return Future.succeededFuture();
  }

  private void add(Entry entry) {
    entries.put(entry.request, entry);
    byEnd.add(entry);
  }

  private @Nullable Entry entry(String request) {
    long nowMs = nowMs();
    for (Entry first = byEnd.peek(); first != null && first.endMs <= nowMs; first = byEnd.peek()) {
      byEnd.remove();
      entries.remove(first.request, first); // Unless another one has taken its place.
    }
    return entries.get(request);
  }

  private long nowMs() {
    return clockMs.getAsLong();
  }
}
