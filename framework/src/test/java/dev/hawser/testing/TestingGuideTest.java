// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/testing.md} to the kit: its Java code, and what it says of classes. */
class TestingGuideTest {
  private static final Path GUIDE = Path.of("../docs/testing.md");
  private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");

  @Test
  void showsCodeThatRuns() throws IOException {
    String compiled =
        packed(Files.readString(Path.of("src/test/java/dev/hawser/testing/TestingExamplesTest.java")));
    List<String> examples = new ArrayList<>();
    Matcher example = JAVA.matcher(Files.readString(GUIDE));
    while (example.find()) {
      examples.add(example.group(1));
    }
    assertThat(examples)
        .hasSizeGreaterThan(10)
        .allSatisfy(shown -> assertThat(compiled).contains(packed(shown)));
  }

  private static String packed(String code) {
    return code.replaceAll("\\s+", " ").trim();
  }

  @Test
  void mentionsEverythingThatAClientCanDo() throws IOException {
    String guide = Files.readString(GUIDE);
    assertThat(Stream.of(ChannelTest.class, TestConnection.class, TestSubscription.class)
            .flatMap(type -> Stream.of(type.getDeclaredMethods()))
            .filter(method -> java.lang.reflect.Modifier.isPublic(method.getModifiers()))
            .filter(method -> !method.isSynthetic())
            .map(Method::getName)
            .filter(name -> !name.equals("toString"))
            .distinct())
        .allSatisfy(name -> assertThat(guide).containsPattern("\\b" + name + "\\b"));
  }
}
