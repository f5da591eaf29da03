// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.OptionBound;
import dev.hawser.internal.options.OptionRange;
import dev.hawser.support.OptionJavadoc;
import dev.hawser.support.OptionTable;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The Javadoc of each option states its range and its default, as the code has them. */
class OptionJavadocTest {
  private static final OptionBound.Values NONE = other -> 0;

  /** Bounds and defaults that depend on other options, or on the machine. */
  private static final Map<CableOption, String> LEAST = Map.of(
      CableOption.DEAD_PEER_TIMEOUT, "3 times pingInterval",
      CableOption.MAX_PENDING_CALLBACKS, "more than maxPendingCommands,");

  private static final Map<CableOption, String> MOST = Map.of(
      CableOption.MAX_OUTBOUND_MESSAGE_BYTES, "maxOutboundBytes",
      CableOption.MAX_REPLAY_BYTES, "maxOutboundBytes");

  private static final Map<CableOption, String> DEFAULT = Map.of(
      CableOption.MAX_DATA_BYTES, "as maxMessageBytes",
      CableOption.MAX_OUTBOUND_MESSAGE_BYTES, "seven eighths of that, 896 KiB",
      CableOption.MAX_REPLAY_BYTES, "half of that, 512 KiB",
      CableOption.MAX_MEMORY_PER_CONNECTION, "4 MiB",
      CableOption.WORKER_POOL_SIZE, "4 per processor, at least 16");

  private static String text(OptionRange range, OptionBound bound) {
    long number = bound.in(NONE);
    return number == 0 ? "0" : OptionTable.text(range.unit(), number);
  }

  private static String parameter(CableOption option) throws IOException {
    return OptionJavadoc.of("CableBuilder.java").parameter(option.optionName());
  }

  @ParameterizedTest
  @EnumSource(CableOption.class)
  void statesTheRange(CableOption option) throws IOException {
    OptionRange range = option.range();
    String least = LEAST.containsKey(option) ? LEAST.get(option) : text(range, range.least());
    String most = MOST.containsKey(option) ? MOST.get(option) : text(range, range.most());
    assertThat(parameter(option)).contains(least + " to " + most);
    assertThat(parameter(option).contains("; 0 for ")).isEqualTo(range.isZeroAllowed());
  }

  @ParameterizedTest
  @EnumSource(CableOption.class)
  void statesTheDefault(CableOption option) throws IOException {
    OptionRange range = option.range();
    String byDefault =
        DEFAULT.containsKey(option) ? DEFAULT.get(option) : text(range, range.byDefault());
    assertThat(parameter(option)).containsPattern("; default \\Q" + byDefault + "\\E(?=,|$)");
  }
}
