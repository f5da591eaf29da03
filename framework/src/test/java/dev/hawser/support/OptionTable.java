// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import dev.hawser.internal.options.OptionRange.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A table of options in the documentation, whose rows begin with the name of an option. */
public final class OptionTable {
  private final Map<String, List<String>> rows;

  private OptionTable(Map<String, List<String>> rows) {
    this.rows = rows;
  }

  /** Reads every row of a document under {@code docs/} that begins with a name in backticks. */
  public static OptionTable read(String document) throws IOException {
    return new OptionTable(Files.readAllLines(Path.of("..", "docs", document)).stream()
        .filter(line -> line.startsWith("| `"))
        .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
        .collect(Collectors.toMap(cells -> cells.get(1), cells -> cells, (one, two) -> one)));
  }

  /** A cell of an option's row; the column of the name is 0. */
  public String cell(String option, int column) {
    List<String> row = rows.get("`" + option + "`");
    if (row == null) {
      throw new AssertionError("the documentation has no row for " + option);
    }
    return row.get(column + 1);
  }

  /** A number as the documentation writes it: {@code 50 ms}, {@code 64 KiB}, {@code 10,000}. */
  public static String text(Unit unit, long number) {
    return switch (unit) {
      case TIME -> text(Duration.ofNanos(number));
      case BYTES -> bytes(number);
      case COUNT, PERCENT -> String.format(Locale.ROOT, "%,d", number);
    };
  }

  private static String text(Duration time) {
    long seconds = time.toSeconds();
    if (time.toNanosPart() != 0) {
      return time.toMillis() + " ms";
    }
    if (seconds % 60 != 0 || seconds == 0) {
      return seconds + " s";
    }
    long minutes = time.toMinutes();
    if (minutes % 60 != 0) {
      return minutes + " min";
    }
    return minutes % (24 * 60) != 0 ? time.toHours() + " h" : time.toDays() + " day";
  }

  private static String bytes(long number) {
    int shift = Math.min(30, Long.numberOfTrailingZeros(number) / 10 * 10);
    return (number >> shift) + " " + List.of("B", "KiB", "MiB", "GiB").get(shift / 10);
  }
}
