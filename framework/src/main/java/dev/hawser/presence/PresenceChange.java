// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

import java.util.List;

/**
 * What one update has changed in the presence of a stream. Immutable.
 *
 * @param mark the state of the stream after the change
 * @param steps the tabs that changed, in order
 * @since 0.1.0
 */
public record PresenceChange(PresenceMark mark, List<Step> steps) {

  /**
   * Creates a change with a copy of the list.
   *
   * @param mark the state of the stream
   * @param steps the tabs that changed
   */
  public PresenceChange {
    steps = List.copyOf(steps);
  }

  /**
   * One tab that joined, changed its info, or left. Immutable.
   *
   * @param present whether the tab is present now
   * @param tab the tab; the info of one that left is {@link PresenceTab#NO_INFO}
   * @since 0.1.0
   */
  public record Step(boolean present, PresenceTab tab) {}
}
