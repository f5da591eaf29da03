// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

/**
 * One socket, as everything behind it sees it. All methods are called on {@link #loop()}.
 *
 * <p>After {@link #close} or {@link #abort} further writes are ignored, and
 * {@link TransportListener#onClosed} follows within the close timeout, exactly once.
 */
public interface Transport {

  /**
   * Returns the event loop of this socket.
   *
   * @return the loop that runs its listener
   */
  Loop loop();

  /**
   * Queues text frames without sending them yet; {@link #flush} sends.
   *
   * @param batch the frames
   */
  void write(FrameBatch batch);

  /** Sends what was written. */
  void flush();

  /**
   * Returns whether more bytes wait in this socket than {@link SocketOptions#maxOutboundBytes}.
   *
   * @return whether they do
   */
  boolean isBacklogged();

  /**
   * Returns whether the peer reads more slowly than it is sent to: {@link SocketOptions#slowBytes}
   * wait, or did and more than {@link SocketOptions#caughtUpBytes} still do.
   *
   * @return whether it does
   */
  boolean isSlow();

  /**
   * Returns how much waits to be sent.
   *
   * @return bytes
   */
  int waitingBytes();

  /** Sends an RFC 6455 ping (section 5.5.2), which any live peer answers by itself. */
  void ping();

  /**
   * Sends a Close frame after everything written, waits for the peer's, and then hangs up.
   *
   * @param code one of {@link CloseCode}
   */
  void close(int code);

  /** Hangs up at once. */
  void abort();

  /** Stops reading from the socket, so that TCP slows the client down. */
  void pause();

  /** Reads from the socket again. */
  void resume();
}
