// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

/** What a socket reports, always on its event loop. */
public interface TransportListener {

  /** A whole text message, valid UTF-8, within the size limit. */
  void onText(byte[] message);

  /** Any sign of life, pongs included. */
  void onActivity();

  /** What waits in the socket has crossed the mark of {@link Transport#isSlow}, either way. */
  void onSlowness();

  /** The socket is gone; nothing follows. */
  void onClosed();
}
