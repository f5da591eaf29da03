// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.TracedSession;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SecretsTest {

  @Test
  void appearInNoLogAtAnyLevel() throws Exception {
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
            "-Dorg.slf4j.simpleLogger.log.dev.hawser.internal.log.ActionLog=trace",
            "-cp",
            System.getProperty("java.class.path"),
            TracedSession.class.getName())
        .redirectErrorStream(true)
        .start();
    String log = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(log).isZero();
    // The router of Vert.x Web logs whole URIs: one more reason to keep tokens out of them.
    String ours = log.lines()
        .filter(line -> !line.contains(" io.vertx.ext.web."))
        .collect(Collectors.joining("\n"));
    assertThat(ours)
        .contains("DEBUG dev.hawser", "connection opened", "performing:", "callback failed")
        .contains("connection refused", "bad command")
        .doesNotContain(TracedSession.SECRET);
  }
}
