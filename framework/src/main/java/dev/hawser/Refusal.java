// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import org.jspecify.annotations.Nullable;

/**
 * Why a client cannot come in now. What the node lacks is answered with 503, so that a balancer may
 * try another one; what the client's own address has too much of with 429 (RFC 6585 section 4), so
 * that no balancer takes the node for a failing one.
 */
enum Refusal {
  /** The cable closes; any other node will do. */
  CLOSING(503, 1, null),
  /** The node has as many connections as it may. */
  NODE_FULL(503, 10, "maxConnections"),
  /** The node has more to do than it can. */
  NODE_BUSY(503, 10, "maxPendingCallbacksPerNode"),
  /** The node's memory is almost full. */
  HEAP_FULL(503, 10, "maxHeapPercent"),
  /** The address has as many connections as it may. */
  ADDRESS_FULL(429, 10, "maxConnectionsPerAddress"),
  /** The address connects too fast. */
  ADDRESS_HASTY(429, 1, "maxConnectsPerSecondPerAddress");

  private final int status;
  private final int retryAfterSeconds;
  private final @Nullable String option;

  Refusal(int status, int retryAfterSeconds, @Nullable String option) {
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
    this.option = option;
  }

  int status() {
    return status;
  }

  int retryAfterSeconds() {
    return retryAfterSeconds;
  }

  /** The option of {@link CableLimits} that sets the limit, if it is one. */
  @Nullable String option() {
    return option;
  }
}
