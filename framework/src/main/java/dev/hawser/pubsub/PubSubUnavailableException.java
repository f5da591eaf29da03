// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub;

import org.jspecify.annotations.Nullable;

/**
 * The pub/sub backend could not be reached or did not answer. The adapter reconnects by itself, so
 * a later call may succeed; after the adapter was closed, no call does.
 *
 * <p>A message may have been published if the link was lost before its answer came. The adapter
 * does not send it again, because delivery is at most once.
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
   * @param cause why the link is down, or {@code null} if that is not known
   */
  public PubSubUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
