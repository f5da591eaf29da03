// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;

/**
 * Netty's decoder, which keeps the bytes of a frame until it is whole: a client that sends the
 * beginning of a large frame and no more takes memory, so the transport is told how much: as much
 * as the buffer has room for, which may be far more than what is in it.
 */
final class FrameDecoder extends WebSocket13FrameDecoder {
  private final ChannelTransport transport;

  FrameDecoder(WebSocketDecoderConfig config, ChannelTransport transport) {
    super(config);
    this.transport = transport;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    super.channelReadComplete(ctx);
    transport.unparsed(actualReadableBytes() == 0 ? 0 : internalBuffer().capacity());
  }
}
