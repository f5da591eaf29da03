// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket that is served by its Netty channel, as the last handler of its pipeline, where
 * {@link ChannelTakeover} puts it. Uses the public API of Netty only.
 */
final class ChannelTransport extends FrameDecoder implements Transport {
  private static final Logger log = LoggerFactory.getLogger(ChannelTransport.class);

  private static final int RSV1 = 4;

  private final SocketOptions options;
  private final SocketLog socketLog;

  /** There only within a message that comes in several frames. */
  private @Nullable MessageAssembler assembler;

  /** How much is reported as kept of a message that is not whole. */
  private int partial;

  private @Nullable ChannelHandlerContext ctx;
  private @Nullable TransportListener listener;
  private Loop.@Nullable Timer closeTimer;
  private boolean closing;

  ChannelTransport(SocketOptions options, SocketLog socketLog) {
    super(options.decoding());
    this.options = options;
    this.socketLog = socketLog;
  }

  void start(TransportListener listener) {
    this.listener = listener;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    this.ctx = ctx;
    ctx.channel().config().setWriteBufferWaterMark(options.outboundMarks());
  }

  @Override
  public Loop loop() {
    return new NettyLoop(context().channel().eventLoop()); // Equal ones are the same loop.
  }

  @Override
  public void write(FrameBatch batch) {
    if (!closing) {
      int compressFrom = options.compressFromBytes();
      write(compressFrom > 0 ? batch.compressedWire(compressFrom) : batch.wire());
    }
  }

  @Override
  public void flush() {
    context().flush();
  }

  @Override
  public boolean isBacklogged() {
    // Netty calls a channel writable again when one byte less than the mark waits.
    return isSlow()
        && context().channel().bytesBeforeWritable() - 1 + options.caughtUpBytes()
            > options.maxOutboundBytes();
  }

  @Override
  public boolean isSlow() {
    Channel channel = context().channel();
    // A closed channel is not writable either, but its peer is gone, not slow.
    return !channel.isWritable() && channel.isActive();
  }

  @Override
  public int waitingBytes() {
    Channel channel = context().channel();
    long waiting = channel.isWritable()
        ? options.slowBytes() - channel.bytesBeforeUnwritable()
        : options.caughtUpBytes() + channel.bytesBeforeWritable() - 1;
    return (int) Math.min(Integer.MAX_VALUE, waiting);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    listener().onSlowness();
  }

  @Override
  public void ping() {
    if (!closing) {
      write(ControlFrame.ping());
    }
  }

  /** Writes bytes as they are, to TLS or to the wire: the pipeline has no encoder. */
  private void write(ByteBuf wire) {
    context().write(wire, context().voidPromise());
  }

  @Override
  public void close(int code) {
    if (closing) {
      return;
    }
    closing = true;
    assembler = null;
    resume();
    context().writeAndFlush(ControlFrame.close(code));
    closeTimer = loop().schedule(options.closeTimeoutMs(), this::abort);
  }

  @Override
  public void abort() {
    closing = true;
    context().close();
  }

  @Override
  public void pause() {
    context().channel().config().setAutoRead(false);
  }

  @Override
  public void resume() {
    context().channel().config().setAutoRead(true);
  }

  @Override
  int maxBytes() {
    return options.maxMessageBytes();
  }

  @Override
  void onText(byte[] text) {
    listener().onActivity();
    if (!closing) {
      try {
        deliver(start(text, true, false, true));
      } catch (SocketProtocolException e) {
        refuse(e.code(), e.getMessage());
      }
    }
  }

  @Override
  void onFrame(WebSocketFrame frame) {
    listener().onActivity();
    try {
      receive(frame);
    } catch (SocketProtocolException e) {
      refuse(e.code(), e.getMessage());
    }
  }

  @Override
  void unparsed(int bytes) {
    if (listener != null) {
      int kept = bytes + (assembler == null ? 0 : assembler.size());
      partial = PartialMessage.report(kept, partial, listener);
    }
  }

  private void receive(WebSocketFrame frame) throws SocketProtocolException {
    boolean compressed = isCompressed(frame);
    if (frame instanceof CloseWebSocketFrame close) {
      answerClose(close);
    } else if (closing) {
      return;
    } else if (frame instanceof TextWebSocketFrame text) {
      deliver(start(bytes(text), true, compressed, text.isFinalFragment()));
    } else if (frame instanceof ContinuationWebSocketFrame more) {
      deliver(proceed(bytes(more), more.isFinalFragment()));
    } else if (frame instanceof BinaryWebSocketFrame binary) {
      log.debug("binary message dropped: the protocol knows only text");
      deliver(start(bytes(binary), false, compressed, binary.isFinalFragment()));
    } else if (frame instanceof PingWebSocketFrame ping) {
      context().writeAndFlush(ControlFrame.pong(ping.content()));
    }
  }

  private byte @Nullable [] start(
      byte[] payload, boolean isText, boolean isCompressed, boolean isLast)
      throws SocketProtocolException {
    if (isLast && assembler == null) {
      return MessageAssembler.whole(options, payload, isText, isCompressed);
    }
    if (assembler == null) {
      assembler = new MessageAssembler(options);
    }
    return assembler.start(payload, isText, isCompressed, isLast);
  }

  private byte @Nullable [] proceed(byte[] payload, boolean isLast) throws SocketProtocolException {
    MessageAssembler begun = assembler == null ? new MessageAssembler(options) : assembler;
    byte[] text = begun.proceed(payload, isLast);
    if (isLast) {
      assembler = null;
    }
    return text;
  }

  /** RFC 7692 section 6: a bit of the first frame of a message. The other bits have no meaning. */
  private static boolean isCompressed(WebSocketFrame frame) throws SocketProtocolException {
    if (frame.rsv() == 0) {
      return false;
    }
    boolean first = frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame;
    if (frame.rsv() != RSV1 || !first) {
      throw new SocketProtocolException(
          CloseCode.PROTOCOL_ERROR, "a reserved bit that no extension uses");
    }
    return true;
  }

  private void deliver(byte @Nullable [] text) {
    if (text != null) {
      listener().onText(text);
    }
  }

  /** Echoes the peer's close code, as ActionCable does; or ends the close that we began. */
  private void answerClose(CloseWebSocketFrame close) {
    if (closing) {
      context().close();
      return;
    }
    closing = true;
    int code = close.statusCode() < 0 ? CloseCode.NORMAL : close.statusCode();
    context().writeAndFlush(ControlFrame.close(code)).addListener(ChannelFutureListener.CLOSE);
    closeTimer = loop().schedule(options.closeTimeoutMs(), this::abort);
  }

  private void refuse(int code, @Nullable String why) {
    socketLog.closed(code, why);
    close(code);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    closing = true;
    if (closeTimer != null) {
      closeTimer.cancel();
    }
    if (listener != null) {
      listener.onClosed();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    for (Throwable reason = cause; reason != null; reason = reason.getCause()) {
      if (reason instanceof CorruptedWebSocketFrameException corrupted) {
        refuse(corrupted.closeStatus().code(), corrupted.getMessage());
        return;
      }
    }
    if (!(cause instanceof IOException)) {
      socketLog.failed(cause);
    }
    abort();
  }

  private static byte[] bytes(WebSocketFrame frame) {
    return ByteBufUtil.getBytes(frame.content());
  }

  private ChannelHandlerContext context() {
    if (ctx == null) {
      throw new IllegalStateException("the transport is in no pipeline");
    }
    return ctx;
  }

  private TransportListener listener() {
    if (listener == null) {
      throw new IllegalStateException("the transport was not started");
    }
    return listener;
  }
}
