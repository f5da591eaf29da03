// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The kit is the same under JUnit, TestNG and Kotest, because it knows none of them. */
class AnyTestFrameworkTest {

  @Test
  void dependsOnNoTestFramework() {
    JavaClasses kit = new ClassFileImporter()
        .importLocations(List.of(Location.of(Path.of("target/classes/dev/hawser/testing"))));
    assertThat(kit).hasSizeGreaterThan(10);
    noClasses()
        .should()
        .dependOnClassesThat(DescribedPredicate.describe(
            "are none of what the framework itself needs",
            AnyTestFrameworkTest::isOfATestFramework))
        .check(kit);
  }

  private static boolean isOfATestFramework(JavaClass type) {
    return Stream.of("java.", "dev.hawser.", "com.fasterxml.jackson.", "io.vertx.", "org.jspecify.")
            .noneMatch(type.getName()::startsWith)
        && !type.isPrimitive()
        && !type.isArray();
  }

  /** A program without a test framework on its class path, such as other frameworks are. */
  static final class Program {
    private Program() {}

    @SuppressWarnings("SystemOut") // This is how it reports.
    public static void main(String[] arguments) {
      ChannelTest test =
          ChannelTest.of(cable -> cable.channel(OrdersChannel.class, OrdersChannel::new));
      TestSubscription<OrdersChannel> orders =
          test.connect().subscribe(OrdersChannel.class, Map.of("id", 7));
      orders.perform("advance");
      orders.assertTransmitted(new OrdersChannel.Status(7, "shipped"));
      System.out.println("passed, threads left: "
          + Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> !thread.isDaemon() && thread != Thread.currentThread())
              .filter(thread -> !thread.getName().equals("DestroyJavaVM"))
              .toList());
    }
  }

  @Test
  void runsWithoutOneAndLeavesNoThreadBehind() throws IOException, InterruptedException {
    String classPath = Stream.of(
            System.getProperty("java.class.path").split(java.io.File.pathSeparator))
        .filter(entry -> !entry.contains("junit") && !entry.contains("assertj"))
        .reduce((all, next) -> all + java.io.File.pathSeparator + next)
        .orElseThrow();
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
            "-cp",
            classPath,
            Program.class.getName())
        .redirectErrorStream(true)
        .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output.lines()).last().isEqualTo("passed, threads left: []");
  }
}
