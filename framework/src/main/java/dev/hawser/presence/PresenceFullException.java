// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

/**
 * A tab could not join, because as many people or tabs are present as the options of the cable
 * allow. Immutable.
 *
 * @since 0.1.0
 */
public final class PresenceFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message which limit was reached
   */
  public PresenceFullException(String message) {
    super(message);
  }
}
