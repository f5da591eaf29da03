// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

import java.util.List;

/**
 * What a node changes in a stream, in one step. Immutable.
 *
 * @param node the node that holds the tabs: URL-safe characters, chosen at random
 * @param terms the times and limits that the tabs are held under
 * @param holds whether the node holds any tab in the stream after this, so that it needs a lease
 * @param leaves refs of tabs that leave at once; carried out first
 * @param losses refs of tabs whose connection was lost: they leave when the grace time is over
 * @param joins tabs that are present from now on, or have another info
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
   * Copies the lists.
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
