// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

/**
 * A message to be sent is larger, as JSON, than {@link CableBuilder#maxOutboundMessageBytes}
 * allows. No client received it.
 *
 * @since 0.1.0
 */
public final class MessageTooLargeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  MessageTooLargeException(int bytes, int most) {
    super("the message has "
        + bytes
        + " bytes (expected: at most "
        + most
        + ", see maxOutboundMessageBytes)");
  }
}
