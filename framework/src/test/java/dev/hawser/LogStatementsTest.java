// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every parameter of a log statement goes through LogText, or is known to be ours. */
class LogStatementsTest {
  private static final Pattern STATEMENT =
      Pattern.compile("\\blog\\.(trace|debug|info|warn|error)\\(");
  private static final Pattern SAFE = Pattern.compile(
      "^\".*|^LogText\\.of\\(.*|.*ProtocolException\\.quote\\(.*|.*ParameterFilter\\..*");

  /** Numbers, names from the code, and what the configuration says. */
  private static final Set<String> OURS = Set.of(
      "unlogged",
      "more",
      "count",
      "most",
      "bytes",
      "code",
      "connections",
      "unfinished",
      "took.toMillis()",
      "workerPoolSize",
      "backoff.attempt() + 1",
      "option",
      "option.optionName()",
      "MessageFilter.java: reason",
      "reconnect",
      "callback",
      "definition.wireName()",
      "channel == null ? \"unknown\" : channel",
      "options.site()",
      "EXPORT");

  @Test
  void showNothingAsItIsThatIsNotOurs() throws IOException {
    List<String> raw = new ArrayList<>();
    int statements = 0;
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        for (String statement : statementsOf(file)) {
          statements++;
          for (String parameter : parameters(statement)) {
            String named = file.getFileName() + ": " + parameter;
            boolean ours = OURS.contains(parameter) || OURS.contains(named);
            if (!ours && !SAFE.matcher(parameter).matches()) {
              raw.add(named);
            }
          }
        }
      }
    }
    assertThat(statements).isGreaterThan(30);
    assertThat(raw)
        .as("parameters of log statements (expected: LogText.of(…), or a name in OURS)")
        .isEmpty();
  }

  /** What stands between the parentheses of each log statement. */
  private static List<String> statementsOf(Path file) {
    try {
      String source = Files.readString(file).replaceAll("(?m)^\\s*(//|\\*|/\\*).*$", "");
      return STATEMENT
          .matcher(source)
          .results()
          .map(MatchResult::end)
          .map(start -> source.substring(start, endOf(source, start)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int endOf(String source, int start) {
    int depth = 1;
    int at = start;
    while (depth > 0) {
      at = nextOutsideOfTexts(source, at);
      char c = source.charAt(at++);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
    return at - 1;
  }

  /** The top-level parameters, without the message. */
  private static List<String> parameters(String statement) {
    List<String> parameters = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int at = 0; at < statement.length(); at++) {
      at = nextOutsideOfTexts(statement, at);
      char c = at < statement.length() ? statement.charAt(at) : ' ';
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && depth == 0) {
        parameters.add(statement.substring(start, at));
        start = at + 1;
      }
    }
    parameters.add(statement.substring(start));
    return parameters.stream()
        .skip(1)
        .map(parameter -> parameter.strip().replaceAll("\\s+", " "))
        .toList();
  }

  private static int nextOutsideOfTexts(String source, int at) {
    int next = at;
    while (next < source.length() && source.charAt(next) == '"') {
      next++;
      while (source.charAt(next) != '"') {
        next += source.charAt(next) == '\\' ? 2 : 1;
      }
      next++;
    }
    return next;
  }
}
