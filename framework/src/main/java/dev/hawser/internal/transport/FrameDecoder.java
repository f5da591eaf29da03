// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Netty's decoder as the base of the one handler that a socket has, which saves a step for each
 * frame and an object for each socket. Two additions: it says how much it keeps of a frame that is
 * not whole, because a client that sends the beginning of a large frame and no more takes memory:
 * as much as the buffer has room for, which may be far more than what is in it. And a short text
 * that is there as a whole, as nearly every command is, becomes an array at once instead of a
 * buffer that is copied into one; all other frames are Netty's.
 */
abstract class FrameDecoder extends WebSocket13FrameDecoder {
  private static final int FINAL_TEXT = 0x81;
  private static final int MASKED = 0x80;
  private static final int LENGTH_IN_2_BYTES = 126;
  private static final int HEAD_AND_MASK = 6;
  private static final int LONGER_HEAD_AND_MASK = 8;

  /** Netty's decoder has read its latest message to the end, and takes another one. */
  private boolean between = true;

  private boolean inMessage;

  FrameDecoder(WebSocketDecoderConfig config) {
    super(config);
  }

  /** Size of the largest text. */
  abstract int maxBytes();

  /** A whole text has come in one frame, with its mask taken away; it may not be UTF-8. */
  abstract void onText(byte[] text);

  /** Any other frame has come. It is released after the call. */
  abstract void onFrame(WebSocketFrame frame);

  /** A read is over. Called with the size of the buffer that keeps the beginning of a frame. */
  abstract void unparsed(int bytes);

  @Override
  protected final void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws Exception {
    byte[] text = between ? shortText(in) : null;
    if (text != null) {
      out.add(text); // Or Netty's decoder would go on to read although reading is paused.
      out.clear();
      onText(text);
      return;
    }
    between = false; // Also if the frame is refused, and then for good.
    super.decode(ctx, in, out);
    if (!out.isEmpty()) {
      WebSocketFrame frame = (WebSocketFrame) out.remove(0);
      between = takesMore(frame);
      try {
        onFrame(frame);
      } finally {
        frame.release();
      }
    }
  }

  private boolean takesMore(WebSocketFrame latest) {
    boolean control = latest instanceof PingWebSocketFrame || latest instanceof PongWebSocketFrame;
    inMessage = control ? inMessage : !latest.isFinalFragment();
    return !inMessage && !(latest instanceof CloseWebSocketFrame);
  }

  /** Takes a text of up to 64 kB from the buffer if it begins with a whole one. */
  private byte @Nullable [] shortText(ByteBuf in) {
    int at = in.readerIndex();
    int there = in.readableBytes();
    if (there < HEAD_AND_MASK || in.getUnsignedByte(at) != FINAL_TEXT) {
      return null;
    }
    int length = in.getUnsignedByte(at + 1) - MASKED; // Negative if it is not masked.
    int head = HEAD_AND_MASK;
    if (length == LENGTH_IN_2_BYTES && there >= LONGER_HEAD_AND_MASK) {
      length = in.getUnsignedShort(at + 2);
      head = LONGER_HEAD_AND_MASK;
      if (length < LENGTH_IN_2_BYTES) {
        return null;
      }
    } else if (length >= LENGTH_IN_2_BYTES) {
      return null;
    }
    if (length < 0 || length > maxBytes() || there < head + length) {
      return null;
    }
    byte[] text = new byte[length];
    int mask = in.getInt(at + head - Integer.BYTES);
    in.getBytes(at + head, text);
    in.skipBytes(head + length);
    Mask.apply(mask, text);
    return text;
  }

  @Override
  public final void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    super.channelReadComplete(ctx);
    unparsed(actualReadableBytes() == 0 ? 0 : internalBuffer().capacity());
  }
}
