// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

/**
 * A client's command that comes faster than a rate allows; it is not carried out. Goes to the error
 * hooks and the log as any command that is the client's fault.
 *
 * @since 0.1.0
 */
public final class RateLimitedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The name of the action that the client performed. */
  private final String action;

  RateLimitedException(String action, String rate, int most) {
    super("faster than " + rate + " allows, " + most, null, false, false);
    this.action = action;
  }

  /**
   * Returns what the client wanted.
   *
   * @return the name of the action, as the client wrote it; {@code message} if the rate is that of
   *     all commands
   */
  public String action() {
    return action;
  }
}
