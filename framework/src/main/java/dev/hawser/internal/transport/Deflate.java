// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import io.netty.util.concurrent.FastThreadLocal;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Compresses and expands single messages (RFC 7692 section 7.2), each without any other's context,
 * and none beyond a limit.
 */
final class Deflate {
  private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};
  private static final int CHUNK = 8 * 1024;

  /** One for each event loop, because its native state has some 256 KiB. */
  private static final FastThreadLocal<Deflater> DEFLATER = new FastThreadLocal<>() {
    @Override
    protected Deflater initialValue() {
      return new Deflater(Deflater.BEST_SPEED, true);
    }

    @Override
    protected void onRemoval(Deflater deflater) {
      deflater.end();
    }
  };

  private Deflate() {}

  static byte[] compress(byte[] message) {
    Deflater deflater = DEFLATER.get();
    deflater.reset();
    deflater.setInput(message);
    ByteArrayOutputStream out = new ByteArrayOutputStream(message.length / 2 + 16);
    byte[] chunk = new byte[Math.min(CHUNK, message.length + 64)];
    int written = deflater.deflate(chunk, 0, chunk.length, Deflater.SYNC_FLUSH);
    while (written > 0) {
      out.write(chunk, 0, written);
      written = deflater.deflate(chunk, 0, chunk.length, Deflater.SYNC_FLUSH);
    }
    return Arrays.copyOf(out.toByteArray(), out.size() - TAIL.length);
  }

  /**
   * Expands a message, as far as the limit.
   *
   * @throws SocketProtocolException with 1009 when there is more, and with 1007 when it is damaged
   */
  static byte[] expand(byte[] message, int limit) throws SocketProtocolException {
    Inflater inflater = new Inflater(true);
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream(Math.min(CHUNK, limit));
      byte[] chunk = new byte[Math.min(CHUNK, limit + 1)];
      for (byte[] part : new byte[][] {message, TAIL}) {
        inflater.setInput(part);
        while (!inflater.needsInput() && !inflater.finished()) {
          int read = inflater.inflate(chunk);
          if (out.size() + read > limit) {
            throw new SocketProtocolException(
                CloseCode.TOO_BIG, "a message that expands beyond what maxMessageBytes allows");
          }
          if (read == 0 && inflater.needsDictionary()) {
            throw new DataFormatException("a preset dictionary");
          }
          out.write(chunk, 0, read);
        }
      }
      return out.toByteArray();
    } catch (DataFormatException e) {
      throw new SocketProtocolException(
          CloseCode.INVALID_PAYLOAD, "a compressed message that is damaged");
    } finally {
      inflater.end();
    }
  }

  /** Tests on this machine that the bound holds, with a small message that expands to 16 MiB. */
  static boolean isBounded(int limit) {
    byte[] bomb = compress(new byte[Math.max(2 * limit, 16 * 1024 * 1024)]);
    try {
      expand(bomb, limit);
      return false;
    } catch (SocketProtocolException e) {
      byte[] plain = new byte[limit];
      try {
        return e.code() == CloseCode.TOO_BIG
            && Arrays.equals(expand(compress(plain), limit), plain);
      } catch (SocketProtocolException broken) {
        return false;
      }
    }
  }
}
