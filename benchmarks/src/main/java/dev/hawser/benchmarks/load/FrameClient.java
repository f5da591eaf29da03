// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;

/**
 * One socket: the HTTP head first, then frames, however TCP cuts them. It reads them only as far as
 * it must and parses nothing, so that it costs less than any server it measures.
 */
abstract class FrameClient extends SimpleChannelInboundHandler<ByteBuf> {
  private static final int TEXT = 1;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final byte[] MASK = {0, 0, 0, 0};
  private static final int END_OF_HEAD = 0x0D0A0D0A;

  private final Dialect dialect;
  private final Channel channel;
  private boolean upgraded;
  private ByteBuf rest = Unpooled.EMPTY_BUFFER;

  FrameClient(Dialect dialect, Channel channel) {
    this.dialect = dialect;
    this.channel = channel;
  }

  /** A text of the server came. */
  abstract void text(ByteBuf in, int at, int length);

  /** Something happened that must not. */
  abstract void fail(String what);

  final Channel channel() {
    return channel;
  }

  final void send(String text) {
    send(TEXT, text.getBytes(UTF_8));
  }

  private void send(int opcode, byte[] payload) {
    channel.writeAndFlush(frame(opcode, payload), channel.voidPromise());
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    String head = "GET " + dialect.target()
        + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        + dialect.headers()
        + "\r\n";
    ctx.writeAndFlush(Unpooled.copiedBuffer(head, US_ASCII));
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
    ByteBuf in = rest.isReadable() ? Unpooled.wrappedBuffer(rest, bytes.retain()) : bytes.retain();
    if (!upgraded) {
      upgraded = skipHead(in);
    }
    while (upgraded && readFrame(in)) {
      // on to the next
    }
    rest = in.isReadable() ? Unpooled.copiedBuffer(in) : Unpooled.EMPTY_BUFFER;
    in.release();
  }

  private boolean skipHead(ByteBuf in) {
    for (int i = in.readerIndex(); i + 3 < in.writerIndex(); i++) {
      if (in.getInt(i) == END_OF_HEAD) {
        String status = in.toString(in.readerIndex(), "HTTP/1.1 101".length(), US_ASCII);
        if (!status.endsWith("101")) {
          fail("the server answered " + status);
        }
        in.readerIndex(i + 4);
        return true;
      }
    }
    return false;
  }

  /** Reads one frame if it is whole. Servers send no frames of 64 kB or more here. */
  private boolean readFrame(ByteBuf in) {
    if (in.readableBytes() < 2) {
      return false;
    }
    int at = in.readerIndex();
    int length = in.getByte(at + 1) & 0x7F;
    int header = 2;
    if (length == 126) {
      if (in.readableBytes() < 4) {
        return false;
      }
      length = in.getUnsignedShort(at + 2);
      header = 4;
    }
    if (in.readableBytes() < header + length) {
      return false;
    }
    in.skipBytes(header + length);
    switch (in.getByte(at) & 0x0F) {
      case TEXT -> text(in, at + header, length);
      case PING -> send(PONG, ByteBufUtil.getBytes(in, at + header, length));
      default -> {}
    }
    return true;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close(); // a server may reset a client that it gives up
  }

  /** A masked frame; the mask is zero, which is as good as any to a server. */
  private static ByteBuf frame(int opcode, byte[] payload) {
    ByteBuf frame = Unpooled.buffer(payload.length + 8);
    frame.writeByte(0x80 | opcode);
    if (payload.length < 126) {
      frame.writeByte(0x80 | payload.length);
    } else {
      frame.writeByte(0x80 | 126).writeShort(payload.length);
    }
    return frame.writeBytes(MASK).writeBytes(payload);
  }
}
