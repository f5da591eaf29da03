// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

/** The slot of a channel in a Redis Cluster: CRC-16 (XMODEM) of its bytes, or of its hash tag. */
final class HashSlot {
  static final int COUNT = 16_384;

  private static final int[] TABLE = new int[256];

  static {
    for (int i = 0; i < TABLE.length; i++) {
      int crc = i << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
      }
      TABLE[i] = crc & 0xFFFF;
    }
  }

  private HashSlot() {}

  static int of(byte[] channel) {
    int open = indexOf(channel, '{', 0);
    if (open >= 0) {
      int close = indexOf(channel, '}', open + 1);
      if (close > open + 1) {
        return slot(channel, open + 1, close);
      }
    }
    return slot(channel, 0, channel.length);
  }

  private static int indexOf(byte[] bytes, char wanted, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  private static int slot(byte[] bytes, int from, int to) {
    int crc = 0;
    for (int i = from; i < to; i++) {
      crc = ((crc << 8) ^ TABLE[((crc >>> 8) ^ bytes[i]) & 0xFF]) & 0xFFFF;
    }
    return crc % COUNT;
  }
}
