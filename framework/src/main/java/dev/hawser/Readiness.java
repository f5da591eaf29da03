// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.util.List;

/**
 * Whether a cable should get new connections. Immutable.
 *
 * <pre>{@code
 * router.get("/ready").handler(cable.readinessHandler());
 * }</pre>
 *
 * @param ready whether it should
 * @param reasons why not; empty when ready
 * @since 0.1.0
 */
public record Readiness(boolean ready, List<String> reasons) {

  /**
   * Copies the list.
   *
   * @param ready whether it should
   * @param reasons why not
   */
  public Readiness {
    reasons = List.copyOf(reasons);
  }

  static Readiness of(List<String> reasons) {
    return new Readiness(reasons.isEmpty(), reasons);
  }
}
