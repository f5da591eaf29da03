// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

import java.util.List;

/**
 * The answer of a {@link PresenceStore} to an update. Immutable.
 *
 * @param mark the state of the stream after the update
 * @param leased whether the node had a lease before the update; if not, the tabs that it held
 *     earlier are gone
 * @param nextDueMs time in ms until a lost tab or another node's lease ends; -1 if none will
 * @param refused refs of the tabs that could not join because a limit was reached
 * @since 0.1.0
 */
public record PresenceAnswer(
    PresenceMark mark, boolean leased, long nextDueMs, List<String> refused) {

  /**
   * Creates an answer with a copy of the list.
   *
   * @param mark the state of the stream
   * @param leased whether the node had a lease
   * @param nextDueMs time in ms until something ends, or -1
   * @param refused refs of tabs that could not join
   */
  public PresenceAnswer {
    refused = List.copyOf(refused);
  }
}
