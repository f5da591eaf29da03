// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import java.util.concurrent.TimeUnit;

/**
 * A rate per second, of which some seconds' worth may come at once. The state of one client is a
 * single number, the time until which its units are paid for: each unit moves that time on by its
 * price, and it may run ahead of the clock by no more than the burst. Immutable.
 *
 * @param priceNanos the time that one unit pays for
 * @param burstNanos the time that units at once may pay for
 */
public record TokenBucket(long priceNanos, long burstNanos) {
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
  static final long BURST_NANOS = 10 * SECOND_NANOS;

  /** Returns a bucket that refills at so many units a second, and holds ten seconds' worth. */
  public static TokenBucket perSecond(int units) {
    return new TokenBucket(SECOND_NANOS / units, BURST_NANOS);
  }

  /** Returns a bucket that refills at so many units a second, and holds no more than those. */
  public static TokenBucket strictlyPerSecond(int units) {
    return new TokenBucket(SECOND_NANOS / units, SECOND_NANOS);
  }

  /** Takes one unit: returns until when it is paid. Debts end at a second burst. */
  public long take(long paidUntil, long now) {
    long from = paidUntil - now > 0 ? paidUntil : now;
    return from + priceNanos - now > 2 * burstNanos ? now + 2 * burstNanos : from + priceNanos;
  }

  /** How long to wait until what was taken is within the burst; 0 if it is. */
  public long waitNanos(long paidUntil, long now) {
    return Math.max(0, paidUntil - now - burstNanos);
  }

  /** Whether a client that has paid until then has its whole burst left. */
  static boolean isFull(long paidUntil, long now) {
    return paidUntil - now <= 0;
  }
}
