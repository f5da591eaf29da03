// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub;

/**
 * Too many calls wait for the pub/sub backend: as many as the options of the adapter allow. Nothing
 * was sent.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class PubSubOverloadedException extends PubSubException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message which limit was reached, and the option that sets it
   */
  public PubSubOverloadedException(String message) {
    super(message, null);
  }
}
