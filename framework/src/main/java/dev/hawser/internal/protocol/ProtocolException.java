// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.protocol;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.hawser.internal.log.LogText;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A frame that is no valid command. The message is for the server's log, not for the client. */
public final class ProtocolException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int QUOTED_CHARACTERS = 64;

  /** The error for a client that asked for a reply. */
  private final ReplyError error;

  private final transient @Nullable Supplier<String> suggestion;

  public ProtocolException(String message) {
    this(message, ReplyError.BAD_REQUEST);
  }

  /**
   * Creates an exception.
   *
   * @param message for the log
   * @param error what a client gets that asked for a reply
   */
  public ProtocolException(String message, ReplyError error) {
    super(message);
    this.error = error;
    this.suggestion = null;
  }

  /**
   * Creates an exception that also says what to do about it.
   *
   * @param message for the log
   * @param suggestion returns the fix, safe to log; called only if it is shown
   * @param error what a client gets that asked for a reply
   */
  public ProtocolException(String message, Supplier<String> suggestion, ReplyError error) {
    super(message);
    this.error = error;
    this.suggestion = suggestion;
  }

  public ProtocolException(String message, Throwable cause) {
    super(message, cause);
    this.error = ReplyError.BAD_REQUEST;
    this.suggestion = null;
  }

  /** Returns what to do about it, safe to log; {@code null} if that is clear. */
  public @Nullable String suggestion() {
    return suggestion == null ? null : suggestion.get();
  }

  /** Returns what a client gets that asked for a reply. */
  public ReplyError error() {
    return error;
  }

  /**
   * Says what is wrong with JSON and where, and repeats nothing of it: texts like these are logged,
   * and the JSON is a client's, perhaps with a password in it.
   */
  public static String describe(JsonProcessingException problem) {
    if (problem instanceof StreamConstraintsException) {
      return problem.getOriginalMessage();
    }
    JsonLocation place = problem.getLocation();
    return place == null
        ? "malformed"
        : "malformed at line " + place.getLineNr() + ", column " + place.getColumnNr();
  }

  /**
   * Quotes a client's value for a message, safe to log.
   *
   * @param value the value
   * @return its first characters, escaped and in double quotes
   */
  public static String quote(String value) {
    return LogText.quote(value, QUOTED_CHARACTERS);
  }
}
