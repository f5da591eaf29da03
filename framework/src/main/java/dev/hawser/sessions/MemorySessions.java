// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sessions;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps sessions in memory, for a single node. They are lost with the process.
 *
 * <pre>{@code
 * private final SessionStore sessions = MemorySessions.create();
 *
 * @Override
 * public SessionStore sessions() {
 *   return sessions;
 * }
 * }</pre>
 *
 * <p>It is the default of {@link dev.hawser.pubsub.PubSubAdapter#sessions}, which the example
 * overrides in an adapter. Its futures are complete when they are returned. Thread-safe.
 *
 * @since 0.1.0
 */
public final class MemorySessions implements SessionStore {
  private final Map<String, Entry> entries = new HashMap<>();
  private final TreeSet<Entry> byEnd = new TreeSet<>(
      Comparator.comparingLong((Entry entry) -> entry.endMs).thenComparing(entry -> entry.name));

  private record Entry(String name, Buffer session, long endMs) {}

  private MemorySessions() {}

  /**
   * Creates a store for one cable.
   *
   * @return a new store
   */
  public static MemorySessions create() {
    return new MemorySessions();
  }

  @Override
  public synchronized Future<Void> put(String name, Buffer session, long keepMs) {
    sweep();
    remove(name);
    Entry entry = new Entry(name, session, nowMs() + keepMs);
    entries.put(name, entry);
    byEnd.add(entry);
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<@Nullable Buffer> take(String name) {
    sweep();
    Entry entry = remove(name);
    return Future.succeededFuture(entry == null ? null : entry.session);
  }

  private @Nullable Entry remove(String name) {
    Entry entry = entries.remove(name);
    if (entry != null) {
      byEnd.remove(entry);
    }
    return entry;
  }

  private void sweep() {
    long nowMs = nowMs();
    while (!byEnd.isEmpty() && byEnd.first().endMs <= nowMs) {
      entries.remove(byEnd.pollFirst().name);
    }
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
