// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

/**
 * A client's params or data that do not fit the type a channel asks for. Its message names the
 * field by its path.
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
