// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

import java.util.List;

/**
 * A change that a node makes in the presence of a stream, in one step. Immutable.
 *
 * @param node name of the node that holds the tabs: URL-safe characters that it chose at random
 * @param terms the times and limits for the tabs
 * @param holds whether the node holds any tab in the stream after the update, and so needs a lease
 * @param leaves refs of the tabs that leave at once; carried out before the joins
 * @param losses refs of the tabs whose connection was lost, which leave when the grace time is over
 * @param joins tabs that join, or change their info
 * @since 0.1.0
 */
public record PresenceUpdate(
    String node,
    PresenceTerms terms,
    boolean holds,
    List<String> leaves,
    List<String> losses,
    List<PresenceTab> joins) {

  /**
   * Creates an update with copies of the lists.
   *
   * @param node the node
   * @param terms the times and limits
   * @param holds whether the node needs a lease
   * @param leaves refs of tabs that leave
   * @param losses refs of tabs that are lost
   * @param joins tabs that join
   */
  public PresenceUpdate {
    leaves = List.copyOf(leaves);
    losses = List.copyOf(losses);
    joins = List.copyOf(joins);
  }
}
