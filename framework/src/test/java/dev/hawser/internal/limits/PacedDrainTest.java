// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacedDrainTest {
  private static final int PER_SECOND = 2500;
  private static final long PLENTY_MS = 15_000;

  private final FakeClock clock = new FakeClock();
  private final List<Integer> gone = new ArrayList<>();
  private final List<Long> goneAtMs = new ArrayList<>();

  /** Time stands still until the one task that waits is run. */
  private static final class FakeClock implements PacedDrain.Clock {
    private long nowMs = 1_000_000;
    private Runnable next;

    @Override
    public long nowMs() {
      return nowMs;
    }

    @Override
    public void after(long delayMs, Runnable task) {
      assertThat(next).isNull();
      assertThat(delayMs).isBetween(50L, 150L);
      next = () -> {
        nowMs += delayMs;
        task.run();
      };
    }

    void runToTheEnd() {
      while (next != null) {
        Runnable task = next;
        next = null;
        task.run();
      }
    }
  }

  private void begin(int count, int perSecond, long withinMs) {
    List<Runnable> farewells = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      farewells.add(() -> {
        gone.add(number);
        goneAtMs.add(clock.nowMs);
      });
    }
    PacedDrain.begin(clock, farewells, perSecond, withinMs);
  }

  @ParameterizedTest
  @CsvSource({"0, 2500", "1, 2500", "250, 2500", "1, 1"})
  void letsASmallNodeGoAtOnce(int count, int perSecond) {
    begin(count, perSecond, PLENTY_MS);
    assertThat(gone).hasSize(count);
    assertThat(clock.next).isNull();
  }

  @Test
  void letsALargeNodeGoAtThePaceThatIsSet() {
    begin(10_000, PER_SECOND, PLENTY_MS);
    assertThat(gone).as("the first batch").hasSize(PER_SECOND / 10);
    clock.runToTheEnd();
    assertThat(gone).hasSize(10_000).doesNotHaveDuplicates();
    long tookMs = goneAtMs.get(9_999) - goneAtMs.get(0);
    assertThat(tookMs).isBetween(3_800L, 4_050L);
    for (int i = PER_SECOND; i < gone.size(); i++) {
      // A batch covers the time since the one before, 150 ms at most, and the first one 100 ms.
      long windowMs = goneAtMs.get(i) - goneAtMs.get(i - PER_SECOND);
      assertThat(windowMs).isGreaterThanOrEqualTo(750);
    }
  }

  @Test
  void hurriesWhenTheTimeWouldNotDo() {
    begin(10_000, 1, 2_000);
    clock.runToTheEnd();
    assertThat(gone).hasSize(10_000);
    assertThat(goneAtMs.get(9_999) - goneAtMs.get(0)).isLessThanOrEqualTo(2_050);
  }

  @Test
  void letsAtLeastOneGoInEveryBatch() {
    begin(3, 1, 60_000);
    assertThat(gone).hasSize(1);
    clock.runToTheEnd();
    assertThat(gone).hasSize(3);
  }

  @Test
  void keepsNoOrder() {
    begin(200, PER_SECOND, PLENTY_MS);
    List<Integer> sorted = new ArrayList<>(gone);
    Collections.sort(sorted);
    assertThat(gone).isNotEqualTo(sorted);
  }
}
