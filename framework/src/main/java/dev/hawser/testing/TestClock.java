// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The clock of a {@link ChannelTest}: it stands still until {@link #advance}. The application may
 * use it as well, because it is a {@link Clock}.
 *
 * <pre>{@code
 * TestClock clock = TestClock.at(Instant.parse("2030-01-01T08:00:00Z"));
 * ChannelTest test =
 *     ChannelTest.of(cable -> cable.connection(() -> new TokenConnection(clock)), clock);
 * TestConnection ann = test.connect();
 *
 * clock.advance(Duration.ofHours(1));
 * assertThat(ann.disconnectReason()).contains("token_expired");
 * }</pre>
 *
 * <p>Reading is thread-safe.
 *
 * @since 0.1.0
 */
public final class TestClock extends Clock {
  private final Instant start;
  private final TestThread thread;

  private TestClock(Instant start) {
    this.start = start;
    this.thread = new TestThread(start.toEpochMilli());
  }

  /**
   * Creates a clock for {@link ChannelTest#of(dev.hawser.CableBuilder, TestClock)}.
   *
   * @param start the time that it shows until it is advanced
   * @return a new clock
   */
  public static TestClock at(Instant start) {
    return new TestClock(start);
  }

  /**
   * Lets time pass: timers and timeouts that are due run in their order, each at its time, with all
   * that follows from them.
   *
   * @param time how much, not negative
   * @throws IllegalArgumentException if it is negative
   * @throws CallbackFailedException if a callback fails; the clock then stands where it did
   */
  public void advance(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("advance: " + time + " (expected: 0 or more)");
    }
    thread.advance(time.toNanos());
  }

  @Override
  public Instant instant() {
    return start.plusNanos(thread.elapsedNanos());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  /**
   * Returns a view of this clock for another time zone.
   *
   * @param zone the time zone
   * @return a clock that goes with this one
   */
  @Override
  public Clock withZone(ZoneId zone) {
    Clock clock = this;
    return new Clock() {
      @Override
      public Instant instant() {
        return clock.instant();
      }

      @Override
      public ZoneId getZone() {
        return zone;
      }

      @Override
      public Clock withZone(ZoneId other) {
        return clock.withZone(other);
      }
    };
  }

  TestThread thread() {
    return thread;
  }
}
