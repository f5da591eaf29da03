// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

/** Gets what a socket reports, always on its event loop. */
public interface TransportListener {

  /**
   * A whole text message has come.
   *
   * @param message valid UTF-8, within the size limit
   */
  void onText(byte[] message);

  /** Any frame has come, pongs included. */
  void onActivity();

  /**
   * More or less than before is kept of a message that is not whole yet.
   *
   * @param more the difference in bytes; not called for a kilobyte or less
   * @return whether that much may be kept; if not, the listener has closed the socket
   */
  boolean onPartial(int more);

  /** The value of {@link Transport#isSlow} has changed. */
  void onSlowness();

  /** The socket is gone. This is the last call. */
  void onClosed();
}
