// SPDX-License-Identifier: Apache-2.0
package dev.hawser.history;

import java.util.List;

/**
 * The broadcasts that a store has of a stream after a place.
 *
 * <p>Immutable.
 *
 * @param kept whether the entries are all broadcasts from the place that was asked for up to
 *     {@code top}, without a gap; if not, there are no entries
 * @param entries the broadcasts in order, each one following the one before
 * @param top place of the stream's latest broadcast at the time of the reading
 * @since 0.1.0
 */
public record HistoryRead(boolean kept, List<HistoryEntry> entries, StreamPosition top) {

  /**
   * Copies the list; fails with an {@link IllegalArgumentException} if entries come without
   * {@code kept}.
   *
   * @param kept whether nothing is missing
   * @param entries the broadcasts
   * @param top place of the latest broadcast
   */
  public HistoryRead {
    entries = List.copyOf(entries);
    if (!kept && !entries.isEmpty()) {
      throw new IllegalArgumentException("a part of what was missed is worse than nothing");
    }
  }

  /**
   * Says that something is missing.
   *
   * @param top place of the stream's latest broadcast
   * @return a reading without entries
   */
  public static HistoryRead lost(StreamPosition top) {
    return new HistoryRead(false, List.of(), top);
  }
}
