// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.ModuleSession;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Hawser and its libraries on the module path, where reflection needs permission. */
class NamedModuleTest {
  private static final Pattern MODULE = Pattern.compile("(jackson|netty|vertx|jspecify|slf4j)-.*");

  /** By the name of its file alone: the project may stand in a folder of any name. */
  private static boolean isModule(String entry) {
    return MODULE.matcher(String.valueOf(Path.of(entry).getFileName())).matches();
  }

  private static String pathOf(Predicate<String> wanted) {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(wanted)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String placeOf(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
        .toString();
  }

  @Test
  void warmsUp() throws Exception {
    List<String> command = List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--module-path",
        placeOf(Cable.class) + File.pathSeparator + pathOf(NamedModuleTest::isModule),
        "--add-modules",
        "dev.hawser,org.slf4j.simple",
        "--class-path",
        placeOf(ModuleSession.class) + File.pathSeparator + pathOf(entry -> !isModule(entry)),
        ModuleSession.class.getName());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("warmed up: clients=100 ms=").contains("module dev.hawser");
  }
}
