// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.OptionBound;
import dev.hawser.internal.options.OptionRange;
import dev.hawser.support.OptionTable;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The tables of behaviours and practices in the documentation name tests; they exist. */
class DocumentedBehaviourTest {
  private static final Pattern TEST = Pattern.compile("`([\\w.]+(?:Test|Contract|Fuzz))#(\\w+)`");

  private static String document(String name) throws IOException {
    return Files.readString(Path.of("..", "docs", name));
  }

  @ParameterizedTest
  @CsvSource({"actioncable.md, 80", "security.md, 50"})
  void isShownByTestsThatExist(String document, int least) throws Exception {
    MatchResult[] named = TEST.matcher(document(document)).results().toArray(MatchResult[]::new);
    assertThat(named).hasSizeGreaterThan(least);
    for (MatchResult test : named) {
      Method[] methods = Class.forName("dev.hawser." + test.group(1)).getDeclaredMethods();
      assertThat(Arrays.stream(methods).map(Method::getName)).contains(test.group(2));
    }
  }

  @Test
  void hasEveryRow() throws Exception {
    String document = document("actioncable.md");
    assertThat(IntStream.rangeClosed(1, 49).mapToObj(row -> "\n| " + row + " | "))
        .allSatisfy(row -> assertThat(document).contains(row));
  }

  @Test
  void listsEveryLimitForOperators() throws Exception {
    String table = Files.readString(Path.of("..", "docs", "operations.md"));
    List<String> options = Arrays.stream(CableBuilder.class.getMethods())
        .filter(method ->
            List.of(int.class, Duration.class).containsAll(List.of(method.getParameterTypes())))
        .filter(method -> method.getReturnType() == CableBuilder.class)
        .filter(method -> method.getParameterCount() == 1)
        .map(Method::getName)
        .toList();
    assertThat(options)
        .hasSizeGreaterThan(25)
        .allSatisfy(option -> assertThat(table).contains("\n| `" + option + "` |"));
  }

  private static final Map<CableOption, String> WORDED_DEFAULTS = Map.of(
      CableOption.MAX_DATA_BYTES, "`maxMessageBytes`",
      CableOption.MAX_OUTBOUND_MESSAGE_BYTES, "7/8 of `maxOutboundBytes`",
      CableOption.MAX_REPLAY_BYTES, "half of `maxOutboundBytes`",
      CableOption.COMPRESS_FROM_BYTES, "0 = off",
      CableOption.MAX_MEMORY_PER_CONNECTION, "4 MiB ⁶",
      CableOption.MAX_COMMANDS_PER_SECOND_PER_SUBSCRIPTION, "0 = off",
      CableOption.REAUTHENTICATE, "0 = off",
      CableOption.WORKER_POOL_SIZE, "4 per processor, at least 16");

  private static final Map<CableOption, String> WORDED_RANGES = Map.of(
      CableOption.DEAD_PEER_TIMEOUT, "3 pings – 1 h, 0 = never",
      CableOption.MAX_PENDING_CALLBACKS, "above `maxPendingCommands` – 1,048,576",
      CableOption.MAX_OUTBOUND_MESSAGE_BYTES, "1 B – `maxOutboundBytes`",
      CableOption.MAX_REPLAY_BYTES, "1 B – `maxOutboundBytes`",
      CableOption.MAX_HEAP_PERCENT, "1 – 100 = never",
      CableOption.PRESENCE_GRACE, "1 ms – 1 h, 0 = at once",
      CableOption.COMPRESS_FROM_BYTES, "64 B – 64 MiB");

  @ParameterizedTest
  @EnumSource(CableOption.class)
  void tellsOperatorsTheDefaultAndTheRangeOfEachOption(CableOption option) throws Exception {
    OptionTable table = OptionTable.read("operations.md");
    OptionRange range = option.range();
    OptionBound.Values none = other -> 0;
    String byDefault = WORDED_DEFAULTS.containsKey(option)
        ? WORDED_DEFAULTS.get(option)
        : OptionTable.text(range.unit(), range.byDefault().in(none));
    assertThat(table.cell(option.optionName(), 2)).isEqualTo(byDefault);
    String limits = WORDED_RANGES.containsKey(option)
        ? WORDED_RANGES.get(option)
        : OptionTable.text(range.unit(), range.least().in(none)) + " – "
            + OptionTable.text(range.unit(), range.most().in(none))
            + (range.isZeroAllowed() ? ", 0 = never" : "");
    assertThat(table.cell(option.optionName(), 3)).isEqualTo(limits);
  }
}
