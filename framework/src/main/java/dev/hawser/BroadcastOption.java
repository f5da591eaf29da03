// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import org.jspecify.annotations.Nullable;

/**
 * Leaves receivers out of a broadcast, such as the page whose request caused it.
 *
 * <pre>{@code
 * cable.broadcastTo(ChatChannel.class, room, message, except(request.getHeader("X-Cable-Sid")));
 * }</pre>
 *
 * <p>Immutable.
 *
 * @see Channel#broadcastToOthers Channel.broadcastToOthers
 * @since 0.1.0
 */
public final class BroadcastOption {
  private final @Nullable String except;

  private BroadcastOption(@Nullable String except) {
    this.except = except;
  }

  /**
   * Leaves out one connection with all its subscriptions, whichever node it is connected to.
   *
   * @param sid the connection's id, as {@link Connection#sid} returns it; the client gets it with
   *     its welcome, and a page sends it along with its request. {@code null}, or a text that is no
   *     such id, leaves out no connection
   * @return the option
   */
  public static BroadcastOption except(@Nullable String sid) {
    return new BroadcastOption(sid);
  }

  /** Returns the sid of the connection that is left out, unchecked. */
  @Nullable String excepted() {
    return except;
  }
}
