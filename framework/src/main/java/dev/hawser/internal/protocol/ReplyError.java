// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.protocol;

/**
 * The errors that the framework itself answers a request with; applications have codes of theirs.
 */
public enum ReplyError {
  /** The data is not what the action takes. */
  BAD_REQUEST("bad_request", "The data does not fit", false),
  /** The channel has no such action. */
  UNKNOWN_ACTION("unknown_action", "There is no such action", false),
  /** The connection has no such subscription. */
  NOT_SUBSCRIBED("not_subscribed", "There is no such subscription", false),
  /** A hook of the connection skipped the command. */
  FORBIDDEN("forbidden", "This is not allowed", false),
  /** The action took longer than it may. */
  ACTION_TIMEOUT("action_timeout", "The action took too long", false),
  /** The data, or the value that was returned, is larger than it may be. */
  TOO_LARGE("too_large", "The data or the reply is too large", false),
  /** More requests wait for their answers than may. */
  TOO_MANY_CALLS("too_many_calls", "Too many calls wait for their replies", true),
  /** The action is performed more often than it may be. */
  RATE_LIMITED("rate_limited", "This is asked for too often", true),
  /** The store of answers cannot be reached or is full, and nothing was carried out. */
  UNAVAILABLE("unavailable", "This cannot be done at the moment", true),
  /** It is unknown whether it was carried out, and it will not be carried out again. */
  UNKNOWN_OUTCOME("unknown_outcome", "It may have been done or not", false),
  /** Anything else. */
  INTERNAL_ERROR("internal_error", "The action failed", false);

  private final String code;
  private final String text;
  private final boolean retryable;

  ReplyError(String code, String text, boolean retryable) {
    this.code = code;
    this.text = text;
    this.retryable = retryable;
  }

  /** Returns the answer with this error. */
  public byte[] answer() {
    return ServerMessages.errorAnswer(code, text, null, retryable);
  }

  /** Returns the answer with this error, about a part of what the client sent. */
  public byte[] answer(String path) {
    return ServerMessages.errorAnswer(
        code, path + " does not fit", ServerMessages.path(path), retryable);
  }
}
