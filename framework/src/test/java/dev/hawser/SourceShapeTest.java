// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourceShapeTest {
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
            source -> assertThat(Files.readAllLines(source)).hasSizeLessThanOrEqualTo(MOST_LINES));
  }
}
