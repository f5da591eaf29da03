// SPDX-License-Identifier: Apache-2.0
package dev.hawser.history;

/**
 * How much of a stream is kept. What exceeds one of the limits goes, the oldest first.
 *
 * <p>Immutable.
 *
 * @param last most broadcasts that are kept, at least 1
 * @param withinMs for how long one is kept, in ms, at least 1
 * @param maxBytes most bytes of payload that are kept, at least 1
 * @since 0.1.0
 */
public record HistoryTerms(int last, long withinMs, int maxBytes) {

  /**
   * Checks the limits.
   *
   * @param last most broadcasts
   * @param withinMs longest time in ms
   * @param maxBytes most bytes
   * @throws IllegalArgumentException if one is less than 1
   */
  public HistoryTerms {
    if (last < 1 || withinMs < 1 || maxBytes < 1) {
      throw new IllegalArgumentException("last: " + last + ", within: " + withinMs
          + " ms, maxBytes: " + maxBytes + " (expected: at least 1 each)");
    }
  }

  /**
   * Returns terms that keep what either of two keeps: nodes of two versions of an application may
   * name different ones.
   *
   * @param other the other terms
   * @return the larger of each limit
   */
  public HistoryTerms widenedBy(HistoryTerms other) {
    return new HistoryTerms(
        Math.max(last, other.last),
        Math.max(withinMs, other.withinMs),
        Math.max(maxBytes, other.maxBytes));
  }
}
