// SPDX-License-Identifier: Apache-2.0
package dev.hawser.history;

import java.time.Duration;

/**
 * One of the limits of a stream's history, as channels name them: {@code history(last(100),
 * within(Duration.ofMinutes(5)))}.
 *
 * <pre>{@code
 * @Override
 * protected void subscribed() {
 *   streamFor("lobby", history(last(100), within(Duration.ofMinutes(5))));
 * }
 * }</pre>
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class HistoryLimit {
  private static final int DEFAULT_LAST = 100;
  private static final Duration DEFAULT_WITHIN = Duration.ofMinutes(5);
  private static final int MOST_LAST = 10_000;
  private static final Duration MOST_WITHIN = Duration.ofDays(1);

  private final int last;
  private final long withinMs;

  private HistoryLimit(int last, long withinMs) {
    this.last = last;
    this.withinMs = withinMs;
  }

  /**
   * Keeps the latest broadcasts.
   *
   * @param broadcasts how many, 1 to 10,000
   * @return the limit
   * @throws IllegalArgumentException if there are fewer or more
   */
  public static HistoryLimit last(int broadcasts) {
    if (broadcasts < 1 || broadcasts > MOST_LAST) {
      throw new IllegalArgumentException(
          "last: " + broadcasts + " (expected: 1 to " + MOST_LAST + ")");
    }
    return new HistoryLimit(broadcasts, 0);
  }

  /**
   * Keeps broadcasts for a while.
   *
   * @param time for how long, 1 ms to 1 day
   * @return the limit
   * @throws IllegalArgumentException if it is shorter or longer
   */
  public static HistoryLimit within(Duration time) {
    if (time.compareTo(Duration.ofMillis(1)) < 0 || time.compareTo(MOST_WITHIN) > 0) {
      throw new IllegalArgumentException(
          "within: " + time + " (expected: PT0.001S to " + MOST_WITHIN + ")");
    }
    return new HistoryLimit(0, time.toMillis());
  }

  /**
   * Puts limits together. Without one of a kind 100 broadcasts are kept, for 5 minutes.
   *
   * @param maxBytes most bytes of payload that are kept
   * @param limits of several of one kind the last one counts
   * @return the terms
   */
  public static HistoryTerms terms(int maxBytes, HistoryLimit... limits) {
    int last = DEFAULT_LAST;
    long withinMs = DEFAULT_WITHIN.toMillis();
    for (HistoryLimit limit : limits) {
      last = limit.last > 0 ? limit.last : last;
      withinMs = limit.withinMs > 0 ? limit.withinMs : withinMs;
    }
    return new HistoryTerms(last, withinMs, maxBytes);
  }
}
