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
 * @param compressFromBytes size from which messages are compressed; 0 for never, and then no client
 *     may compress either
 * @param closeTimeoutMs time the peer has to answer a Close frame
 * @param decoding the bounds of inbound frames, as Netty's decoder wants it
 * @param outboundMarks between which a peer counts as slow, as Netty's channels want it
 */
public record SocketOptions(
    int maxMessageBytes,
    int maxFragments,
    int maxOutboundBytes,
    int compressFromBytes,
    long closeTimeoutMs,
    WebSocketDecoderConfig decoding,
    WriteBufferWaterMark outboundMarks) {

  /**
   * Creates options; the others follow from these.
   *
   * @param maxMessageBytes size of one inbound message, all its fragments together
   * @param maxFragments number of fragments of one inbound message, empty ones too
   * @param maxOutboundBytes bytes that may wait to be sent
   * @param compressFromBytes size from which messages are compressed; 0 for never
   * @param closeTimeoutMs time the peer has to answer a Close frame, in ms
   */
  public SocketOptions(
      int maxMessageBytes,
      int maxFragments,
      int maxOutboundBytes,
      int compressFromBytes,
      long closeTimeoutMs) {
    this(
        maxMessageBytes,
        maxFragments,
        maxOutboundBytes,
        compressFromBytes,
        closeTimeoutMs,
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(maxMessageBytes)
            .allowExtensions(compressFromBytes > 0)
            .closeOnProtocolViolation(false)
            .build(),
        new WriteBufferWaterMark(maxOutboundBytes / 8, maxOutboundBytes / 4));
  }

  /** The same, for a client that offers no compression. */
  SocketOptions withoutCompression() {
    return compressFromBytes == 0
        ? this
        : new SocketOptions(maxMessageBytes, maxFragments, maxOutboundBytes, 0, closeTimeoutMs);
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
