// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

/**
 * A subscription could not join, because as many people or tabs are present as
 * {@link dev.hawser.CableBuilder#maxPresentPerStream CableBuilder.maxPresentPerStream} and
 * {@link dev.hawser.CableBuilder#maxTabsPerPresent CableBuilder.maxTabsPerPresent} allow.
 * Immutable.
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
