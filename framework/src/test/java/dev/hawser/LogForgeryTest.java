// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.ForgingSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogForgeryTest {
  private static final int MOST_CHARACTERS = 6_000;

  /**
   * All that could end a line, hide a part of it or change its order; a tab begins stack frames.
   */
  private static final Pattern RAW =
      Pattern.compile("[\\p{Cntrl}\\p{Cf}\\u0080-\\u009f\\u2028\\u2029&&[^\\t]]");

  private static List<String> linesOf(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
        "-Dorg.slf4j.simpleLogger.log.dev.hawser.Server=trace",
        "-cp",
        System.getProperty("java.class.path"),
        ForgingSession.class.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String log = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(log.substring(log.length() - 2000)).isZero();
    return List.of(log.split("\n"));
  }

  /** The router of Vert.x Web logs whole URIs. */
  private static boolean isOurs(String line) {
    return !line.contains(" io.vertx.") && !line.contains(" io.netty.");
  }

  private static boolean isForged(String line) {
    return RAW.matcher(line).find()
        || line.length() > MOST_CHARACTERS
        || line.startsWith(ForgingSession.FORGED);
  }

  private static String cut(String line) {
    return line.substring(0, Math.min(300, line.length()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "portable"})
  void isNotPossibleByAnyValueAtAnyLevel(String sockets) throws Exception {
    List<String> lines = (sockets.isEmpty() ? linesOf() : linesOf(sockets))
        .stream().filter(LogForgeryTest::isOurs).toList();
    assertThat(lines.stream().filter(LogForgeryTest::isForged).map(LogForgeryTest::cut))
        .isEmpty();
    Stream<String> statements = Stream.of(
        "connection refused",
        "connection unauthorized",
        "connection opened",
        "performing",
        "performed: ",
        "subscribed: ",
        "unsubscribed: ",
        "broadcast: ",
        "broadcast failed",
        "connection closed: ",
        "bad command",
        "callback failed",
        "Caused by: ",
        "Suppressed: ",
        "limit near",
        "limit reached",
        "subscription rejected",
        "unsubscribe from an unknown subscription",
        "connection closing",
        "socket closed",
        "stream failed to start",
        "the events listener failed",
        "control message ignored: problem",
        "control message ignored: type",
        "pub/sub link lost");
    assertThat(statements.filter(
            statement -> lines.stream().noneMatch(line -> line.contains(statement))))
        .isEmpty();
  }
}
