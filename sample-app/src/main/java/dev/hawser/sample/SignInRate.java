// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How often one address may sign in: as often in a minute as it is set, all at once or not. An IPv6
 * network of 64 bits counts as one address, because a single household has one. Thread-safe.
 *
 * <p>It remembers addresses for a minute, and so many at most; while it is full of busy ones,
 * newcomers wait.
 */
final class SignInRate {
  static final int MOST_ADDRESSES = 10_000;

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final int NETWORK_BYTES = 8;

  private final long nanosEach;
  private final LongSupplier clock;

  /** When all that an address has done so far is paid for. */
  private final Map<String, Long> paidAt = new HashMap<>();

  /** Creates a rate; the clock returns nanoseconds. */
  SignInRate(int perMinute, LongSupplier clock) {
    this.nanosEach = MINUTE / perMinute;
    this.clock = clock;
  }

  /**
   * Counts a sign-in; returns zero if it may go on, and else when to try again. All clients without
   * an address, as on a Unix socket, count as one.
   */
  synchronized Duration take(Optional<InetAddress> address) {
    long now = clock.getAsLong();
    String key = key(address);
    if (!paidAt.containsKey(key) && !hasRoom(now)) {
      return Duration.ofMinutes(1);
    }
    long paid = Math.max(now, paidAt.getOrDefault(key, now)) + nanosEach;
    long early = paid - now - MINUTE;
    if (early > 0) {
      return Duration.ofNanos(early);
    }
    paidAt.put(key, paid);
    return Duration.ZERO;
  }

  private boolean hasRoom(long now) {
    if (paidAt.size() >= MOST_ADDRESSES) {
      paidAt.values().removeIf(paid -> paid - now <= 0);
    }
    return paidAt.size() < MOST_ADDRESSES;
  }

  synchronized int addressCount() {
    return paidAt.size();
  }

  private static String key(Optional<InetAddress> address) {
    byte[] bytes = address.map(InetAddress::getAddress).orElse(new byte[0]);
    return HexFormat.of().formatHex(Arrays.copyOf(bytes, Math.min(bytes.length, NETWORK_BYTES)));
  }
}
