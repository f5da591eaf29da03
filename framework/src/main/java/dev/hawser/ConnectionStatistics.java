// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.time.Instant;
import java.util.List;

/**
 * A snapshot of one connection, for metrics and diagnosis (ActionCable: {@code statistics}).
 * Immutable.
 *
 * @param identifier values of its identifiers, sorted and joined by {@code :}, as
 *     {@link Connection#connectionIdentifier} returns them; empty if it has none
 * @param startedAt when its socket was opened
 * @param subscriptions identifiers of its subscriptions, in the order they were made
 * @param slow whether its client reads too slowly: {@code true} once more than a quarter of
 *     {@link CableBuilder#maxOutboundBytes CableBuilder.maxOutboundBytes} waits to be sent, until
 *     less than an eighth does
 * @since 0.1.0
 */
public record ConnectionStatistics(
    String identifier, Instant startedAt, List<String> subscriptions, boolean slow) {

  /**
   * Creates a snapshot with a copy of the list.
   *
   * @param identifier its identifiers' values
   * @param startedAt when its socket was opened
   * @param subscriptions identifiers of its subscriptions
   * @param slow whether its client reads too slowly
   */
  public ConnectionStatistics {
    subscriptions = List.copyOf(subscriptions);
  }
}
