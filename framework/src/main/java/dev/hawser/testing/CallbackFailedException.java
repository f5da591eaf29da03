// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

/**
 * A callback of a channel or a connection failed, and no {@code onError} of the application handled
 * it. In production that is logged; in a {@link ChannelTest} the call that led to it throws this
 * exception. Its cause is what the callback threw. Immutable.
 *
 * <pre>{@code
 * assertThatThrownBy(() -> orders.perform("explode"))
 *     .isInstanceOf(CallbackFailedException.class)
 *     .hasRootCauseMessage("no database");
 * }</pre>
 *
 * @see ChannelTest#collectFailures
 * @since 0.1.0
 */
public final class CallbackFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The callback that failed. */
  private final String callback;

  CallbackFailedException(String callback, Throwable cause) {
    super(callback + " failed: " + textOf(cause), cause);
    this.callback = callback;
  }

  /** The framework's own exceptions say all in their message. */
  private static String textOf(Throwable cause) {
    boolean own = cause.getClass().getName().startsWith("dev.hawser.");
    return own && cause.getMessage() != null ? cause.getMessage() : cause.toString();
  }

  /**
   * Returns the name of the callback that failed.
   *
   * @return a name such as {@code OrdersChannel#advance}, or {@code OrdersChannel#message} if there
   *     is no action for the command
   */
  public String callback() {
    return callback;
  }
}
