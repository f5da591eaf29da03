// SPDX-License-Identifier: Apache-2.0
package dev.hawser.history;

import java.time.Duration;

/**
 * Limits the history of a stream, by the number or the age of broadcasts. Channels give limits to
 * {@link dev.hawser.Channel#history Channel.history}, and create them with {@code last} and
 * {@code within}, which a channel class inherits.
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
   * Returns a limit on the number of broadcasts that are kept.
   *
   * @param broadcasts number of broadcasts, 1 to 10,000
   * @return the limit
   * @throws IllegalArgumentException if the number is out of this range
   */
  public static HistoryLimit last(int broadcasts) {
    if (broadcasts < 1 || broadcasts > MOST_LAST) {
      throw new IllegalArgumentException(
          "last: " + broadcasts + " (expected: 1 to " + MOST_LAST + ")");
    }
    return new HistoryLimit(broadcasts, 0);
  }

  /**
   * Returns a limit on the age of broadcasts that are kept.
   *
   * @param time the highest age, 1 ms to 1 day
   * @return the limit
   * @throws IllegalArgumentException if the time is out of this range
   */
  public static HistoryLimit within(Duration time) {
    if (time.compareTo(Duration.ofMillis(1)) < 0 || time.compareTo(MOST_WITHIN) > 0) {
      throw new IllegalArgumentException(
          "within: " + time + " (expected: PT0.001S to " + MOST_WITHIN + ")");
    }
    return new HistoryLimit(0, time.toMillis());
  }

  /**
   * Combines limits to terms for a {@link HistoryStore}. Without a limit of a kind, it is 100
   * broadcasts or 5 min.
   *
   * @param maxBytes highest number of payload bytes that are kept, at least 1
   * @param limits the limits; of several of one kind, the last one counts
   * @return the terms
   * @throws IllegalArgumentException if {@code maxBytes} is less than 1
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
