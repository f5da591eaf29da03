// SPDX-License-Identifier: Apache-2.0
package dev.hawser.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the house rules ask of the Javadoc of the API, as far as a program can read it. */
class JavadocTermsTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/hawser");
  private static final Pattern DOCUMENTED = Pattern.compile(
      "(?s)/\\*\\*((?:(?!\\*/).)*)\\*/" + "\\s*(?:@\\w+(?:\\([^)]*\\))?\\s*)*(public [^{;=]*)");
  private static final Pattern API = Pattern.compile("(?m)^public ");
  private static final int LONGEST_SENTENCE = 200;
  private static final Pattern TYPE =
      Pattern.compile("\\b(class|interface|record|@interface|enum) (\\w+)");
  private static final Pattern THREADS =
      Pattern.compile("(?i)thread-safe|immutable|confined|any thread|one thread at a time");

  /** The comments of public types and members, by a text that names them. */
  private static Map<String, String> comments() throws IOException {
    Map<String, String> comments = new TreeMap<>();
    for (Path file : sources()) {
      String source = Files.readString(file);
      if (!API.matcher(source).find()) {
        continue; // Its public methods implement interfaces of others.
      }
      for (MatchResult found : DOCUMENTED.matcher(source).results().toList()) {
        String text = found.group(1).replaceAll("\\s*\n\\s*\\* ?", " ").strip();
        if (!text.startsWith("{@inheritDoc}")) {
          comments.put(file.getFileName() + ": " + found.group(2).strip(), text);
        }
      }
    }
    return comments;
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.startsWith(SOURCES.resolve("internal")))
          .toList();
    }
  }

  @Test
  void saysForEachTypeWhichThreadsMayUseIt() throws IOException {
    Map<String, String> types = comments();
    types.keySet().removeIf(declared -> {
      Matcher type = TYPE.matcher(declared);
      return !type.find() || type.group(1).equals("enum") || declared.contains("@interface");
    });
    assertThat(types)
        .hasSizeGreaterThan(60)
        .allSatisfy((type, text) -> assertThat(text).containsPattern(THREADS));
  }

  /** It is all that a reader sees in the tables of a page. */
  @Test
  void beginsWithASentenceThatStandsAlone() throws IOException {
    assertThat(comments()).hasSizeGreaterThan(400).allSatisfy((declared, text) -> {
      String first = text.replaceAll("\\{@(?:link|linkplain) \\S+ ([^}]*)}", "$1")
          .replaceAll("\\{@(?:link|code|value) ([^}]*)}", "$1")
          .split("(?<=\\.)\\s|<p>|<pre>|<ul>|@param|@return", 2)[0]
          .strip();
      assertThat(first)
          .endsWith(".")
          .hasSizeLessThan(LONGEST_SENTENCE)
          .doesNotContain("e.g.", "i.e.", "etc.")
          .doesNotMatch(".*(, too|, also|as well)\\.");
    });
  }
}
