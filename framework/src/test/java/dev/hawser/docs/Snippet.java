// SPDX-License-Identifier: Apache-2.0
package dev.hawser.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A fenced block of code on a page of the documentation.
 *
 * @param page the page, such as {@code docs/guide.md}
 * @param line the line of the opening fence, from 1
 * @param language the first word behind the fence, or nothing
 * @param origin the second word: whose code it is, such as {@code spring}; nothing for ours
 * @param code what is between the fences, without the indentation of the fence
 */
record Snippet(String page, int line, String language, String origin, String code) {
  private static final Path ROOT = Path.of("..");
  private static final Pattern FENCE = Pattern.compile("( *)```(\\S*) ?(.*)");

  /** Returns those of README.md and of all pages in docs/, in their order. */
  static List<Snippet> all() throws IOException {
    List<Snippet> snippets = new ArrayList<>();
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      List<Path> pages = Stream.concat(Stream.of(ROOT.resolve("README.md")), docs.sorted())
          .filter(file -> file.toString().endsWith(".md"))
          .toList();
      for (Path page : pages) {
        snippets.addAll(of(ROOT.relativize(page).toString(), Files.readAllLines(page)));
      }
    }
    return snippets;
  }

  static List<Snippet> of(String page, List<String> lines) {
    List<Snippet> snippets = new ArrayList<>();
    for (int at = 0; at < lines.size(); at++) {
      Matcher fence = FENCE.matcher(lines.get(at));
      if (fence.matches()) {
        int begin = at;
        String indentation = fence.group(1);
        StringBuilder code = new StringBuilder();
        while (!lines.get(++at).equals(indentation + "```")) {
          String line = lines.get(at);
          code.append(line.startsWith(indentation) ? line.substring(indentation.length()) : line);
          code.append('\n');
        }
        snippets.add(new Snippet(page, begin + 1, fence.group(2), fence.group(3), code.toString()));
      }
    }
    return snippets;
  }

  boolean isForeign() {
    return !origin.isEmpty();
  }

  /** Returns the page's name without its directory and its suffix. */
  String pageName() {
    return page.substring(page.lastIndexOf('/') + 1, page.length() - ".md".length());
  }

  /** Returns the code as it is compared: without regard to line breaks and to nesting. */
  String packed() {
    return packed(code);
  }

  static String packed(String code) {
    return code.replace("static final class", "final class")
        .replaceAll("\\s+", " ")
        .strip();
  }

  @Override
  public String toString() {
    return page + ":" + line;
  }
}
