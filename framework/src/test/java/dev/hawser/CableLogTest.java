// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.LogCapture;
import dev.hawser.support.LoggingSession;
import dev.hawser.support.TestServer;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the log says about a cable at INFO and at DEBUG. */
class CableLogTest {

  static final class NewsChannel extends Channel<Connection> {}

  private static CableBuilder builder(Vertx vertx) {
    return Cable.builder(vertx).connection(() -> new Connection() {});
  }

  @Test
  void saysOnceHowACableIsSetUp() {
    Vertx vertx = Vertx.vertx();
    try (LogCapture log = new LogCapture()) {
      TestServer.await(
          builder(vertx).channel(NewsChannel.class, NewsChannel::new).build().close());
      assertThat(log.line("cable: "))
          .contains("INFO")
          .containsPattern("cable: channels=\\[NewsChannel] adapter=MemoryPubSub"
              + " callbacks=(virtual threads|\\d+ workers) transport=channels of Netty"
              + " options: all defaults");
      TestServer.await(builder(vertx)
          .pingInterval(Duration.ofSeconds(5))
          .checkOrigin(false)
          .callbacksOnEventLoop(true)
          .portableSockets(true)
          .build()
          .close());
      assertThat(log.line("callbacks=event loop"))
          .contains(
              "transport=public API of Vert.x"
                  + " options: pingInterval=PT5S checkOrigin=false callbacksOnEventLoop=true portableSockets=true");
      assertThat(log.text().lines().filter(line -> line.contains("cable: "))).hasSize(2);
    } finally {
      TestServer.await(vertx.close());
    }
  }

  private static String outputOf(String level, String classPath, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=" + level,
        "-cp",
        classPath,
        LoggingSession.class.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private static List<String> linesOf(String level) throws Exception {
    return outputOf(level, System.getProperty("java.class.path"))
        .lines()
        .filter(line -> line.contains(" dev.hawser."))
        .map(line -> line.replaceAll("^.* dev\\.hawser\\.\\S+ - ", ""))
        .toList();
  }

  @Test
  void tellsTheStoryOfAConnectionAtDebug() throws Exception {
    List<String> lines = linesOf("debug");
    String who = "connection=ann ";
    assertThat(lines)
        .anyMatch(line -> line.matches(
            "connection opened: " + who + "request=http://localhost:\\d+/cable from \\S+"));
    assertThat(lines)
        .contains("subscribed: " + who + "channel=ChatChannel identifier=" + LoggingSession.CHAT
            + " streams=[chat:lobby]");
    assertThat(lines)
        .anyMatch(line -> line.matches("performing: " + who
            + "channel=ChatChannel action=speak data=.*\"password\":\"\\[FILTERED]\".*"));
    assertThat(lines).contains("broadcast: broadcasting=chat:lobby bytes=4");
    assertThat(lines)
        .anyMatch(line -> line.matches(
            "performed: " + who + "channel=ChatChannel action=speak ms=[\\d.E-]+ outcome=done"));
    assertThat(lines)
        .anyMatch(line -> line.matches("performed: " + who + "channel=ChatChannel action=fail"
            + " ms=[\\d.E-]+ outcome=java.lang.IllegalStateException: on purpose"));
    assertThat(lines)
        .contains("subscription rejected: " + who + "channel=ChatChannel identifier="
            + LoggingSession.SECRET + " why=the channel called reject()");
    assertThat(lines)
        .contains("subscription rejected: " + who + "channel=unknown identifier="
            + LoggingSession.UNKNOWN + " why=no channel is registered as \"Chat\"");
    assertThat(lines)
        .contains("unsubscribed: " + who + "channel=ChatChannel identifier=" + LoggingSession.CHAT);
    assertThat(lines).contains("connection closing: " + who + "reason=bye reconnect=false");
    assertThat(lines)
        .anyMatch(line -> line.matches("connection closed: " + who + "by=the server seconds=.*"))
        .anyMatch(line -> line.matches("connection closed: " + who + "by=the client seconds=.*"));
    assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThan(3000));
  }

  @Test
  void saysOnceThatThereIsNoLog() throws Exception {
    String separator = System.getProperty("path.separator");
    String withoutProvider = Stream.of(System.getProperty("java.class.path").split(separator))
        .filter(entry -> !entry.contains("slf4j-simple"))
        .collect(Collectors.joining(separator));
    assertThat(outputOf("info", withoutProvider, "one", "two")
            .lines()
            .filter(line -> line.startsWith("hawser: ")))
        .containsExactly("hawser: nothing is logged, neither errors nor refused origins, because"
            + " there is no SLF4J provider (expected: a dependency such as org.slf4j:slf4j-simple"
            + " or ch.qos.logback:logback-classic; org.slf4j:slf4j-nop if that is what you want)");
    assertThat(linesOf("info")).noneMatch(line -> line.startsWith("hawser: "));
  }

  @Test
  void tellsNoStoryAtInfo() throws Exception {
    assertThat(linesOf("info"))
        .anyMatch(line -> line.startsWith("cable: "))
        .noneMatch(line -> line.startsWith("performed") || line.startsWith("subscribed"));
  }
}
