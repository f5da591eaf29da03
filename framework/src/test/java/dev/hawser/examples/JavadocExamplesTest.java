// SPDX-License-Identifier: Apache-2.0
package dev.hawser.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Javadoc of the API shows an example for each type, and all of them compile. */
class JavadocExamplesTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/hawser");
  private static final Path EXAMPLES = Path.of("src/test/java/dev/hawser/examples");
  private static final Pattern TYPE =
      Pattern.compile("(?m)^public (?:abstract |final )*(class|interface|@interface) (\\w+)(.*)");
  private static final Pattern EXAMPLE =
      Pattern.compile("(?s)<pre>\\{@code\n(.*?)\n \\*\\s*}</pre>");

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.startsWith(SOURCES.resolve("internal")))
          .toList();
    }
  }

  private static List<String> examples(String source) {
    return EXAMPLE
        .matcher(source.replaceAll("(?m)^ +\\*", " *"))
        .results()
        .map(found -> packed(found.group(1).replaceAll("(?m)^ \\*", "")))
        .toList();
  }

  private static String packed(String code) {
    return code.replaceAll("\\s+", "");
  }

  @Test
  void showsCodeThatCompiles() throws IOException {
    StringBuilder compiled = new StringBuilder();
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      for (Path file : files.toList()) {
        compiled.append(
            packed(Files.readString(file).replace("static final class", "final class")));
      }
    }
    int count = 0;
    for (Path file : sources()) {
      List<String> examples = examples(Files.readString(file));
      count += examples.size();
      assertThat(examples)
          .as(file.toString())
          .allSatisfy(example -> assertThat(compiled).contains(example));
    }
    assertThat(count).isGreaterThan(40);
  }

  /** Records and most exceptions are what the examples of other types return and throw. */
  @Test
  void showsAnExampleForEachTypeThatAnApplicationUses() throws IOException {
    for (Path file : sources()) {
      String source = Files.readString(file);
      MatchResult type = TYPE.matcher(source).results().findFirst().orElse(null);
      if (type != null && !type.group(3).contains("Exception ")) {
        String head = source.substring(0, type.start());
        assertThat(examples(head)).as(file.toString()).isNotEmpty();
      }
    }
  }
}
