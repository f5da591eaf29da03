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

  BindingException(String message, Throwable cause) {
    super(message, cause);
  }
}
