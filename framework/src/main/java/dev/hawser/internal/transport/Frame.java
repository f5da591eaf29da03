// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * One outgoing text message in up to three parts, so that the payload of a broadcast is shared by
 * all identifiers that receive it. Immutable.
 */
public final class Frame {
  private static final byte[] NOTHING = {};
  private static final byte[] CLOSING_BRACE = {'}'};
  private static final int FINAL_TEXT = 0x81;
  private static final int COMPRESSED = 0x40;
  private static final int LENGTH_IN_2_BYTES = 126;
  private static final int LENGTH_IN_8_BYTES = 127;

  private final byte[] prefix;
  private final byte[] payload;
  private final byte[] suffix;
  private final long offset;

  private Frame(byte[] prefix, byte[] payload, byte[] suffix, long offset) {
    this.prefix = prefix;
    this.payload = payload;
    this.suffix = suffix;
    this.offset = offset;
  }

  /**
   * Returns the frame of a whole message.
   *
   * @param text UTF-8, not changed afterwards
   * @return the frame
   */
  public static Frame of(byte[] text) {
    return new Frame(NOTHING, text, NOTHING, 0);
  }

  /**
   * Returns the frame of a payload after its subscription's prefix, with the brace that closes it.
   *
   * @param messagePrefix the text before the payload
   * @param payload JSON in UTF-8
   * @return the frame
   */
  public static Frame of(byte[] messagePrefix, byte[] payload) {
    return of(messagePrefix, payload, CLOSING_BRACE, 0);
  }

  /**
   * Returns the frame of a broadcast that has a number in its stream.
   *
   * @param messagePrefix the text before the payload
   * @param payload JSON in UTF-8
   * @param suffix the text after the payload, with the brace that closes it
   * @param offset the number; 0 for none
   * @return the frame
   */
  public static Frame of(byte[] messagePrefix, byte[] payload, byte[] suffix, long offset) {
    return new Frame(messagePrefix, payload, suffix, offset);
  }

  /**
   * Returns which broadcast of its stream this is.
   *
   * @return its number; 0 if it has none
   */
  public long offset() {
    return offset;
  }

  /**
   * Returns the size of the message.
   *
   * @return bytes of its text
   */
  public int length() {
    return prefix.length + payload.length + suffix.length;
  }

  /** Bytes on the wire: the text and its WebSocket header (RFC 6455 section 5.2), unmasked. */
  int wireLength() {
    int length = length();
    return length + (length < LENGTH_IN_2_BYTES ? 2 : length <= 0xFFFF ? 4 : 10);
  }

  void writeTo(ByteBuf out) {
    writeHead(out, FINAL_TEXT, length());
    out.writeBytes(prefix).writeBytes(payload).writeBytes(suffix);
  }

  /** Writes it compressed, unless that would make it larger. */
  void writeCompressedTo(ByteBuf out) {
    byte[] compressed = Deflate.compress(bytes());
    if (compressed.length < length()) {
      writeHead(out, FINAL_TEXT | COMPRESSED, compressed.length);
      out.writeBytes(compressed);
    } else {
      writeTo(out);
    }
  }

  private static void writeHead(ByteBuf out, int firstByte, int length) {
    out.writeByte(firstByte);
    if (length < LENGTH_IN_2_BYTES) {
      out.writeByte(length);
    } else if (length <= 0xFFFF) {
      out.writeByte(LENGTH_IN_2_BYTES).writeShort(length);
    } else {
      out.writeByte(LENGTH_IN_8_BYTES).writeLong(length);
    }
  }

  private byte[] bytes() {
    byte[] all = Arrays.copyOf(prefix, length());
    System.arraycopy(payload, 0, all, prefix.length, payload.length);
    System.arraycopy(suffix, 0, all, prefix.length + payload.length, suffix.length);
    return all;
  }

  /**
   * Returns the message.
   *
   * @return its text
   */
  public String text() {
    return new String(bytes(), UTF_8);
  }
}
