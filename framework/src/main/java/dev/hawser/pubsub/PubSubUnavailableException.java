// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub;

import org.jspecify.annotations.Nullable;

/**
 * The pub/sub backend could not be reached, or did not answer. The adapter reconnects by itself, so
 * a later call may succeed.
 *
 * <p>A message whose answer was lost together with the link may have been published; it is not sent
 * again, because delivery is at most once.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class PubSubUnavailableException extends PubSubException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what is wrong
   * @param cause why the link is down, or {@code null}
   */
  public PubSubUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
