// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.hawser.internal.protocol.Command.Message;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads message commands as ActionCable's clients write them, without a JSON parser: they are most
 * of what a node reads. A frame that looks different in any way is left to the parser, so what is
 * accepted, and what is said of the rest, does not depend on the scanner. Thread-safe.
 */
final class MessageScanner {
  private static final byte[] HEAD =
      "{\"command\":\"message\",\"identifier\":\"".getBytes(US_ASCII);
  private static final byte[] DATA = "\",\"data\":\"".getBytes(US_ASCII);
  private static final byte[] END = "\"}".getBytes(US_ASCII);

  private static final int PLACES = 256;
  private static final int LONGEST = 512;

  private final int maxBytes;

  /** Identifiers that came before. A race costs a text at most: what is in a place is immutable. */
  private final @Nullable Identifier[] recent = new @Nullable Identifier[PLACES];

  /** An identifier as it stands in a frame, and what it means. */
  private static final class Identifier {
    private final byte[] written;
    private final String text;

    Identifier(byte[] written, String text) {
      this.written = written;
      this.text = text;
    }
  }

  MessageScanner(int maxMessageBytes) {
    this.maxBytes = maxMessageBytes;
  }

  /** Returns the command; {@code null} if the frame is one for the parser. */
  @Nullable Message scan(byte[] frame) {
    if (frame.length > maxBytes || !stands(HEAD, frame, 0)) {
      return null;
    }
    int from = HEAD.length;
    int to = endOfText(frame, from);
    if (!stands(DATA, frame, to)) {
      return null;
    }
    int dataFrom = to + DATA.length;
    int dataTo = endOfText(frame, dataFrom);
    if (dataTo != frame.length - END.length || !stands(END, frame, dataTo)) {
      return null;
    }
    String identifier = identifier(frame, from, to);
    String data = identifier == null ? null : text(frame, dataFrom, dataTo);
    return identifier == null || data == null ? null : new Message(identifier, data, null, null);
  }

  private static boolean stands(byte[] text, byte[] frame, int at) {
    int end = at + text.length;
    return end <= frame.length && Arrays.equals(text, 0, text.length, frame, at, end);
  }

  /** Where the quote is that ends a text; the end of the frame if it is none for the scanner. */
  private static int endOfText(byte[] frame, int from) {
    for (int i = from; i < frame.length; i++) {
      byte c = frame[i];
      if (c == '"') {
        return i;
      }
      if (c < ' ') { // A control character, or one that is not ASCII.
        return frame.length;
      }
      if (c == '\\') {
        i++;
      }
    }
    return frame.length;
  }

  private @Nullable String identifier(byte[] frame, int from, int to) {
    int place = hash(frame, from, to) & PLACES - 1;
    Identifier known = recent[place];
    if (known != null && Arrays.equals(known.written, 0, known.written.length, frame, from, to)) {
      return known.text;
    }
    String text = text(frame, from, to);
    if (text != null && to - from <= LONGEST) {
      recent[place] = new Identifier(Arrays.copyOfRange(frame, from, to), text);
    }
    return text;
  }

  /** Identifiers differ at their ends, mostly: the channel comes first in them. */
  private static int hash(byte[] frame, int from, int to) {
    int hash = to - from;
    for (int i = Math.max(from, to - 16); i < to; i++) {
      hash = 31 * hash + frame[i];
    }
    return hash ^ hash >>> 8;
  }

  /** Returns a text without its escapes; {@code null} if it is blank or has unusual ones. */
  private static @Nullable String text(byte[] frame, int from, int to) {
    byte[] text = new byte[to - from];
    int length = 0;
    boolean blank = true;
    for (int i = from; i < to; i++) {
      byte c = frame[i];
      if (c == '\\') {
        c = meant(frame[++i]);
        if (c == 0) {
          return null;
        }
      }
      blank &= c <= ' ';
      text[length++] = c;
    }
    return blank ? null : new String(text, 0, length, ISO_8859_1);
  }

  /** The character that an escape means (RFC 8259 section 7); 0 for code units and for errors. */
  private static byte meant(byte escape) {
    return switch (escape) {
      case '"', '\\', '/' -> escape;
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      default -> 0;
    };
  }
}
