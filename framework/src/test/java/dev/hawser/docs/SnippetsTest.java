// SPDX-License-Identifier: Apache-2.0
package dev.hawser.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The code in README.md and docs/. Java compiles here; JavaScript, TypeScript, HTML, JSX and Kotlin
 * are for {@code interop-tests/test/snippets.test.ts}.
 */
class SnippetsTest {
  /** Languages that a test checks, here or there, and those for which nothing is promised. */
  private static final Set<String> LANGUAGES = Set.of(
      "java", "xml", "js", "ts", "html", "jsx", "kotlin", "", "text", "sh", "ini", "yaml", "nginx",
      "mermaid", "ruby");

  /** Whose code is shown beside ours, for readers who know it: {@code ```java spring}. */
  private static final Set<String> ORIGINS = Set.of("spring", "socket.io", "stomp");

  /** The files that other tests compile or run; what is an excerpt of one needs no more. */
  private static String compiledElsewhere() throws IOException {
    StringBuilder sources = new StringBuilder();
    for (String root : List.of("../docs", "src/test/java/dev/hawser")) {
      try (Stream<Path> files = Files.walk(Path.of(root))) {
        for (Path file : files.filter(name -> name.toString().endsWith(".java")).toList()) {
          sources.append(Files.readString(file)).append('\n');
        }
      }
    }
    return Snippet.packed(sources.toString());
  }

  @TestFactory
  Stream<DynamicTest> compile() throws IOException {
    String elsewhere = compiledElsewhere();
    List<Snippet> ours = Snippet.all().stream()
        .filter(snippet -> snippet.language().equals("java") && !snippet.isForeign())
        .toList();
    assertThat(ours).hasSizeGreaterThan(40);
    Map<Snippet, List<String>> problems = JavaSnippets.compile(
        ours.stream().filter(snippet -> !elsewhere.contains(snippet.packed())).toList());
    return ours.stream()
        .map(snippet -> DynamicTest.dynamicTest(
            snippet.toString(),
            () -> assertThat(problems.getOrDefault(snippet, List.of())).isEmpty()));
  }

  /** The classes of these applications are run by the tests that have the names of the pages. */
  @ParameterizedTest
  @ValueSource(strings = {"docs/coming-from-rails.md", "docs/coming-from-stomp.md"})
  void run(String page) throws IOException {
    String elsewhere = compiledElsewhere();
    List<Snippet> classes = Snippet.all().stream()
        .filter(snippet -> snippet.page().equals(page) && !snippet.isForeign())
        .filter(snippet -> snippet.code().startsWith("final class "))
        .toList();
    assertThat(classes)
        .hasSizeGreaterThan(2)
        .filteredOn(shown -> !elsewhere.contains(shown.packed()))
        .isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> ofOthersAreJava() throws IOException {
    return Snippet.all().stream()
        .filter(snippet -> snippet.language().equals("java") && snippet.isForeign())
        .map(snippet -> DynamicTest.dynamicTest(
            snippet.toString(), () -> assertThat(JavaSnippets.parse(snippet)).isEmpty()));
  }

  @Test
  void haveALanguageThatSaysWhoChecksThem() throws IOException {
    List<Snippet> all = Snippet.all();
    assertThat(all).extracting(Snippet::language).isSubsetOf(LANGUAGES);
    assertThat(all.stream().map(Snippet::origin).filter(origin -> !origin.isEmpty()))
        .isSubsetOf(ORIGINS);
  }

  @Test
  void areRefusedIfTheyDoNotCompile() throws IOException {
    Snippet good = new Snippet("docs/guide.md", 10, "java", "", "int one = 1;\n");
    Snippet wrong =
        new Snippet("docs/guide.md", 20, "java", "", "int two = 2;\nint one = two();\n");
    assertThat(JavaSnippets.compile(List.of(good, wrong)))
        .containsEntry(good, List.of())
        .hasEntrySatisfying(
            wrong,
            found -> assertThat(found.toString()).contains("docs/guide.md:22: cannot find symbol"));
    assertThat(JavaSnippets.parse(new Snippet("docs/x.md", 1, "java", "spring", "class {\n")))
        .isNotEmpty();
  }
}
