// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

/** Reports how much is kept of a message that is not whole yet. */
final class PartialMessage {
  private static final int NOT_WORTH_A_REPORT = 1024;

  private PartialMessage() {}

  /**
   * Reports how much is kept now, unless that is reported already or was refused.
   *
   * @param reported how much was reported before
   * @return how much is reported from now on
   */
  static int report(int bytes, int reported, TransportListener listener) {
    int kept = bytes <= NOT_WORTH_A_REPORT ? 0 : bytes;
    return kept == reported || !listener.onPartial(kept - reported) ? reported : kept;
  }
}
