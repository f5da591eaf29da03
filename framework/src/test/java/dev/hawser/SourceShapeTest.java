// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SourceShapeTest {
  private static final Pattern JAVADOC = Pattern.compile("(?s) */\\*\\*.*?\\*/\n");

  /** Without Javadoc: documentation must not push code into another file. */
  private static final int MOST_LINES = 500;

  @Test
  void keepsEverySourceFileShort() throws IOException {
    List<Path> sources;
    try (var files = Files.walk(Path.of("src/main/java"))) {
      sources = files.filter(file -> file.toString().endsWith(".java")).toList();
    }
    assertThat(sources)
        .hasSizeGreaterThan(50)
        .allSatisfy(
            source -> assertThat(linesWithoutJavadoc(source)).hasSizeLessThanOrEqualTo(MOST_LINES));
  }

  private static List<String> linesWithoutJavadoc(Path source) throws IOException {
    return JAVADOC.matcher(Files.readString(source)).replaceAll("").lines().toList();
  }
}
