// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by {@link Connection#connect} and {@link Connection#reauthenticate} to refuse a client
 * that must not reconnect. The client gets {@code disconnect} with the reason {@code unauthorized},
 * as in ActionCable. {@link Connection#unauthorized} creates one. Immutable.
 *
 * @since 0.1.0
 */
public final class UnauthorizedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message why, for the server's log only; may be {@code null}
   */
  public UnauthorizedException(@Nullable String message) {
    super(message, null, false, false);
  }
}
