// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChannelTakeoverTest {
  @Test
  void isPossibleWithTheVertxThatHawserIsBuiltFor() {
    assertThat(ChannelTakeover.isPossible()).isTrue();
  }
}
