// SPDX-License-Identifier: Apache-2.0
package dev.hawser.contract;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The jar with the contracts has this package only, so they must need nothing else of the tests.
 */
class PublishedContractsTest {
  private static final List<String> USABLE = List.of(
      "java.",
      "io.vertx.",
      "org.junit.jupiter.",
      "org.assertj.",
      "org.jspecify.",
      "dev.hawser.answers.",
      "dev.hawser.history.",
      "dev.hawser.presence.",
      "dev.hawser.pubsub.");

  @Test
  void needNothingButWhatIsPublished() {
    classes()
        .that(DescribedPredicate.describe("are contracts", PublishedContractsTest::isContract))
        .should()
        .onlyDependOnClassesThat(DescribedPredicate.describe(
            "an author of an adapter has",
            type -> isContract(type)
                || type.isPrimitive()
                || type.isArray()
                || USABLE.stream().anyMatch(type.getName()::startsWith)))
        .check(new ClassFileImporter()
            .importLocations(
                List.of(Location.of(Path.of("target/test-classes/dev/hawser/contract")))));
  }

  private static boolean isContract(JavaClass type) {
    return Stream.of("PubSub", "History", "Presence", "Answer")
        .anyMatch(
            what -> type.getName().matches("dev.hawser.contract." + what + "Contract(\\$.*)?"));
  }
}
