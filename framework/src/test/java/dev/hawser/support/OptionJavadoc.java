// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the Javadoc of a builder says about its options. */
public final class OptionJavadoc {
  private final String source;

  private OptionJavadoc(String source) {
    this.source = source;
  }

  /** Reads a source file under {@code dev/hawser}. */
  public static OptionJavadoc of(String file) throws IOException {
    String source = Files.readString(Path.of("src/main/java/dev/hawser", file));
    return new OptionJavadoc(source.replaceAll("\\s+(\\*\\s+)?", " "));
  }

  /** What is said about the parameter of a method; a link to another option is its name. */
  public String parameter(String method) {
    Matcher found = Pattern.compile(
            "@param \\w+ ((?:(?!@param|\\*/).)*) @return (?:(?!/\\*\\*).)* " + method + "\\(")
        .matcher(source);
    if (!found.find()) {
      throw new AssertionError("no Javadoc of the parameter of " + method);
    }
    return found.group(1).replaceAll("\\{@link #(\\w+)[^}]*}", "$1");
  }
}
