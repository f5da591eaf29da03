// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

import java.util.List;

/**
 * All tabs that are present in a stream. Immutable.
 *
 * @param mark the state of the stream
 * @param tabs the tabs; the tabs of one person are in the order in which they joined
 * @since 0.1.0
 */
public record PresenceSnapshot(PresenceMark mark, List<PresenceTab> tabs) {

  /**
   * Creates a snapshot with a copy of the list.
   *
   * @param mark the state of the stream
   * @param tabs the tabs
   */
  public PresenceSnapshot {
    tabs = List.copyOf(tabs);
  }
}
