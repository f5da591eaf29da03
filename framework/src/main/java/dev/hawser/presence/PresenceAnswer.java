// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

import java.util.List;

/**
 * What follows from an update. Immutable.
 *
 * @param mark the state of the stream after it
 * @param leased whether the node had a lease before it; if not, tabs that it held earlier are gone
 * @param nextDueMs time in ms until something is due, other than this node's lease; -1 if nothing
 *     is
 * @param refused refs of tabs that could not join, because a limit is reached
 * @since 0.1.0
 */
public record PresenceAnswer(
    PresenceMark mark, boolean leased, long nextDueMs, List<String> refused) {

  /**
   * Copies the list.
   *
   * @param mark the state of the stream
   * @param leased whether the node had a lease
   * @param nextDueMs time until something is due
   * @param refused refs of tabs that could not join
   */
  public PresenceAnswer {
    refused = List.copyOf(refused);
  }
}
