// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is decoded is what Netty's decoder alone finds, whatever comes in whatever pieces. */
class FrameDecoderTest {
  private static final WebSocketDecoderConfig EXTENDED =
      new SocketOptions(70_000, 8, 1 << 20, 100, 1000).decoding();
  private static final WebSocketDecoderConfig PLAIN =
      new SocketOptions(70_000, 8, 1 << 20, 0, 1000).decoding();
  private static final WebSocketDecoderConfig SMALL =
      new SocketOptions(200, 8, 1 << 20, 0, 1000).decoding();
  private static final int FINAL = 0x80;
  private static final int RSV1 = 0x40;

  /** Notes what it decodes. */
  private static final class Ours extends FrameDecoder {
    private final int maxBytes;
    private final List<String> found;

    Ours(WebSocketDecoderConfig config, List<String> found) {
      super(config);
      this.maxBytes = config.maxFramePayloadLength();
      this.found = found;
    }

    @Override
    int maxBytes() {
      return maxBytes;
    }

    @Override
    void onText(byte[] text) {
      found.add("true 0 TextWebSocketFrame " + ByteBufUtil.hexDump(text));
    }

    @Override
    void onFrame(WebSocketFrame frame) {
      found.add(describe(frame));
    }

    @Override
    void unparsed(int bytes) {}

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      found.add(String.valueOf(cause.getMessage()));
    }
  }

  /** Notes what Netty's decoder decodes. */
  private static final class Nettys extends SimpleChannelInboundHandler<WebSocketFrame> {
    private final List<String> found;

    Nettys(List<String> found) {
      this.found = found;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
      found.add(describe(frame));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      found.add(String.valueOf(cause.getMessage()));
    }
  }

  private static String describe(WebSocketFrame frame) {
    return frame.isFinalFragment()
        + " "
        + frame.rsv()
        + " "
        + frame.getClass().getSimpleName()
        + " "
        + ByteBufUtil.hexDump(frame.content());
  }

  @Test
  void findsWhatNettysDecoderFinds() {
    Random random = new Random(13);
    int frames = 0;
    for (int i = 0; i < 3_000; i++) {
      byte[] bytes = frames(random);
      int piece = random.nextBoolean() ? bytes.length : 1 + random.nextInt(bytes.length);
      WebSocketDecoderConfig config = List.of(PLAIN, EXTENDED, SMALL).get(random.nextInt(3));
      List<String> ours = new ArrayList<>();
      List<String> nettys = new ArrayList<>();
      receive(bytes, piece, new Ours(config, ours));
      receive(bytes, piece, new WebSocket13FrameDecoder(config), new Nettys(nettys));
      assertThat(ours).isEqualTo(nettys);
      frames += ours.size();
    }
    assertThat(frames).isGreaterThan(3_000);
  }

  @Test
  void readsNoMoreOnceReadingIsPaused() {
    int[] reads = new int[1];
    ChannelOutboundHandlerAdapter counter = new ChannelOutboundHandlerAdapter() {
      @Override
      public void read(ChannelHandlerContext ctx) throws Exception {
        reads[0]++;
        super.read(ctx);
      }
    };
    EmbeddedChannel channel = new EmbeddedChannel(counter, new Ours(PLAIN, new ArrayList<>()));
    channel.config().setAutoRead(false);
    ByteBuf frame = Unpooled.buffer();
    write(frame, new Random(1), FINAL | 1, 20, true);
    reads[0] = 0;

    channel.writeInbound(frame);

    assertThat(reads[0]).isZero();
    channel.finishAndReleaseAll();
  }

  private static void receive(byte[] bytes, int piece, ChannelHandler... handlers) {
    EmbeddedChannel channel = new EmbeddedChannel(handlers);
    for (int at = 0; at < bytes.length; at += piece) {
      int end = Math.min(bytes.length, at + piece);
      channel.writeInbound(Unpooled.copiedBuffer(bytes, at, end - at));
    }
    channel.finishAndReleaseAll();
  }

  /** Mostly texts of all lengths, with whatever else the protocol allows or forbids. */
  private static byte[] frames(Random random) {
    ByteBuf out = Unpooled.buffer();
    for (int frames = 1 + random.nextInt(5); frames > 0; frames--) {
      int first = random.nextInt(4) > 0 ? FINAL | 1 : random.nextInt(256);
      if (random.nextInt(10) > 0) {
        first &= ~(RSV1 | RSV1 / 2 | RSV1 / 4);
      }
      int length = random.nextInt(20) == 0
          ? 65_530 + random.nextInt(20)
          : random.nextInt(random.nextBoolean() ? 140 : 500);
      boolean masked = random.nextInt(20) > 0;
      write(out, random, first, length, masked);
    }
    return ByteBufUtil.getBytes(out);
  }

  private static void write(ByteBuf out, Random random, int first, int length, boolean masked) {
    int mask = masked ? FINAL : 0;
    boolean minimal = random.nextInt(30) > 0;
    out.writeByte(first);
    if (length < 126 && minimal) {
      out.writeByte(mask | length);
    } else if (length < 65_536 && minimal) {
      out.writeByte(mask | 126).writeShort(length);
    } else {
      out.writeByte(mask | 127).writeLong(length);
    }
    int key = random.nextInt();
    if (masked) {
      out.writeInt(key);
    }
    for (int i = 0; i < length; i++) {
      int character = random.nextInt(2000) == 0 ? random.nextInt(256) : 'a' + random.nextInt(26);
      out.writeByte(character ^ (masked ? key >>> (8 * (3 - i % 4)) : 0));
    }
  }
}
