// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;

/**
 * What bounds a socket; one for all sockets of a cable.
 *
 * @param maxMessageBytes size of one inbound message, all its fragments together
 * @param maxFragments number of fragments of one inbound message, empty ones too
 * @param maxOutboundBytes bytes that may wait to be sent
 * @param closeTimeoutMs time the peer has to answer a Close frame
 * @param decoding the bounds of inbound frames, as Netty's decoder wants it
 * @param outboundMarks between which a peer counts as slow, as Netty's channels want it
 */
public record SocketOptions(
    int maxMessageBytes,
    int maxFragments,
    int maxOutboundBytes,
    long closeTimeoutMs,
    WebSocketDecoderConfig decoding,
    WriteBufferWaterMark outboundMarks) {

  public SocketOptions(
      int maxMessageBytes, int maxFragments, int maxOutboundBytes, long closeTimeoutMs) {
    this(
        maxMessageBytes,
        maxFragments,
        maxOutboundBytes,
        closeTimeoutMs,
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(maxMessageBytes)
            .allowExtensions(false)
            .closeOnProtocolViolation(false)
            .build(),
        new WriteBufferWaterMark(maxOutboundBytes / 8, maxOutboundBytes / 4));
  }

  /** Bytes that may wait before a peer counts as slow. */
  int slowBytes() {
    return outboundMarks.high();
  }

  /** Bytes that may still wait when a peer no longer counts as slow. */
  int caughtUpBytes() {
    return outboundMarks.low();
  }
}
