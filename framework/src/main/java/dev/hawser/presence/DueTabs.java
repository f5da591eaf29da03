// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The lost tabs of a stream, in the order in which they leave. Guarded by its stream. */
final class DueTabs {

  /** When a tab leaves. */
  private record Due(long atMs, String ref) {}

  private final Map<String, Due> byRef = new HashMap<>();
  private final TreeSet<Due> inOrder =
      new TreeSet<>(Comparator.comparingLong(Due::atMs).thenComparing(Due::ref));

  void add(String ref, long atMs) {
    remove(ref);
    Due due = new Due(atMs, ref);
    byRef.put(ref, due);
    inOrder.add(due);
  }

  /** Returns whether it was there. */
  boolean remove(String ref) {
    Due due = byRef.remove(ref);
    return due != null && inOrder.remove(due);
  }

  boolean contains(String ref) {
    return byRef.containsKey(ref);
  }

  /** The first tab that leaves now; {@code null} if none does yet. */
  @Nullable String dueAt(long nowMs) {
    return inOrder.isEmpty() || inOrder.first().atMs > nowMs ? null : inOrder.first().ref;
  }

  /** When the first tab leaves; {@link Long#MAX_VALUE} if there is none. */
  long firstMs() {
    return inOrder.isEmpty() ? Long.MAX_VALUE : inOrder.first().atMs;
  }

  /** Lets no tab leave earlier than that. */
  void postponeTo(long atMs) {
    for (Due due : List.copyOf(inOrder)) {
      if (due.atMs < atMs) {
        add(due.ref, atMs);
      }
    }
  }
}
