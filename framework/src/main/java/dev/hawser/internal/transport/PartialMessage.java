// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

/** Reports how much is kept of a message that is not whole yet. Lives on the loop. */
final class PartialMessage {
  private static final int NOT_WORTH_A_REPORT = 1024;

  private int reported;

  /** Notes how much is kept now. */
  void keep(int bytes, TransportListener listener) {
    int kept = bytes <= NOT_WORTH_A_REPORT ? 0 : bytes;
    if (kept != reported) {
      if (listener.onPartial(kept - reported)) {
        reported = kept;
      }
    }
  }
}
