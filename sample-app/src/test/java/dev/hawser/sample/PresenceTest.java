// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PresenceTest {
  private final Presence presence = new Presence();

  @Test
  void countsAPersonWithTwoWindowsOnce() {
    assertThat(presence.enter("general", "Ann")).isTrue();
    assertThat(presence.enter("general", "Ann")).isFalse();
    assertThat(presence.in("general").names()).containsExactly("Ann");
    assertThat(presence.leave("general", "Ann")).isFalse();
    assertThat(presence.leave("general", "Ann")).isTrue();
    assertThat(presence.in("general").names()).isEmpty();
  }

  @Test
  void keepsRoomsApartAndNamesInOrder() {
    presence.enter("general", "Bob");
    presence.enter("general", "Ann");
    presence.enter("random", "Cid");
    assertThat(presence.in("general").names()).containsExactly("Ann", "Bob");
    assertThat(presence.in("random").names()).containsExactly("Cid");
  }

  @Test
  void growsItsVersionWithEveryChange() {
    long before = presence.in("general").version();
    presence.enter("general", "Ann");
    long between = presence.in("general").version();
    presence.leave("general", "Ann");
    assertThat(between).isGreaterThan(before);
    assertThat(presence.in("general").version()).isGreaterThan(between);
  }
}
