// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.calls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeptQuotaTest {
  private final KeptQuota quota = new KeptQuota(2, 100);

  @Test
  void hasAsManyPlacesAsAllowedAndNoMore() {
    assertThat(quota.enter(0, 10)).isNotNull();
    assertThat(quota.enter(0, 10)).isNotNull();
    assertThat(quota.enter(9, 10)).isNull();
    assertThat(quota.enter(10, 20)).as("when two have ended").isNotNull();
    assertThat(quota.count()).isEqualTo(1);
  }

  @Test
  void takesAPlaceBackOnce() {
    KeptQuota.Place place = quota.enter(0, 10);
    assertThat(quota.enter(0, 10)).isNotNull();
    quota.leave(place);
    quota.leave(place);
    assertThat(quota.count()).isEqualTo(1);
    assertThat(quota.enter(0, 10)).isNotNull();
    assertThat(quota.enter(0, 10)).isNull();
    assertThat(quota.enter(10, 20)).isNotNull();
    assertThat(quota.count()).isEqualTo(1);
  }

  @Test
  void hasRoomForAsManyBytesAsAllowedUntilTheirTimesAreOver() {
    KeptQuota.Place one = quota.enter(0, 10);
    KeptQuota.Place two = quota.enter(0, 20);
    assertThat(quota.fill(one, 60, 0)).isTrue();
    assertThat(quota.fill(two, 41, 0)).isFalse();
    assertThat(quota.fill(two, 40, 0)).isTrue();
    KeptQuota.Place three = quota.enter(10, 30);
    assertThat(quota.fill(three, 61, 10)).isFalse();
    assertThat(quota.fill(three, 60, 10)).isTrue();
  }

  @Test
  void fillsNoPlaceThatHasEnded() {
    KeptQuota.Place place = quota.enter(0, 10);
    assertThat(quota.fill(place, 1, 10)).isFalse();
    assertThat(quota.count()).isZero();
  }
}
