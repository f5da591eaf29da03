// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import java.util.function.LongUnaryOperator;

/**
 * Capped exponential backoff with full jitter: nodes that lost the same Redis do not come back in
 * step. Confined to the adapter's loop.
 */
final class Backoff {
  private static final int MAX_DOUBLINGS = 30;

  private final long leastMs;
  private final long mostMs;
  private final LongUnaryOperator random;
  private int attempt;

  /**
   * Starts at the first attempt.
   *
   * @param random returns a number from 0 to its argument, exclusive
   */
  Backoff(long leastMs, long mostMs, LongUnaryOperator random) {
    this.leastMs = leastMs;
    this.mostMs = mostMs;
    this.random = random;
  }

  /** The delay before the next attempt, at least 1 ms. */
  long nextMs() {
    long ceiling = Math.min(mostMs, leastMs << Math.min(attempt, MAX_DOUBLINGS));
    attempt++;
    return 1 + random.applyAsLong(Math.max(1, ceiling));
  }

  int attempt() {
    return attempt;
  }

  void reset() {
    attempt = 0;
  }
}
