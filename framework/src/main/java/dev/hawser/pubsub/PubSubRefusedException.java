// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub;

/**
 * The pub/sub backend answered with an error, such as a missing permission. The same call fails
 * again until an operator has changed something.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class PubSubRefusedException extends PubSubException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message the answer of the backend
   */
  public PubSubRefusedException(String message) {
    super(message, null);
  }
}
