// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.protocol;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.hawser.internal.log.LogText;

/** A frame that is no valid command. The message is for the server's log, not for the client. */
public final class ProtocolException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int QUOTED_CHARACTERS = 64;

  /** What a client gets that asked for a reply. */
  private final ReplyError error;

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
  }

  public ProtocolException(String message, Throwable cause) {
    super(message, cause);
    this.error = ReplyError.BAD_REQUEST;
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
