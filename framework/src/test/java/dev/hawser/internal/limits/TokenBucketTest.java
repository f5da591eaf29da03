// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A rate, by a clock of the test's own. */
class TokenBucketTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 200, 1_000_000})
  void allowsTenSecondsWorthAndNotOneMore(int perSecond) {
    TokenBucket rate = TokenBucket.perSecond(perSecond);
    long now = Long.MAX_VALUE - 1; // The clock may begin anywhere, and pass the end.
    long paidUntil = now;
    for (int i = 0; i < 10 * perSecond; i++) {
      paidUntil = rate.take(paidUntil, now);
      assertThat(rate.waitNanos(paidUntil, now)).isZero();
    }
    paidUntil = rate.take(paidUntil, now);
    assertThat(rate.waitNanos(paidUntil, now)).isBetween(1L, rate.priceNanos());
    now += rate.priceNanos();
    assertThat(rate.waitNanos(paidUntil, now)).isZero();
  }

  @Test
  void neverMakesAnyoneWaitLongerThanTenSeconds() {
    TokenBucket rate = TokenBucket.perSecond(1);
    long paidUntil = 0;
    for (int i = 0; i < 100_000; i++) {
      paidUntil = rate.take(paidUntil, 0);
    }
    assertThat(rate.waitNanos(paidUntil, 0)).isEqualTo(TimeUnit.SECONDS.toNanos(10));
  }
}
