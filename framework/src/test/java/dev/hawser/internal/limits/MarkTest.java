// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.internal.limits.NodeLoad.Mark;
import org.junit.jupiter.api.Test;

class MarkTest {
  private long measure;

  @Test
  void isOverAMarkFromOneMoreUntilTwentyPercentLess() {
    Mark mark = new Mark(() -> measure, 100);
    measure = 100;
    assertThat(mark.isOver()).isFalse();
    measure = 101;
    assertThat(mark.isOver()).isTrue();
    measure = 81;
    assertThat(mark.isOver()).isTrue();
    measure = 80;
    assertThat(mark.isOver()).isFalse();
    measure = 100;
    assertThat(mark.isOver()).isFalse();
  }
}
