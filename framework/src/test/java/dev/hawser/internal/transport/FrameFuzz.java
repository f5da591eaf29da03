// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.hawser.internal.protocol.CommandDecoder;
import dev.hawser.internal.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;

/**
 * Whatever bytes a peer sends in whatever pieces, a socket ends by a Close frame or not at all, and
 * hands on nothing but whole texts within the limits.
 */
class FrameFuzz {
  private static final SocketOptions COMPRESSING = new SocketOptions(4096, 8, 1 << 20, 100, 1000);
  private static final SocketOptions PLAIN = COMPRESSING.withoutCompression();
  private static final int CLOSE_FRAME = 0x88;

  private static final class Reader implements TransportListener {
    private final CommandDecoder decoder = new CommandDecoder(PLAIN.maxMessageBytes());

    @Override
    public void onText(byte[] message) {
      assertThat(message.length).isLessThanOrEqualTo(PLAIN.maxMessageBytes());
      assertThat(new String(message, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8))
          .isEqualTo(message);
      try {
        assertThat(decoder.decode(message).identifier()).isNotBlank();
      } catch (ProtocolException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }

    @Override
    public void onActivity() {}

    @Override
    public boolean onPartial(int more) {
      return true;
    }

    @Override
    public void onSlowness() {}

    @Override
    public void onClosed() {}
  }

  /** The first byte says into how large pieces the network cuts the others, and what was agreed. */
  @FuzzTest(maxDuration = "5s")
  void closesWithACodeOrNotAtAll(byte[] input) {
    if (input.length < 2) {
      return;
    }
    EmbeddedChannel channel = new EmbeddedChannel();
    SocketOptions options = input[0] % 2 == 0 ? PLAIN : COMPRESSING;
    ChannelTransport transport = new ChannelTransport(options, new SocketLog());
    transport.start(new Reader());
    channel.pipeline().addLast(transport);
    int piece = 1 + (input[0] & 0xFF);
    for (int at = 1; at < input.length && channel.isOpen(); at += piece) {
      int end = Math.min(input.length, at + piece);
      channel.writeInbound(Unpooled.copiedBuffer(input, at, end - at));
    }
    channel.checkException();
    boolean closed = !channel.isOpen();
    boolean toldSo = false;
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      assertThat(toldSo).as("a frame behind the Close frame").isFalse();
      toldSo = out.readableBytes() > 0 && out.getUnsignedByte(0) == CLOSE_FRAME;
      out.release();
    }
    assertThat(toldSo || !closed).as("closed without a Close frame").isTrue();
    channel.finishAndReleaseAll();
  }
}
