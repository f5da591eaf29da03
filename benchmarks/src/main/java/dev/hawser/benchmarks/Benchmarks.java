// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks;

import dev.hawser.benchmarks.load.Loops;
import dev.hawser.benchmarks.peers.Peer;
import dev.hawser.benchmarks.peers.Peer.Software;
import dev.hawser.benchmarks.results.Report;
import dev.hawser.benchmarks.results.Run;
import dev.hawser.benchmarks.results.Tables;
import dev.hawser.benchmarks.scenarios.Scenario;
import dev.hawser.benchmarks.scenarios.Settings;
import dev.hawser.benchmarks.scenarios.Trial;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs scenarios with peers that take turns, and reports medians. This process is the generator.
 */
public final class Benchmarks {
  private final Options options;
  private final PrintStream progress;
  private final List<Run> runs = new ArrayList<>();
  private final Map<String, String> absent = new LinkedHashMap<>();

  private Benchmarks(Options options, PrintStream progress) {
    this.options = options;
    this.progress = progress;
  }

  /** Runs what the options ask for. The exit status is 1 if anything failed. */
  public static void main(String[] args) throws IOException, InterruptedException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    if (List.of(args).contains("--help")) {
      out.print(Options.HELP);
      return;
    }
    Options options;
    try {
      options = Options.of(args);
    } catch (IllegalArgumentException e) {
      out.println(e.getMessage());
      System.exit(2);
      return;
    }
    Report report = run(options, out);
    out.println();
    out.print(Tables.of(report));
    out.println("\nWritten to " + options.out());
    System.exit(report.rows().stream().anyMatch(row -> row.failure() != null) ? 1 : 0);
  }

  /** Runs what the options ask for, and writes the JSON. */
  static Report run(Options options, PrintStream progress)
      throws IOException, InterruptedException {
    String started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    Map<String, String> machine = Machine.describe();
    Benchmarks benchmarks = new Benchmarks(options, progress);
    EventLoopGroup loops = Loops.one();
    try {
      benchmarks.runAll(loops);
    } finally {
      Loops.end(loops);
    }
    Map<String, String> scenarios = new LinkedHashMap<>();
    options.scenarios().forEach(scenario -> scenarios.put(scenario.name(), scenario.title()));
    Report report = new Report(
        started,
        machine,
        Machine.versions(options),
        settings(options),
        scenarios,
        benchmarks.absent,
        Report.rows(benchmarks.runs),
        benchmarks.runs);
    report.write(options.out());
    return report;
  }

  private void runAll(EventLoopGroup loops) throws InterruptedException {
    List<Peer> peers = present();
    for (Scenario scenario : options.scenarios()) {
      String missing = scenario.missing();
      if (missing != null) {
        absent.put(scenario.name(), missing);
        continue;
      }
      for (int number = 1; number <= options.settings().runs(); number++) {
        for (Peer peer : peers) {
          if (scenario.suits(peer)) {
            run(new Trial(
                scenario, peer, number, options.settings(), loops.next(), this::measured));
          }
        }
      }
    }
  }

  private List<Peer> present() {
    for (Software software : options.software()) {
      String missing = software.missing();
      if (missing != null) {
        absent.put(software.label(), missing);
      }
    }
    return options.peers().stream()
        .filter(peer -> !absent.containsKey(peer.software().label()))
        .toList();
  }

  /** A failure spoils its run, not the others. */
  private void run(Trial trial) throws InterruptedException {
    try {
      trial.scenario().run(trial);
    } catch (IOException | RuntimeException e) {
      measured(new Run(
          trial.scenario().name(),
          "failed",
          trial.peer().label(),
          trial.number(),
          Map.of(),
          null,
          String.valueOf(e.getMessage())));
    }
  }

  private void measured(Run run) {
    runs.add(run);
    StringBuilder line = new StringBuilder(
        String.join(" | ", run.scenario(), "run " + run.run(), run.peer(), run.variant()));
    run.figures()
        .forEach((figure, value) ->
            line.append(" | ").append(figure.text(value)).append(' ').append(figure.label()));
    progress.println(run.failure() == null ? line : line + " | FAILED: " + run.failure());
  }

  private static Map<String, String> settings(Options options) {
    Settings settings = options.settings();
    Map<String, String> map = new LinkedHashMap<>();
    map.put("runs", String.valueOf(settings.runs()));
    map.put("duration", settings.duration().toMillis() / 1000.0 + " s");
    map.put("warm-up", settings.warmUp().toMillis() / 1000.0 + " s");
    map.put(
        "JDK",
        String.join(" and ", options.javas().stream().map(Peer::javaVersion).toList()));
    map.put("transport", String.join(" and ", options.transports()));
    map.put("scale", String.valueOf(settings.scale()));
    return map;
  }
}
