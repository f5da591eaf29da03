// SPDX-License-Identifier: Apache-2.0
package dev.hawser.chaos;

import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** What all subscribers together have seen. Thread-safe. */
final class Verdicts {
  private static final int MOST_PROBLEMS = 5;

  /** What is counted. */
  enum Count {
    DELIVERIES(false),
    SNAPSHOTS(false),
    CONNECTS(false),
    RESUMES_KEPT(false),
    RESUMES_LOST(false),
    RESETS_OF_OPEN_SOCKETS(false),
    WITHOUT_POSITION(false),
    SILENT_GAPS(true),
    DOUBLES(true),
    OUT_OF_ORDER(true),
    WRONG_KEPT(true),
    UNREADABLE(true);

    private final boolean wrong;

    Count(boolean wrong) {
      this.wrong = wrong;
    }
  }

  private final Map<Count, AtomicLong> counts = new EnumMap<>(Count.class);
  private final Queue<String> problems = new ConcurrentLinkedQueue<>();

  Verdicts() {
    for (Count count : Count.values()) {
      counts.put(count, new AtomicLong());
    }
  }

  void add(Count count) {
    counts.get(count).incrementAndGet();
  }

  /** Counts what must not be, and keeps the story of the first. */
  void wrong(Count count, String story) {
    add(count);
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(count + ": " + story);
    }
  }

  long of(Count count) {
    return counts.get(count).get();
  }

  /** Resets, of whatever kind. */
  long resets() {
    return of(Count.RESUMES_LOST) + of(Count.RESETS_OF_OPEN_SOCKETS);
  }

  /** Number of things that must not be. */
  long wrong() {
    return counts.keySet().stream()
        .filter(count -> count.wrong)
        .mapToLong(this::of)
        .sum();
  }

  Queue<String> problems() {
    return problems;
  }

  @Override
  public String toString() {
    return counts.entrySet().stream()
        .map(entry -> entry.getKey().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
            + "=" + entry.getValue())
        .collect(Collectors.joining(", "));
  }
}
