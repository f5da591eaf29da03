// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import org.jspecify.annotations.Nullable;

/**
 * Whom a broadcast is not for.
 *
 * <pre>{@code
 * cable.broadcastTo(ChatChannel.class, room, message, except(request.getHeader("X-Cable-Sid")));
 * }</pre>
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class BroadcastOption {
  private final @Nullable String except;

  private BroadcastOption(@Nullable String except) {
    this.except = except;
  }

  /**
   * Leaves one connection out, on whichever node it is, with all its subscriptions.
   *
   * @param sid what {@link Connection#sid} returns and the client got with its welcome; a page
   *     sends it with its request. {@code null} and a text that is no sid exclude no connection
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
