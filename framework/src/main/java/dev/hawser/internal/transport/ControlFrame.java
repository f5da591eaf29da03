// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;

/** Control frames as bytes (RFC 6455 section 5.5), unmasked; their payloads have at most 125. */
final class ControlFrame {
  private static final int CLOSE = 0x88;
  private static final int PING = 0x89;
  private static final int PONG = 0x8A;
  private static final int HEADER_BYTES = 2;

  private ControlFrame() {}

  /** A ping without a payload. */
  static ByteBuf ping() {
    return header(PING, 0);
  }

  /** The answer to a ping, with its payload, which is read but not released. */
  static ByteBuf pong(ByteBuf payload) {
    return header(PONG, payload.readableBytes()).writeBytes(payload);
  }

  /** A close with a code and no reason; without a code if it is negative. */
  static ByteBuf close(int code) {
    return code < 0 ? header(CLOSE, 0) : header(CLOSE, Short.BYTES).writeShort(code);
  }

  private static ByteBuf header(int opcode, int length) {
    ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer(HEADER_BYTES + length);
    return frame.writeByte(opcode).writeByte(length);
  }
}
