// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The clock of a {@link ChannelTest}, which moves only when the test calls {@link #advance
 * advance}. The application may use it, too, because it is a {@link Clock}.
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
 * <p>Reading the time is thread-safe; {@link #advance advance} is for the thread of the test.
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
   * @param start the time of the clock until it is advanced
   * @return a new clock
   */
  public static TestClock at(Instant start) {
    return new TestClock(start);
  }

  /**
   * Advances the time. Timers and timeouts that become due run in their order, each at its time,
   * with everything that follows from them.
   *
   * @param time time to advance by, not negative
   * @throws IllegalArgumentException if it is negative
   * @throws CallbackFailedException if a callback fails; the clock then stops at the time of that
   *     callback
   */
  public void advance(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("advance: " + time + " (expected: 0 or more)");
    }
    thread.advance(time.toNanos());
  }

  /**
   * Returns the time of the clock.
   *
   * @return the start, plus all time that the test has advanced by
   */
  @Override
  public Instant instant() {
    return start.plusNanos(thread.elapsedNanos());
  }

  /**
   * Returns the time zone of the clock.
   *
   * @return UTC
   */
  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  /**
   * Returns a view of this clock with another time zone.
   *
   * @param zone the time zone
   * @return a clock that always has the same time as this one
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
