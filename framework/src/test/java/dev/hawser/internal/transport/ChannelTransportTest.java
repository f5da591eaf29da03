// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelTransportTest {
  private static final int MOST_BYTES = 10_000;

  private static final class Listener implements TransportListener {
    @Override
    public void onText(byte[] message) {}

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

  /** A socket in which so many bytes wait, as Netty counts them: with 96 for each write. */
  private static ChannelTransport holding(int bytes) {
    EmbeddedChannel channel = new EmbeddedChannel();
    ChannelTransport transport =
        new ChannelTransport(new SocketOptions(4096, 8, MOST_BYTES, 0, 1000), new SocketLog());
    transport.start(new Listener());
    channel.pipeline().addLast(transport);
    int headBytes = 4;
    byte[] text = new byte[bytes - 96 - headBytes];
    try (FrameBatch batch = new FrameBatch(List.of(Frame.of(text)))) {
      transport.write(batch);
    }
    assertThat(channel.unsafe().outboundBuffer().totalPendingWriteBytes()).isEqualTo(bytes);
    return transport;
  }

  @Test
  void isBackloggedFromOneByteMoreThanMayWait() {
    assertThat(holding(MOST_BYTES).isBacklogged()).isFalse();
    assertThat(holding(MOST_BYTES + 1).isBacklogged()).isTrue();
  }

  @Test
  void isSlowFromOneByteMoreThanAQuarter() {
    assertThat(holding(MOST_BYTES / 4).isSlow()).isFalse();
    assertThat(holding(MOST_BYTES / 4 + 1).isSlow()).isTrue();
  }
}
