// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

/**
 * A callback of a channel or a connection failed, and no {@code onError} of the application has
 * dealt with it. Production writes it to the log; a test fails with it. The cause is what was
 * thrown.
 *
 * <pre>{@code
 * assertThatThrownBy(() -> orders.perform("explode"))
 *     .isInstanceOf(CallbackFailedException.class)
 *     .hasRootCauseMessage("no database");
 * }</pre>
 *
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
   * Returns the name of what failed, such as {@code OrdersChannel#advance};
   * {@code OrdersChannel#message} if no action was found for the command.
   *
   * @return the name
   */
  public String callback() {
    return callback;
  }
}
