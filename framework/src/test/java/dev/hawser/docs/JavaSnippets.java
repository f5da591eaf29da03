// SPDX-License-Identifier: Apache-2.0
package dev.hawser.docs;

import com.sun.source.util.JavacTask;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Compiles snippets as an application would: in packages of their own, against the class path
 * without the tests.
 *
 * <p>Each page has a prelude in {@code src/test/resources/docs}: imports, and the members of a
 * class {@code Page} which all its snippets extend. If it has a member class {@code Here}, the
 * page's fragments are members of such a class, or statements in it. A snippet that declares a name
 * itself hides the one of the prelude.
 */
final class JavaSnippets {
  private static final Path PRELUDES = Path.of("src/test/resources/docs");
  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();
  private static final List<String> OPTIONS = List.of(
      "--release",
      "17",
      "-proc:none",
      "-Xlint:deprecation,removal,unchecked",
      "-classpath",
      Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
          .filter(entry -> !entry.endsWith("test-classes"))
          .collect(Collectors.joining(File.pathSeparator)));

  private JavaSnippets() {}

  /** What a snippet may be, in the order in which it is tried: the first that parses. */
  private enum Form {
    MEMBERS("{", "}"),
    STATEMENTS("{ void snippet() throws Exception {", "}}"),
    EXPRESSION("{ Object snippet() throws Exception { return ", ";}}");

    private final String head;
    private final String tail;

    Form(String head, String tail) {
      this.head = head;
      this.tail = tail;
    }
  }

  /** A source in memory, the snippet that its problems count for, and the file they are in. */
  private static final class Source extends SimpleJavaFileObject {
    private final Snippet snippet;
    private final String text;
    private final String file;
    private final int shift;

    /** Takes the code from behind the given line of a file, and what is to stand around it. */
    Source(Snippet snippet, String name, String file, int line, String... parts) {
      super(URI.create("string:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
      this.snippet = snippet;
      this.file = file;
      text = parts[0] + "\n" + parts[1] + parts[2];
      shift = line - (int) parts[0].lines().count();
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }

    /** Returns what the compiler says, with the place in the file. */
    String told(Diagnostic<? extends JavaFileObject> diagnostic) {
      long line = diagnostic.getLineNumber() + shift;
      return file + ":" + line + ": " + diagnostic.getMessage(null);
    }
  }

  /** Returns what is wrong with each of the snippets, which are ours, for the compiler. */
  static Map<Snippet, List<String>> compile(List<Snippet> snippets) throws IOException {
    Map<String, Snippet> pages = new TreeMap<>();
    List<Source> sources = new ArrayList<>();
    for (Snippet snippet : snippets) {
      pages.putIfAbsent(snippet.pageName(), snippet);
      sources.add(source(snippet));
    }
    for (Snippet page : pages.values()) {
      sources.add(preludeOf(page));
    }
    Map<Snippet, List<String>> problems = new LinkedHashMap<>();
    snippets.forEach(snippet -> problems.put(snippet, new ArrayList<>()));
    for (Diagnostic<? extends JavaFileObject> found : diagnose(sources, true)) {
      if (found.getSource() instanceof Source source) {
        problems.get(source.snippet).add(source.told(found));
      }
    }
    return problems;
  }

  /** Returns what is wrong with the syntax of a snippet; its names need not be known. */
  static List<String> parse(Snippet snippet) throws IOException {
    Source source = source(snippet);
    return diagnose(List.of(source), false).stream().map(source::told).toList();
  }

  private static List<Diagnostic<? extends JavaFileObject>> diagnose(
      List<Source> sources, boolean types) throws IOException {
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    try (StandardJavaFileManager files =
        COMPILER.getStandardFileManager(found, null, StandardCharsets.UTF_8)) {
      List<String> options = types ? OPTIONS : List.of("-proc:none");
      JavacTask task = (JavacTask) COMPILER.getTask(null, files, found, options, null, sources);
      task.parse();
      if (types) {
        task.analyze();
      }
    }
    return found.getDiagnostics();
  }

  private static Source source(Snippet snippet) throws IOException {
    String code = snippet.code();
    if (code.startsWith("package ")) {
      return source(snippet, "Whole", "", code, "");
    }
    String type = "Line" + snippet.line();
    String imports = importsOf(prelude("every-page") + prelude(snippet.pageName()) + code);
    Source last = null;
    for (Form form : Form.values()) {
      String before = "package docs." + packageOf(snippet) + "; " + imports + " abstract class "
          + type + " extends Page { abstract class Snippet extends Here " + form.head;
      last = source(snippet, type, before, bodyOf(code), form.tail + "}");
      if (diagnose(List.of(last), false).isEmpty()) {
        return last;
      }
    }
    return last;
  }

  private static Source source(Snippet snippet, String type, String... parts) {
    String name = "docs." + packageOf(snippet) + "." + type;
    return new Source(snippet, name, snippet.page(), snippet.line(), parts);
  }

  private static Source preludeOf(Snippet page) throws IOException {
    String common = prelude("every-page");
    String own = prelude(page.pageName());
    String before = "package docs." + packageOf(page) + "; " + importsOf(common + own)
        + " abstract class Page {\n" + bodyOf(common);
    String here = own.contains("class Here ") ? "" : "static class Here {}";
    return new Source(
        page,
        "docs." + packageOf(page) + ".Page",
        page.pageName() + ".prelude",
        0,
        before,
        bodyOf(own),
        here + "}");
  }

  private static String packageOf(Snippet snippet) {
    return snippet.pageName().toLowerCase(Locale.ROOT).replace('-', '_');
  }

  private static String prelude(String page) throws IOException {
    Path file = PRELUDES.resolve(page + ".prelude");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  /** Returns the import declarations in one line. */
  private static String importsOf(String code) {
    return code.lines().filter(line -> line.startsWith("import ")).collect(Collectors.joining(" "));
  }

  /** Returns the rest, each line where it was. */
  private static String bodyOf(String code) {
    return code.replaceAll("(?m)^import .*$", "");
  }
}
