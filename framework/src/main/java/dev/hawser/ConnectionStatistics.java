// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.time.Instant;
import java.util.List;

/**
 * What is known of one open connection (ActionCable: {@code statistics}). Immutable.
 *
 * @param identifier its identifiers' values, sorted and joined by {@code :}; empty if it has none
 * @param startedAt when its socket was opened
 * @param subscriptions identifiers of its subscriptions, in the order they were made
 * @param slow whether it reads more slowly than it is sent to: a quarter of
 *     {@code maxOutboundBytes} waits, or did and less than half of that has been read since
 * @since 0.1.0
 */
public record ConnectionStatistics(
    String identifier, Instant startedAt, List<String> subscriptions, boolean slow) {

  /**
   * Copies the list.
   *
   * @param identifier its identifiers' values
   * @param startedAt when its socket was opened
   * @param subscriptions identifiers of its subscriptions
   * @param slow whether it reads more slowly than it is sent to
   */
  public ConnectionStatistics {
    subscriptions = List.copyOf(subscriptions);
  }
}
