// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The errors in the FAQ are those of the code. */
class FaqTest {
  private static final Pattern TEXTS = Pattern.compile("(?s)```text\n(.*?)```");
  private static final Pattern HEADING = Pattern.compile("(?m)^## ");
  private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"");
  private static final List<Path> SOURCES =
      List.of(Path.of("src/main/java"), Path.of("..", "client-js", "src"));

  private static String faq() throws IOException {
    return Files.readString(Path.of("..", "docs", "faq.md"));
  }

  /** All string literals as one reads them, among the code. */
  private static String code() throws IOException {
    StringBuilder code = new StringBuilder();
    for (Path root : SOURCES) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          code.append(JOINT.matcher(Files.readString(file)).replaceAll("")).append('\n');
        }
      }
    }
    return code.toString().replace("\\\"", "\"").replace("{}", "…");
  }

  private static List<String> pieces() throws IOException {
    List<String> pieces = new ArrayList<>();
    for (MatchResult block : TEXTS.matcher(faq()).results().toList()) {
      for (String line : block.group(1).lines().toList()) {
        Stream.of(line.split("…")).filter(piece -> piece.length() > 2).forEach(pieces::add);
      }
    }
    return pieces;
  }

  @Test
  void quotesWhatTheCodeSays() throws IOException {
    String code = code();
    assertThat(pieces())
        .hasSizeGreaterThan(30)
        .allSatisfy(piece -> assertThat(code).contains(piece));
  }

  @Test
  void hasTwentyErrors() throws IOException {
    assertThat(HEADING.matcher(faq()).results()).hasSizeGreaterThanOrEqualTo(20);
  }
}
