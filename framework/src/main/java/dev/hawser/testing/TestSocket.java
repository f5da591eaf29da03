// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import dev.hawser.internal.transport.Frame;
import dev.hawser.internal.transport.FrameBatch;
import dev.hawser.internal.transport.Loop;
import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A socket without a network: what the session writes reaches the client at once, and the client
 * answers pings as every WebSocket client does. It is never slow, and reads whatever the session
 * asks: how fast a client sends is not what a test of a channel is about.
 */
final class TestSocket implements Transport {
  /** RFC 6455 section 7.4.1: the client gave no code. */
  static final int NO_CODE = 1005;

  /** RFC 6455 section 7.4.1: no Close frame came. */
  static final int ABNORMAL = 1006;

  private final Loop loop;
  private final Consumer<String> client;
  private @Nullable TransportListener listener;
  private @Nullable Integer closeCode;

  /**
   * Creates an open socket.
   *
   * @param client gets each message of the session
   */
  TestSocket(Loop loop, Consumer<String> client) {
    this.loop = loop;
    this.client = client;
  }

  void start(TransportListener session) {
    listener = session;
  }

  /** Gets what the client sends. */
  TransportListener listener() {
    if (listener == null) {
      throw new IllegalStateException("the socket is not open");
    }
    return listener;
  }

  /** Why it was closed; {@code null} while it is open. */
  @Nullable Integer closeCode() {
    return closeCode;
  }

  /** Hands in a message of the client. On the loop. */
  void receive(byte[] message) {
    if (closeCode == null) {
      listener().onActivity();
      listener().onText(message);
    }
  }

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public void write(FrameBatch batch) {
    if (closeCode == null) {
      for (Frame frame : batch.frames()) {
        client.accept(frame.text());
      }
    }
  }

  @Override
  public void flush() {
    // The client has it already.
  }

  @Override
  public boolean isBacklogged() {
    return false;
  }

  @Override
  public boolean isSlow() {
    return false;
  }

  @Override
  public int waitingBytes() {
    return 0;
  }

  @Override
  public void ping() {
    loop.execute(() -> {
      if (closeCode == null) {
        listener().onActivity();
      }
    });
  }

  @Override
  public void close(int code) {
    if (closeCode == null) {
      closeCode = code;
      loop.execute(() -> listener().onClosed());
    }
  }

  @Override
  public void abort() {
    close(ABNORMAL);
  }

  @Override
  public void pause() {
    // Nothing is read ahead.
  }

  @Override
  public void resume() {
    // It never stopped.
  }
}
