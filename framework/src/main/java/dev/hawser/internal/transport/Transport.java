// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

/**
 * One socket, as everything behind it sees it. All methods are called on {@link #loop()}.
 *
 * <p>After {@link #close} or {@link #abort} further writes are ignored, and
 * {@link TransportListener#onClosed} follows within the close timeout, exactly once.
 */
public interface Transport {

  Loop loop();

  /** Queues text frames without sending them yet; {@link #flush} sends. */
  void write(FrameBatch batch);

  void flush();

  /** Whether more bytes wait in this socket than the configured limit allows. */
  boolean isBacklogged();

  /**
   * Whether the peer reads more slowly than it is sent to: {@link SocketOptions#slowBytes} wait, or
   * did and more than {@link SocketOptions#caughtUpBytes} still do.
   */
  boolean isSlow();

  /** Sends an RFC 6455 ping (section 5.5.2), which any live peer answers by itself. */
  void ping();

  /** Sends a Close frame behind everything written, waits for the peer's, and then hangs up. */
  void close(int code);

  /** Hangs up at once. */
  void abort();

  /** Stops reading from the socket, so that TCP slows the client down. */
  void pause();

  void resume();
}
