// SPDX-License-Identifier: Apache-2.0
package dev.hawser.history;

import java.util.List;

/**
 * The answer of a {@link HistoryStore} to what came after a position: all of it, or that something
 * is missing.
 *
 * <p>Immutable.
 *
 * @param kept whether the entries are all broadcasts after the position that was asked for, up to
 *     {@code top}; if some of them are missing, {@code false}, and there are no entries
 * @param entries the broadcasts in their order
 * @param top position of the stream's latest broadcast when it was read
 * @since 0.1.0
 */
public record HistoryRead(boolean kept, List<HistoryEntry> entries, StreamPosition top) {

  /**
   * Creates an answer with a copy of the list.
   *
   * @param kept whether nothing is missing
   * @param entries the broadcasts
   * @param top position of the latest broadcast
   * @throws IllegalArgumentException if there are entries and {@code kept} is {@code false}
   */
  public HistoryRead {
    entries = List.copyOf(entries);
    if (!kept && !entries.isEmpty()) {
      throw new IllegalArgumentException("a part of what was missed is worse than nothing");
    }
  }

  /**
   * Returns the answer that something is missing.
   *
   * @param top position of the stream's latest broadcast
   * @return an answer without entries
   */
  public static HistoryRead lost(StreamPosition top) {
    return new HistoryRead(false, List.of(), top);
  }
}
