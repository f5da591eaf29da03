// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import dev.hawser.internal.options.CableOption;
import org.jspecify.annotations.Nullable;

/**
 * Why a client cannot connect now. A lack of the node is answered with 503, so that a balancer may
 * try another node; too many connects of the client's own address with 429 (RFC 6585 section 4), so
 * that no balancer takes the node out of service.
 */
public enum Refusal {
  /** The cable closes; any other node will do. */
  CLOSING(503, 1, null),
  /** The node has as many connections as it may. */
  NODE_FULL(503, 10, CableOption.MAX_CONNECTIONS),
  /** The node has more to do than it can. */
  NODE_BUSY(503, 10, CableOption.MAX_PENDING_CALLBACKS_PER_NODE),
  /** The node's memory is almost full. */
  HEAP_FULL(503, 10, CableOption.MAX_HEAP_PERCENT),
  /** The address has as many connections as it may. */
  ADDRESS_FULL(429, 10, CableOption.MAX_CONNECTIONS_PER_ADDRESS),
  /** The address connects too fast. */
  ADDRESS_HASTY(429, 1, CableOption.MAX_CONNECTS_PER_SECOND_PER_ADDRESS);

  private final int status;
  private final int retryAfterSeconds;
  private final @Nullable CableOption option;

  Refusal(int status, int retryAfterSeconds, @Nullable CableOption option) {
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
    this.option = option;
  }

  /** The HTTP status of the answer. */
  public int status() {
    return status;
  }

  /** When the client may try again, in seconds. */
  public int retryAfterSeconds() {
    return retryAfterSeconds;
  }

  /** The option that sets the limit, if a limit is the reason. */
  public @Nullable CableOption option() {
    return option;
  }
}
