// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the Java code of the guide to {@link GuideExamples}, which the compiler checks. */
class GuideTest {
  private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");

  @ParameterizedTest
  @ValueSource(strings = {"Replies", "Presence", "Everybody but me", "Whispers", "Signed streams"})
  void showsCodeThatCompiles(String chapter) throws IOException {
    String compiled =
        packed(Files.readString(Path.of("src/test/java/dev/hawser/GuideExamples.java")));
    List<String> examples = examplesOf(chapter);
    assertThat(examples)
        .isNotEmpty()
        .allSatisfy(example -> assertThat(compiled).contains(packed(example)));
  }

  private static List<String> examplesOf(String chapter) throws IOException {
    String guide = Files.readString(Path.of("../docs/guide.md"));
    int begin = guide.indexOf("\n## " + chapter + "\n");
    assertThat(begin).as("chapter %s", chapter).isNotNegative();
    int end = guide.indexOf("\n## ", begin + 1);
    List<String> examples = new ArrayList<>();
    Matcher example = JAVA.matcher(guide.substring(begin, end < 0 ? guide.length() : end));
    while (example.find()) {
      examples.add(example.group(1));
    }
    return examples;
  }

  private static String packed(String code) {
    return code.replaceAll("\\s+", " ").trim();
  }
}
