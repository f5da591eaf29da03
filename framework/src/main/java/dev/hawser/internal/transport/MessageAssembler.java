// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Puts the fragments of a message together (RFC 6455 section 5.4), within bounds of size and
 * number, expands it within them, and sees that it is UTF-8. Binary messages are counted and then
 * dropped, since the protocol knows only text.
 */
final class MessageAssembler {
  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080808080808080L;

  private final SocketOptions options;
  private @Nullable ByteArrayOutputStream parts;
  private boolean text;
  private boolean compressed;
  private int fragments;

  MessageAssembler(SocketOptions options) {
    this.options = options;
  }

  /** Bytes that are kept of the message that is not whole yet: an array that grows by doubling. */
  int size() {
    return parts == null ? 0 : 2 * parts.size();
  }

  /** Forgets the message that is not whole yet. */
  void drop() {
    parts = null;
  }

  /** The first frame of a message; returns the text once it is whole. */
  byte @Nullable [] start(byte[] payload, boolean isText, boolean isCompressed, boolean isLast)
      throws SocketProtocolException {
    if (parts != null) {
      throw new SocketProtocolException(
          CloseCode.PROTOCOL_ERROR, "a message began inside another one");
    }
    if (isLast) {
      return whole(options, payload, isText, isCompressed);
    }
    text = isText;
    compressed = isCompressed;
    fragments = 0;
    parts = new ByteArrayOutputStream();
    return append(parts, payload, false);
  }

  /** A later frame; returns the text once it is whole. */
  byte @Nullable [] proceed(byte[] payload, boolean isLast) throws SocketProtocolException {
    if (parts == null) {
      throw new SocketProtocolException(
          CloseCode.PROTOCOL_ERROR, "a continuation without a beginning");
    }
    return append(parts, payload, isLast);
  }

  private byte @Nullable [] append(ByteArrayOutputStream message, byte[] payload, boolean isLast)
      throws SocketProtocolException {
    if (++fragments > options.maxFragments()) {
      throw new SocketProtocolException(
          CloseCode.TOO_BIG, "more fragments than maxFragments allows");
    }
    checkSize(options, message.size() + payload.length);
    message.writeBytes(payload);
    if (!isLast) {
      return null;
    }
    parts = null;
    return whole(options, message.toByteArray(), text, compressed);
  }

  /** A message that comes in one frame; returns the text. */
  static byte @Nullable [] whole(
      SocketOptions options, byte[] message, boolean text, boolean compressed)
      throws SocketProtocolException {
    checkSize(options, message.length);
    if (!text) {
      return null;
    }
    byte[] whole = compressed ? Deflate.expand(message, options.maxMessageBytes()) : message;
    if (!isAscii(whole)
        && !ByteBufUtil.isText(Unpooled.wrappedBuffer(whole), StandardCharsets.UTF_8)) {
      throw new SocketProtocolException(CloseCode.INVALID_PAYLOAD, "a text that is not UTF-8");
    }
    return whole;
  }

  /** Most commands are ASCII, which is faster to see than UTF-8: eight bytes at a time. */
  private static boolean isAscii(byte[] text) {
    int at = 0;
    for (; at <= text.length - Long.BYTES; at += Long.BYTES) {
      if (((long) EIGHT_BYTES.get(text, at) & HIGH_BITS) != 0) {
        return false;
      }
    }
    for (; at < text.length; at++) {
      if (text[at] < 0) {
        return false;
      }
    }
    return true;
  }

  private static void checkSize(SocketOptions options, int size) throws SocketProtocolException {
    if (size > options.maxMessageBytes()) {
      throw new SocketProtocolException(
          CloseCode.TOO_BIG, "a message larger than maxMessageBytes allows");
    }
  }
}
