// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SignInRateTest {
  private static final Optional<InetAddress> ANN = IpAddress.parse("203.0.113.7");
  private static final Optional<InetAddress> BOB = IpAddress.parse("203.0.113.8");

  private long now = Duration.ofHours(-1).toNanos();
  private final SignInRate rate = new SignInRate(3, () -> now);

  private void later(Duration time) {
    now += time.toNanos();
  }

  @Test
  void lets3InAtOnceAndThenOneEvery20Seconds() {
    for (int i = 0; i < 3; i++) {
      assertThat(rate.take(ANN)).isZero();
    }
    assertThat(rate.take(ANN)).hasSeconds(20);
    later(Duration.ofSeconds(15));
    assertThat(rate.take(ANN)).hasSeconds(5);
    later(Duration.ofSeconds(5));
    assertThat(rate.take(ANN)).isZero();
    assertThat(rate.take(ANN)).hasSeconds(20);
  }

  @Test
  void countsEachAddressByItself() {
    for (int i = 0; i < 4; i++) {
      rate.take(ANN);
    }
    assertThat(rate.take(BOB)).isZero();
    assertThat(rate.take(Optional.empty())).isZero();
  }

  @Test
  void countsANetworkOf64BitsAsOneAddress() {
    for (int i = 1; i <= 3; i++) {
      assertThat(rate.take(IpAddress.parse("2001:db8::" + i))).isZero();
    }
    assertThat(rate.take(IpAddress.parse("2001:db8::ffff:4"))).isPositive();
    assertThat(rate.take(IpAddress.parse("2001:db8:0:1::1"))).isZero();
  }

  @Test
  void remembersNoMoreAddressesThanItMayAndNoneForLong() {
    for (int i = 0; i < SignInRate.MOST_ADDRESSES; i++) {
      assertThat(rate.take(IpAddress.parse("10.0." + i / 256 + "." + i % 256))).isZero();
    }
    assertThat(rate.take(ANN)).hasMinutes(1);
    assertThat(rate.take(IpAddress.parse("10.0.0.0"))).as("one that is known").isZero();
    later(Duration.ofMinutes(1));
    assertThat(rate.take(ANN)).isZero();
    assertThat(rate.addressCount()).isLessThan(SignInRate.MOST_ADDRESSES);
  }
}
