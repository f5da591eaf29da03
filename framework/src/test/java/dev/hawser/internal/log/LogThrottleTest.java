// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LogThrottleTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** Close to where nanoseconds overflow, as any clock may be. */
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - SECOND);

  private final LogThrottle throttle = new LogThrottle(Duration.ofSeconds(1), now::get);

  @Test
  void letsOneLinePassInAnIntervalAndTellsHowManyItHeldBack() {
    assertThat(throttle.pass()).hasValue(0);
    assertThat(throttle.pass()).isEmpty();
    now.addAndGet(SECOND - 1);
    assertThat(throttle.pass()).isEmpty();
    now.addAndGet(1);
    assertThat(throttle.pass()).hasValue(2);
    assertThat(throttle.pass()).isEmpty();
    now.addAndGet(5 * SECOND);
    assertThat(throttle.pass()).hasValue(1);
  }
}
