// SPDX-License-Identifier: Apache-2.0
package dev.hawser.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * The XML in README.md and docs/ is well-formed, and its dependencies exist: they are excerpts of a
 * pom in docs/ that a test builds, or this build has them, under the version that the snippet
 * gives.
 */
class XmlSnippetsTest {
  private static final List<Path> BUILD =
      List.of(Path.of("../bom/pom.xml"), Path.of("../pom.xml"), Path.of("pom.xml"));

  private record Dependency(String group, String artifact, Optional<String> version) {
    static Dependency of(Element element) {
      return new Dependency(
          text(element, "groupId").orElse(""),
          text(element, "artifactId").orElse(""),
          text(element, "version"));
    }

    Dependency withoutVersion() {
      return new Dependency(group, artifact, Optional.empty());
    }
  }

  private static Optional<String> text(Element element, String name) {
    NodeList found = element.getElementsByTagName(name);
    return found.getLength() == 0
        ? Optional.empty()
        : Optional.of(found.item(0).getTextContent().strip());
  }

  private static Element parse(String xml)
      throws IOException, ParserConfigurationException, SAXException {
    DocumentBuilder parser = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
    parser.setErrorHandler(null);
    String whole = "<snippet>" + xml.replaceFirst("<\\?xml.*?\\?>", "") + "</snippet>";
    return parser.parse(new InputSource(new StringReader(whole))).getDocumentElement();
  }

  private static List<Dependency> dependencies(Element xml) {
    NodeList found = xml.getElementsByTagName("dependency");
    return IntStream.range(0, found.getLength())
        .mapToObj(index -> Dependency.of((Element) found.item(index)))
        .toList();
  }

  /** What this build has: its own artifacts with their version, of others the names. */
  private static Set<Dependency> known() throws Exception {
    Set<Dependency> known = new HashSet<>();
    for (Path pom : BUILD) {
      dependencies(parse(Files.readString(pom))).stream()
          .map(Dependency::withoutVersion)
          .forEach(known::add);
    }
    Element bom = parse(Files.readString(BUILD.get(0)));
    Optional<String> version = text(bom, "version");
    for (String artifact : List.of("hawser", "hawser-client", "hawser-bom")) {
      known.add(new Dependency("dev.hawser", artifact, version));
    }
    return known;
  }

  private static String builtElsewhere() throws IOException {
    StringBuilder poms = new StringBuilder();
    try (Stream<Path> files = Files.walk(Path.of("../docs"))) {
      for (Path pom : files.filter(file -> file.endsWith("pom.xml")).toList()) {
        poms.append(Files.readString(pom)).append('\n');
      }
    }
    return Snippet.packed(poms.toString());
  }

  @TestFactory
  Stream<DynamicTest> nameArtifactsThatExist() throws Exception {
    Set<Dependency> known = known();
    String elsewhere = builtElsewhere();
    return Snippet.all().stream()
        .filter(snippet -> snippet.language().equals("xml"))
        .map(snippet -> DynamicTest.dynamicTest(snippet.toString(), () -> {
          List<Dependency> named = dependencies(parse(snippet.code()));
          if (!elsewhere.contains(snippet.packed())) {
            assertThat(named).isNotEmpty().isSubsetOf(known);
          }
        }));
  }

  @Test
  void areRefusedOtherwise() throws Exception {
    assertThatThrownBy(() -> parse("<dependency><groupId>dev.hawser</dependency>"))
        .isInstanceOf(SAXException.class);
    assertThat(dependencies(parse("<dependency><groupId>dev.hawser</groupId>"
            + "<artifactId>hawser</artifactId><version>0.0.9</version></dependency>")))
        .hasSize(1)
        .doesNotContainAnyElementsOf(known());
  }
}
