// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by {@link Connection#connect} to refuse a client for good: it is sent {@code disconnect}
 * with the reason {@code unauthorized} and does not try again.
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
