// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import org.jspecify.annotations.Nullable;

/**
 * A callback took longer than {@link CableBuilder#callbackTimeout} allows. Its cause is what the
 * callback threw when it was interrupted, if anything.
 *
 * @since 0.1.0
 */
public final class CallbackTimeoutException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CallbackTimeoutException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
