// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.util.List;

/**
 * Says whether a load balancer should send new connections to this node, and if not, why.
 * Immutable.
 *
 * <pre>{@code
 * router.get("/ready").handler(cable.readinessHandler());
 * }</pre>
 *
 * @param ready whether the node should get new connections
 * @param reasons why not, one text per reason, such as {@code the pub/sub adapter is not
 *     connected}; empty when ready
 * @see Cable#readiness
 * @since 0.1.0
 */
public record Readiness(boolean ready, List<String> reasons) {

  /**
   * Creates the answer with a copy of the list.
   *
   * @param ready whether the node should get new connections
   * @param reasons why not
   */
  public Readiness {
    reasons = List.copyOf(reasons);
  }

  static Readiness of(List<String> reasons) {
    return new Readiness(reasons.isEmpty(), reasons);
  }
}
