// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
}
