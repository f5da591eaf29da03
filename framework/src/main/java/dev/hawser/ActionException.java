// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import org.jspecify.annotations.Nullable;

/**
 * An action's refusal, made for the client: {@code throw new ActionException("sold_out", "No seats
 * left")}. A client that called the action gets the code, the message and the data with its reply,
 * and nothing is logged. If the client performed the action, and so gets no reply, it goes to the
 * error hooks and is a line of the log.
 *
 * <pre>{@code
 * if (tickets.isSoldOut()) {
 *   throw new ActionException("sold_out", "No seats left");
 * }
 * }</pre>
 *
 * <p>May be subclassed. Immutable, if the data is.
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
   * Creates a refusal that a repetition would not change.
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
   * Returns what happened, for programs.
   *
   * @return the code
   */
  public final String code() {
    return code;
  }

  /**
   * Returns more of what happened.
   *
   * @return the data, {@code null} if there is none
   */
  public final @Nullable Object data() {
    return data;
  }

  /**
   * Returns whether the same request might succeed later.
   *
   * @return whether it might
   */
  public final boolean isRetryable() {
    return retryable;
  }
}
