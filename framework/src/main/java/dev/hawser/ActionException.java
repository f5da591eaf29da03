// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by an {@link Action} to refuse what the client asked for. A client that called the action
 * gets the code, the message and the data as its reply, and nothing is logged. If the client
 * performed the action, and so gets no reply, the exception goes to {@link Channel#onError
 * Channel.onError} and {@link Connection#onError Connection.onError}, and then to the log as one
 * line.
 *
 * <pre>{@code
 * if (tickets.isSoldOut()) {
 *   throw new ActionException("sold_out", "No seats left");
 * }
 * }</pre>
 *
 * <p>May be subclassed. Immutable if the data is.
 *
 * @since 0.1.0
 */
public class ActionException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_CODE = 64;

  /** What happened, for programs. */
  private final String code;

  /** More of it, for programs. */
  private final transient @Nullable Object data;

  /** Whether to try again. */
  private final boolean retryable;

  /**
   * Creates a refusal without data, which is final: the same request would be refused again.
   *
   * @param code what happened, for programs: 1 to 64 characters, such as {@code sold_out}
   * @param message what happened, for people; the client gets it
   * @throws IllegalArgumentException if the code is blank or too long
   */
  public ActionException(String code, String message) {
    this(code, message, null, false);
  }

  /**
   * Creates a refusal.
   *
   * @param code what happened, for programs: 1 to 64 characters, such as {@code sold_out}
   * @param message what happened, for people; the client gets it
   * @param data more for programs: anything Jackson can write, or {@code null}
   * @param retryable whether the same request might succeed if the client repeats it
   * @throws IllegalArgumentException if the code is blank or too long
   */
  public ActionException(String code, String message, @Nullable Object data, boolean retryable) {
    super(message);
    if (code.isBlank() || code.length() > LONGEST_CODE) {
      throw new IllegalArgumentException(
          "code: \"" + code + "\" (expected: 1 to " + LONGEST_CODE + " characters)");
    }
    this.code = code;
    this.data = data;
    this.retryable = retryable;
  }

  /**
   * Returns the code that names the refusal for programs.
   *
   * @return the code
   */
  public final String code() {
    return code;
  }

  /**
   * Returns what else the client's program is told.
   *
   * @return the data, {@code null} if there is none
   */
  public final @Nullable Object data() {
    return data;
  }

  /**
   * Returns whether the same request might succeed later.
   *
   * @return {@code true} if the client may try again
   */
  public final boolean isRetryable() {
    return retryable;
  }
}
