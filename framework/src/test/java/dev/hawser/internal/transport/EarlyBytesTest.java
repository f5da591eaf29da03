// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import org.junit.jupiter.api.Test;

class EarlyBytesTest {
  private final EarlyBytes early = new EarlyBytes();
  private final EmbeddedChannel channel = new EmbeddedChannel(early);

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
  void areHandedOnInOrderInALaterTurnOfTheLoop() {
    read("a");
    early.release();
    assertThat(handedOn()).isNull();
    read("b");
    channel.runPendingTasks();
    assertThat(handedOn()).isEqualTo("a");
    assertThat(handedOn()).isEqualTo("b");
    read("c");
    assertThat(handedOn()).isEqualTo("c");
    assertThat(channel.pipeline().get(EarlyBytes.class)).isNull();
  }

  @Test
  void areWhatTheHttpDecoderHasNotReadWhenItIsRemoved() {
    channel.pipeline().addFirst("http", new HttpRequestDecoder());
    read("GET / HTTP/1.1\r\n\r\n");
    Object request = channel.readInbound();
    assertThat(request).isInstanceOf(HttpRequest.class);
    Object end = channel.readInbound();
    assertThat(end).isInstanceOf(LastHttpContent.class);
    read("early");
    channel.pipeline().remove("http");
    early.release();
    channel.runPendingTasks();
    assertThat(handedOn()).isEqualTo("early");
  }

  @Test
  void areReleasedWithASocketThatIsNotUpgraded() {
    ByteBuf bytes = read("a");
    assertThat(bytes.refCnt()).isOne();
    channel.close();
    assertThat(bytes.refCnt()).isZero();
    early.release();
    channel.runPendingTasks();
    assertThat(handedOn()).isNull();
  }
}
