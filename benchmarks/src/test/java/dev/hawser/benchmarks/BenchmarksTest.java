// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.benchmarks.peers.Peer.Software;
import dev.hawser.benchmarks.results.Report;
import dev.hawser.benchmarks.results.Row;
import dev.hawser.benchmarks.scenarios.Scenario;
import dev.hawser.benchmarks.scenarios.Scenarios;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A smoke of everything: small and short, so that the programs never rot. No figure is looked at.
 */
class BenchmarksTest {
  private static final Map<String, List<String>> CASES = Map.ofEntries(
      Map.entry("broadcast-1k", inFlight(1, 4, 16, 64)),
      Map.entry("broadcast-10k", inFlight(1, 4)),
      Map.entry("rooms", inFlight(1, 64)),
      Map.entry("streams", inFlight(1, 64)),
      Map.entry("history", inFlight(1, 64)),
      Map.entry("nobody", List.of("1,000 sockets")),
      Map.entry("echo", List.of("1 each")),
      Map.entry("call", List.of("perform and a message", "call and its reply")),
      Map.entry("presence", inFlight(1, 16)),
      Map.entry(
          "connect",
          List.of("after 6,000 connects", "after 9,000 connects", "after 19,000 connects")),
      Map.entry("cold-storm", List.of("first 1,000", "second 1,000", "until 10,000 are back")),
      Map.entry(
          "resume-storm",
          List.of(
              "10,000 connect at once",
              "others, while they connect at once",
              "10,000 resume at once",
              "others, while they resume at once",
              "others, quiet",
              "10,000 connect in 10 s",
              "others, while they connect in 10 s",
              "10,000 resume in 10 s",
              "others, while they resume in 10 s")),
      Map.entry("idle", List.of("50 sockets", "100 sockets")),
      Map.entry("slow-readers", List.of("without", "with")),
      Map.entry("stopped-readers", List.of("without", "with")),
      Map.entry("stalled", List.of("without", "with")),
      Map.entry("redis", inFlight(1, 64)),
      Map.entry(
          "codec",
          List.of(
              "decodePerform",
              "decodePerformAndData",
              "decodeSubscribe",
              "frameOneBroadcast",
              "frameSixteenBroadcasts",
              "presencePiece",
              "presenceWhole")));

  @TempDir
  Path directory;

  @AfterAll
  static void leavesNoProcessBehind() {
    List<String> left = ProcessHandle.current()
        .descendants()
        .filter(process ->
            process.onExit().completeOnTimeout(process, 5, SECONDS).join().isAlive())
        .map(process -> process.pid() + " " + process.info().commandLine().orElse("?"))
        .toList();
    assertThat(left).isEmpty();
  }

  @Test
  void everyScenarioDeliversAllMessagesAndReportsEveryCase() throws Exception {
    Report report = run("--peers", "hawser");

    assertThat(failures(report)).isEmpty();
    assertThat(Scenarios.ALL).extracting(Scenario::name).hasSameElementsAs(CASES.keySet());
    for (Scenario scenario : Scenarios.ALL) {
      if (scenario.missing() == null) {
        assertThat(cases(report, scenario.name(), "hawser"))
            .containsExactlyElementsOf(CASES.get(scenario.name()));
      } else {
        assertThat(report.absent()).containsKey(scenario.name());
      }
    }
  }

  @Test
  void everyPeerOfThisMachineTakesPart() throws Exception {
    Report report = run("--scenario", "broadcast-1k", "--peers", "netty,vertx,ws,socket.io,rails");

    assertThat(failures(report)).isEmpty();
    for (Software software : EnumSet.range(Software.NETTY, Software.RAILS)) {
      if (software.missing() == null) {
        assertThat(cases(report, "broadcast-1k", software.label()))
            .isEqualTo(CASES.get("broadcast-1k"));
      } else {
        assertThat(report.absent()).containsKey(software.label());
      }
    }
  }

  @Test
  void echoesAreMeasuredOnThreadsToo() throws Exception {
    Report report = run("--scenario", "echo", "--peers", "hawser-threads");

    assertThat(failures(report)).isEmpty();
    assertThat(cases(report, "echo", "hawser-threads")).isEqualTo(CASES.get("echo"));
  }

  private Report run(String... options) throws Exception {
    Path json = directory.resolve("results.json");
    List<String> arguments = new ArrayList<>(Arrays.asList(options));
    arguments.addAll(List.of("--runs", "1", "--duration", "0.05", "--warm-up", "0.02"));
    arguments.addAll(List.of("--scale", "200", "--out", json.toString()));
    Benchmarks.run(Options.of(arguments.toArray(String[]::new)), System.out);
    return Report.read(json);
  }

  private static List<String> failures(Report report) {
    return report.rows().stream()
        .filter(row -> row.failure() != null)
        .map(row -> row.scenario() + " with " + row.peer() + ": " + row.failure())
        .collect(Collectors.toList());
  }

  private static List<String> cases(Report report, String scenario, String peer) {
    return report.rows().stream()
        .filter(row -> row.scenario().equals(scenario) && row.peer().equals(peer))
        .filter(row -> !row.figures().isEmpty())
        .map(Row::variant)
        .collect(Collectors.toList());
  }

  private static List<String> inFlight(Integer... broadcasts) {
    return Arrays.stream(broadcasts).map(count -> count + " in flight").toList();
  }
}
