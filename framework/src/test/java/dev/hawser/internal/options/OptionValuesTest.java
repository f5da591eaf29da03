// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.options;

import static dev.hawser.internal.options.OptionBound.above;
import static dev.hawser.internal.options.OptionBound.sameAs;
import static dev.hawser.internal.options.OptionBound.times;
import static dev.hawser.internal.options.OptionRange.KIB;
import static dev.hawser.internal.options.OptionRange.MIB;
import static dev.hawser.internal.options.OptionRange.bytes;
import static dev.hawser.internal.options.OptionRange.count;
import static dev.hawser.internal.options.OptionRange.percent;
import static dev.hawser.internal.options.OptionRange.time;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OptionValuesTest {

  @SuppressWarnings("ImmutableEnumChecker") // a range is immutable
  private enum Some implements Option {
    INTERVAL("interval", time(ofSeconds(3)).from(ofMillis(30)).to(ofSeconds(6))),
    SILENCE(
        "silence", time(ofSeconds(30)).from(times(3, INTERVAL)).to(ofHours(1)).orZero()),
    MESSAGE("message", bytes(64 * KIB).from(KIB).to(64 * MIB)),
    DATA("data", bytes(sameAs(MESSAGE)).from(1).to(64 * MIB)),
    QUEUE("queue", bytes(MIB).from(KIB).to(1024 * MIB)),
    ENTRY("entry", bytes(all -> all.get(QUEUE) / 8 * 7).from(1).to(sameAs(QUEUE))),
    FRAMES("frames", count(256).from(1).to(65_536)),
    WAITING("waiting", count(1024).from(above(FRAMES)).to(1_048_576)),
    FULL("full", percent(90).from(1).to(100));

    private final String optionName;
    private final OptionRange range;

    Some(String optionName, OptionRange range) {
      this.optionName = optionName;
      this.range = range;
    }

    @Override
    public String optionName() {
      return optionName;
    }

    @Override
    public OptionRange range() {
      return range;
    }
  }

  private final OptionValues<Some> values = new OptionValues<>(Some.class);

  // -- values

  @Test
  void hasTheDefaultsAtFirst() {
    assertThat(values.duration(Some.INTERVAL)).isEqualTo(ofSeconds(3));
    assertThat(values.ms(Some.INTERVAL)).isEqualTo(3000);
    assertThat(values.get(Some.INTERVAL)).isEqualTo(3_000_000_000L);
    assertThat(values.count(Some.FRAMES)).isEqualTo(256);
    assertThat(values.count(Some.FULL)).isEqualTo(90);
    assertThat(values.problems()).isEmpty();
    assertThat(values.changed()).isEmpty();
    assertThat(values).hasToString("");
  }

  @Test
  void keepsWhatWasSetToTheNanosecond() {
    values.set(Some.INTERVAL, Duration.ofNanos(45_678_901));
    values.set(Some.FRAMES, 7);
    assertThat(values.duration(Some.INTERVAL)).isEqualTo(Duration.ofNanos(45_678_901));
    assertThat(values.ms(Some.INTERVAL)).isEqualTo(45);
    assertThat(values.count(Some.FRAMES)).isEqualTo(7);
  }

  @Test
  void letsDefaultsFollowOtherOptions() {
    values.set(Some.QUEUE, 8000);
    values.set(Some.MESSAGE, 2000);
    assertThat(values.count(Some.DATA)).isEqualTo(2000);
    assertThat(values.count(Some.ENTRY)).isEqualTo(7000);
    values.set(Some.DATA, 3000);
    values.set(Some.MESSAGE, 4000);
    assertThat(values.count(Some.DATA)).isEqualTo(3000);
  }

  @Test
  void changesNoCopyAndSetsNoCopy() {
    values.set(Some.MESSAGE, 2000);
    OptionValues<Some> copy = values.copy();
    values.set(Some.MESSAGE, 4000);
    assertThat(copy.count(Some.MESSAGE)).isEqualTo(2000);
    assertThat(copy.count(Some.DATA)).isEqualTo(2000);
    assertThat(copy.changed()).containsExactly(Some.MESSAGE);
    assertThatThrownBy(() -> copy.set(Some.FRAMES, 7))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("frames");
    assertThatThrownBy(() -> copy.set(Some.INTERVAL, ofSeconds(1)))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void refusesNullAndTheWrongKindOfNumber() {
    assertThatThrownBy(() -> values.set(Some.INTERVAL, null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("interval");
    assertThatThrownBy(() -> values.set(Some.INTERVAL, 7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("interval: a number (expected: a Duration)");
    assertThatThrownBy(() -> values.set(Some.FRAMES, ofSeconds(7)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("frames: a Duration (expected: a number)");
  }

  // -- problems

  @Test
  void listsEveryValueOutOfRangeInTheOrderOfTheOptions() {
    values.set(Some.FULL, 101);
    values.set(Some.FRAMES, 0);
    values.set(Some.INTERVAL, ofMillis(10));
    assertThat(values.problems())
        .containsExactly(
            "interval: PT0.01S (expected: PT0.03S to PT6S)",
            "frames: 0 (expected: 1 to 65536)",
            "full: 101 (expected: 1 to 100)");
  }

  @Test
  void includesBothEndsOfARange() {
    values.set(Some.INTERVAL, ofMillis(30));
    values.set(Some.FRAMES, 65_536);
    values.set(Some.WAITING, 65_537);
    assertThat(values.problems()).isEmpty();
    values.set(Some.INTERVAL, ofSeconds(6));
    values.set(Some.FRAMES, 1);
    assertThat(values.problems()).isEmpty();
    values.set(Some.INTERVAL, ofSeconds(6).plusNanos(1));
    assertThat(values.problems())
        .containsExactly("interval: PT6.000000001S (expected: PT0.03S to PT6S)");
  }

  @Test
  void computesRangesFromOtherOptions() {
    values.set(Some.SILENCE, ofSeconds(8));
    values.set(Some.QUEUE, 2000);
    values.set(Some.ENTRY, 2001);
    values.set(Some.FRAMES, 1024);
    assertThat(values.problems())
        .containsExactly(
            "silence: PT8S (expected: PT9S to PT1H)",
            "entry: 2001 (expected: 1 to 2000)",
            "waiting: 1024 (expected: 1025 to 1048576)");
  }

  @Test
  void allowsZeroOnlyWhereItTurnsAnOptionOff() {
    values.set(Some.SILENCE, Duration.ZERO);
    assertThat(values.problems()).isEmpty();
    values.set(Some.INTERVAL, Duration.ZERO);
    assertThat(values.problems()).containsExactly("interval: PT0S (expected: PT0.03S to PT6S)");
  }

  @Test
  void survivesValuesThatWouldOverflow() {
    values.set(Some.INTERVAL, ofSeconds(Long.MAX_VALUE));
    values.set(Some.FRAMES, Long.MAX_VALUE);
    assertThat(values.problems())
        .hasSize(4)
        .anyMatch(problem -> problem.startsWith("interval: PT2562047H"))
        .anyMatch(problem -> problem.startsWith("silence: PT30S (expected: PT2562047H"))
        .contains("waiting: 1024 (expected: 9223372036854775807 to 1048576)");
    values.set(Some.INTERVAL, ofSeconds(Long.MIN_VALUE));
    values.set(Some.SILENCE, ofHours(2));
    values.set(Some.FRAMES, Long.MIN_VALUE);
    assertThat(values.problems())
        .hasSize(3)
        .anyMatch(problem -> problem.startsWith("interval: PT-2562047H"))
        .anyMatch(problem -> problem.startsWith("silence: PT2H (expected: PT-2562047H"));
  }

  // -- changes

  @Test
  void showsWhatDiffersFromTheDefaults() {
    values.set(Some.FULL, 80);
    values.set(Some.INTERVAL, ofSeconds(5));
    values.set(Some.FRAMES, 256);
    assertThat(values.changed()).containsExactly(Some.INTERVAL, Some.FULL);
    assertThat(values).hasToString("interval=PT5S full=80");
  }
}
