// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.log;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Lets one line of the log pass in an interval, and counts those that it holds back. Thread-safe.
 *
 * <pre>{@code
 * throttle.pass().ifPresent(unlogged -> log.warn("…: unlogged={}", unlogged));
 * }</pre>
 */
public final class LogThrottle {
  private final LongSupplier clock;
  private final long intervalNanos;
  private long passedAt;
  private long heldBack;

  /**
   * Creates a throttle whose first line passes.
   *
   * @param interval the least time between two lines
   */
  public LogThrottle(Duration interval) {
    this(interval, System::nanoTime);
  }

  /**
   * Creates a throttle with a clock of its own, for tests.
   *
   * @param interval the least time between two lines
   * @param clock tells nanoseconds; only differences mean something
   */
  public LogThrottle(Duration interval, LongSupplier clock) {
    this.clock = clock;
    this.intervalNanos = interval.toNanos();
    this.passedAt = clock.getAsLong() - intervalNanos;
  }

  /**
   * Asks whether a line may be logged now.
   *
   * @return how many lines were held back since the last one that passed; empty if this one is
   */
  public synchronized OptionalLong pass() {
    long now = clock.getAsLong();
    if (now - passedAt < intervalNanos) {
      heldBack++;
      return OptionalLong.empty();
    }
    long before = heldBack;
    passedAt = now;
    heldBack = 0;
    return OptionalLong.of(before);
  }
}
