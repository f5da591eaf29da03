// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import org.jspecify.annotations.Nullable;

/**
 * A callback took longer than {@link CableBuilder#callbackTimeout CableBuilder.callbackTimeout}
 * allows. It goes to {@link Channel#onError Channel.onError} or {@link Connection#onError
 * Connection.onError} like any failure of a callback. Its cause is what the callback threw when it
 * was interrupted, if it threw anything. Immutable.
 *
 * @since 0.1.0
 */
public final class CallbackTimeoutException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CallbackTimeoutException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
