// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import dev.hawser.internal.log.LogText;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A socket that is served by the public API of Vert.x, with one write per frame. */
final class VertxTransport implements Transport {
  private static final Logger log = LoggerFactory.getLogger(VertxTransport.class);

  private final ServerWebSocket socket;
  private final HttpConnection connection;
  private final SocketOptions options;
  private final SocketLog socketLog;
  private final VertxLoop loop;
  private final MessageAssembler assembler;
  private @Nullable TransportListener listener;
  private boolean closing;
  /** How much is reported as kept of a message that is not whole. */
  private int partial;

  private boolean slow;
  private int waitingBytes;

  /** Wraps a socket; called by the thread that runs the context. */
  VertxTransport(
      ServerWebSocket socket,
      HttpConnection connection,
      Context context,
      SocketOptions options,
      SocketLog socketLog) {
    this.socket = socket;
    this.connection = connection;
    this.options = options;
    this.socketLog = socketLog;
    this.loop = VertxLoop.current(context);
    this.assembler = new MessageAssembler(options);
  }

  /** Begins to tell a listener what comes; one whose socket is closed already is told its end. */
  void start(TransportListener listener) {
    this.listener = listener;
    try {
      socket.frameHandler(frame -> receive(frame, listener));
      socket.pongHandler(pong -> listener.onActivity());
      socket.exceptionHandler(this::failed);
      socket.closeHandler(nothing -> ended());
    } catch (RuntimeException | Error e) {
      // Mostly the socket is closed already, and Vert.x does not call the close handler again.
      abort();
    }
  }

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public void write(FrameBatch batch) {
    if (isOpen()) {
      for (Frame frame : batch.frames()) {
        waiting(frame.wireLength());
        socket.writeTextMessage(frame.text()).onComplete(sent -> waiting(-frame.wireLength()));
      }
    }
  }

  /** Counts the bytes that wait, because the API says only whether a queue is full. */
  private void waiting(int bytes) {
    waitingBytes += bytes;
    boolean isSlow = waitingBytes > (slow ? options.caughtUpBytes() : options.slowBytes());
    if (isSlow != slow) {
      slow = isSlow;
      if (listener != null) {
        listener.onSlowness();
      }
    }
  }

  @Override
  public void flush() {
    // Vert.x flushes by itself.
  }

  @Override
  public boolean isBacklogged() {
    return isOpen() && waitingBytes > options.maxOutboundBytes();
  }

  @Override
  public boolean isSlow() {
    return isOpen() && slow;
  }

  @Override
  public int waitingBytes() {
    return waitingBytes;
  }

  @Override
  public void ping() {
    if (isOpen()) {
      socket.writePing(Buffer.buffer());
    }
  }

  @Override
  public void close(int code) {
    if (isOpen()) {
      closing = true;
      assembler.drop();
      socket.resume();
      socket.close((short) code, "");
      loop.schedule(options.closeTimeoutMs(), this::abort);
    }
  }

  /**
   * Hangs up as far as the API of Vert.x allows: it closes a socket only after what waits is sent
   * and the peer has answered. The listener is told at once, since the peer may never do so.
   */
  @Override
  public void abort() {
    closing = true;
    connection.close();
    loop.execute(this::ended);
  }

  private void ended() {
    closing = true;
    TransportListener told = listener;
    listener = null;
    if (told != null) {
      told.onClosed();
    }
  }

  @Override
  public void pause() {
    if (isOpen()) {
      socket.pause();
    }
  }

  @Override
  public void resume() {
    if (isOpen()) {
      socket.resume();
    }
  }

  /** Vert.x throws on any use of a closed socket, even before it calls the close handler. */
  private boolean isOpen() {
    return !closing && !socket.isClosed();
  }

  private void receive(WebSocketFrame frame, TransportListener listener) {
    listener.onActivity();
    if (closing || frame.isClose() || frame.isPing()) {
      return;
    }
    try {
      byte[] text = assemble(frame);
      partial = PartialMessage.report(assembler.size(), partial, listener);
      if (text != null) {
        listener.onText(text);
      }
    } catch (SocketProtocolException e) {
      socketLog.closed(e.code(), e.getMessage());
      close(e.code());
    }
  }

  private byte @Nullable [] assemble(WebSocketFrame frame) throws SocketProtocolException {
    byte[] payload = frame.binaryData().getBytes();
    return frame.isContinuation()
        ? assembler.proceed(payload, frame.isFinal())
        : assembler.start(payload, frame.isText(), false, frame.isFinal());
  }

  private void failed(Throwable cause) {
    if (cause instanceof CorruptedWebSocketFrameException corrupted) {
      int code = corrupted.closeStatus().code();
      socketLog.closed(code, corrupted.getMessage());
      close(code);
    } else {
      log.debug("socket failed", LogText.of(cause));
    }
  }
}
