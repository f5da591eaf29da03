// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

/**
 * A client's command came faster than a rate allows, and is not carried out. The rates are
 * {@link Action#perSecond}, {@link Action#perUserPerSecond} and
 * {@link CableBuilder#maxCommandsPerSecondPerSubscription
 * CableBuilder.maxCommandsPerSecondPerSubscription}. The exception goes to {@link Channel#onError
 * Channel.onError} and {@link Connection#onError Connection.onError}, and to the log as one line,
 * because the client is at fault. Immutable.
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
   * Returns the action that the client asked for.
   *
   * @return the name of the action, as the client wrote it; {@code message} if the rate is that of
   *     all commands of the subscription
   */
  public String action() {
    return action;
  }
}
