// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import org.junit.jupiter.api.Test;

class UpgradeHandlerTest {
  private final UpgradeHandler handler = new UpgradeHandler();
  private final EmbeddedChannel channel = new EmbeddedChannel(handler);

  private ByteBuf read(String text) {
    ByteBuf bytes = Unpooled.copiedBuffer(text, US_ASCII);
    channel.writeInbound(bytes);
    return bytes;
  }

  private String handedOn() {
    ByteBuf bytes = channel.readInbound();
    String text = bytes == null ? null : bytes.toString(US_ASCII);
    if (bytes != null) {
      bytes.release();
    }
    return text;
  }

  @Test
  void handsEarlyBytesOnInOrderInALaterTurnOfTheLoop() {
    read("a");
    handler.release();
    assertThat(handedOn()).isNull();
    read("b");
    channel.runPendingTasks();
    assertThat(handedOn()).isEqualTo("a");
    assertThat(handedOn()).isEqualTo("b");
    read("c");
    assertThat(handedOn()).isEqualTo("c");
    assertThat(channel.pipeline().get(UpgradeHandler.class)).isNull();
  }

  @Test
  void keepsWhatTheHttpDecoderHasNotReadWhenItIsRemoved() {
    channel.pipeline().addFirst("http", new HttpRequestDecoder());
    read("GET / HTTP/1.1\r\n\r\n");
    Object request = channel.readInbound();
    assertThat(request).isInstanceOf(HttpRequest.class);
    Object end = channel.readInbound();
    assertThat(end).isInstanceOf(LastHttpContent.class);
    read("early");
    channel.pipeline().remove("http");
    handler.release();
    channel.runPendingTasks();
    assertThat(handedOn()).isEqualTo("early");
  }

  @Test
  void releasesEarlyBytesWithASocketThatIsNotUpgraded() {
    ByteBuf bytes = read("a");
    assertThat(bytes.refCnt()).isOne();
    channel.close();
    assertThat(bytes.refCnt()).isZero();
    handler.release();
    channel.runPendingTasks();
    assertThat(handedOn()).isNull();
  }

  @Test
  void sendsTheAnswerWithWhatTheListenerSendsAtOnce() {
    handler.upgrade(() -> channel.writeAndFlush("answer"));
    handler.release();
    channel
        .eventLoop()
        .execute(
            () -> { // As the hub's turn.
              assertThat(channel.outboundMessages()).isEmpty();
              channel.writeAndFlush("welcome");
              assertThat(channel.outboundMessages()).containsExactly("answer", "welcome");
            });
    channel.runPendingTasks();
    assertThat(channel.outboundMessages()).containsExactly("answer", "welcome");
  }

  @Test
  void sendsTheAnswerByItselfWhenTheWelcomeHasToWait() {
    handler.upgrade(() -> channel.writeAndFlush("answer"));
    assertThat(channel.outboundMessages()).isEmpty();
    handler.release();
    channel.runPendingTasks();
    assertThat(channel.outboundMessages()).containsExactly("answer");
  }

  @Test
  void sendsWhatIsFlushedOutsideOfTheUpgrade() {
    channel.writeAndFlush("before");
    assertThat(channel.outboundMessages()).containsExactly("before");
    assertThatThrownBy(() -> handler.upgrade(() -> {
          throw new IllegalStateException();
        }))
        .isInstanceOf(IllegalStateException.class);
    channel.writeAndFlush("refusal");
    assertThat(channel.outboundMessages()).containsExactly("before", "refusal");
  }
}
