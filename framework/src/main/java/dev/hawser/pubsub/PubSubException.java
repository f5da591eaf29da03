// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub;

import org.jspecify.annotations.Nullable;

/**
 * A call of a pub/sub adapter failed. The future of the call fails with this exception or a
 * subclass, which says why.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public class PubSubException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what is wrong, without any password or payload
   * @param cause the cause, or {@code null} if there is none
   */
  public PubSubException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
