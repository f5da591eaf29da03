// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.util.concurrent.TimeUnit;

/**
 * A number per second, of which ten seconds' worth may come at once: a token bucket. Whoever is
 * held to it keeps a single number, the time until which it has paid: each unit moves that on by
 * its price, and it may run ahead of the clock by no more than the burst.
 *
 * @param priceNanos the time that one unit pays for
 */
record Rate(long priceNanos) {
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
  static final long BURST_NANOS = 10 * SECOND_NANOS;

  static Rate perSecond(int units) {
    return new Rate(SECOND_NANOS / units);
  }

  /** Takes one unit: returns until when it is paid. Debts end at a second burst. */
  long take(long paidUntil, long now) {
    long from = paidUntil - now > 0 ? paidUntil : now;
    return from + priceNanos - now > 2 * BURST_NANOS ? now + 2 * BURST_NANOS : from + priceNanos;
  }

  /** How long to wait until what was taken is within the burst; 0 if it is. */
  long waitNanos(long paidUntil, long now) {
    return Math.max(0, paidUntil - now - BURST_NANOS);
  }

  /** Whether one who has paid until then has the whole burst before him. */
  static boolean isFull(long paidUntil, long now) {
    return paidUntil - now <= 0;
  }
}
