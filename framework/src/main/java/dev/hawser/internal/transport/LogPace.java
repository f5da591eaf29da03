// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Lets one log line pass in a second, and counts those it holds back. Thread-safe. */
final class LogPace {
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier clock;
  private long passedAt;
  private long heldBack;

  LogPace(LongSupplier nanos) {
    this.clock = nanos;
    this.passedAt = nanos.getAsLong() - INTERVAL_NANOS;
  }

  /** Returns how many were held back since the last line, if this one passes. */
  synchronized OptionalLong pass() {
    long now = clock.getAsLong();
    if (now - passedAt < INTERVAL_NANOS) {
      heldBack++;
      return OptionalLong.empty();
    }
    long before = heldBack;
    passedAt = now;
    heldBack = 0;
    return OptionalLong.of(before);
  }
}
