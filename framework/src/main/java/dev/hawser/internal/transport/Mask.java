// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The masking of a client's frames (RFC 6455 section 5.3). */
final class Mask {
  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int ALL_SHIFTS = 3;

  private Mask() {}

  /** Masks a payload, or takes its mask away: eight bytes at a time. */
  static void apply(int mask, byte[] payload) {
    long twice = ((long) mask << Integer.SIZE) | (mask & 0xFFFFFFFFL);
    int at = 0;
    for (; at <= payload.length - Long.BYTES; at += Long.BYTES) {
      EIGHT_BYTES.set(payload, at, (long) EIGHT_BYTES.get(payload, at) ^ twice);
    }
    for (; at < payload.length; at++) {
      payload[at] ^= (byte) (mask >>> (Byte.SIZE * (ALL_SHIFTS - (at & ALL_SHIFTS))));
    }
  }
}
