// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

/**
 * A client's params or data do not fit the type that a channel asks for. The message names the
 * field by its path, such as {@code data.lines[0].at}. {@link Channel#params(Class)} throws it; for
 * the data of an {@link Action} it goes to {@link Channel#onError Channel.onError}, and to the log
 * as one line, because the client is at fault. Immutable.
 *
 * @since 0.1.0
 */
public final class BindingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The field, such as {@code data.lines[0].at}. */
  private final String path;

  BindingException(String message, String path, Throwable cause) {
    super(message, cause);
    this.path = path;
  }

  /** Names the field. */
  String path() {
    return path;
  }
}
