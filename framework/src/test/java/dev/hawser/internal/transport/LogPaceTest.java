// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LogPaceTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** Close to where nanoseconds overflow, as any clock may be. */
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - SECOND);

  private final LogPace pace = new LogPace(now::get);

  @Test
  void letsOneLinePassInASecondAndTellsHowManyItHeldBack() {
    assertThat(pace.pass()).hasValue(0);
    assertThat(pace.pass()).isEmpty();
    now.addAndGet(SECOND - 1);
    assertThat(pace.pass()).isEmpty();
    now.addAndGet(1);
    assertThat(pace.pass()).hasValue(2);
    assertThat(pace.pass()).isEmpty();
    now.addAndGet(5 * SECOND);
    assertThat(pace.pass()).hasValue(1);
  }
}
