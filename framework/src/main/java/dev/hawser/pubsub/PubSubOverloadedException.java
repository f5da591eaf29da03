// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub;

/**
 * As much waits for the pub/sub backend as the adapter's options allow. Nothing was sent.
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
