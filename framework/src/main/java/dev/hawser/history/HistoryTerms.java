// SPDX-License-Identifier: Apache-2.0
package dev.hawser.history;

/**
 * How much of the history of a stream a {@link HistoryStore} keeps. When one of the limits is
 * exceeded, the oldest broadcasts are deleted.
 *
 * <p>Immutable.
 *
 * @param last highest number of broadcasts that are kept, at least 1
 * @param withinMs how long a broadcast is kept, in ms, at least 1
 * @param maxBytes highest number of payload bytes that are kept, at least 1
 * @since 0.1.0
 */
public record HistoryTerms(int last, long withinMs, int maxBytes) {

  /**
   * Creates terms.
   *
   * @param last highest number of broadcasts
   * @param withinMs longest time, in ms
   * @param maxBytes highest number of bytes
   * @throws IllegalArgumentException if one of them is less than 1
   */
  public HistoryTerms {
    if (last < 1 || withinMs < 1 || maxBytes < 1) {
      throw new IllegalArgumentException("last: " + last + ", within: " + withinMs
          + " ms, maxBytes: " + maxBytes + " (expected: at least 1 each)");
    }
  }

  /**
   * Returns terms with the larger of each limit. During a rolling update, nodes of two versions of
   * an application may use different terms.
   *
   * @param other the other terms
   * @return the wider terms
   */
  public HistoryTerms widenedBy(HistoryTerms other) {
    return new HistoryTerms(
        Math.max(last, other.last),
        Math.max(withinMs, other.withinMs),
        Math.max(maxBytes, other.maxBytes));
  }
}
