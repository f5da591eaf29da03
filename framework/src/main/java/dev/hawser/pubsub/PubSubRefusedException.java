// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub;

/**
 * The pub/sub backend answered with an error, such as a missing permission. Trying again does not
 * help until an operator has changed something.
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
   * @param message the backend's answer
   */
  public PubSubRefusedException(String message) {
    super(message, null);
  }
}
