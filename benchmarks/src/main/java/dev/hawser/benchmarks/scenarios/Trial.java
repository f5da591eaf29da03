// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import dev.hawser.benchmarks.load.Load;
import dev.hawser.benchmarks.load.Rooms;
import dev.hawser.benchmarks.load.Swarm;
import dev.hawser.benchmarks.peers.Peer;
import dev.hawser.benchmarks.peers.ServerProcess;
import dev.hawser.benchmarks.results.Figure;
import dev.hawser.benchmarks.results.Run;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One run of one scenario with one peer: what the scenario needs, and where its figures go.
 *
 * @param scenario what is run
 * @param peer who is measured
 * @param number 1 to the number of runs
 * @param settings how much to do
 * @param loop the generator's thread
 * @param results takes what was measured
 */
public record Trial(
    Scenario scenario,
    Peer peer,
    int number,
    Settings settings,
    EventLoop loop,
    Consumer<Run> results) {

  /** For throughput: a heap that need not grow. */
  static final List<String> FIXED_HEAP = List.of("-Xms1g", "-Xmx1g");

  /** For growth: a heap that is resident from the start, so that what grows is something else. */
  static final List<String> RESIDENT_HEAP = List.of("-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch");

  /** For memory: a heap no larger than it must be. */
  static final List<String> SMALL_HEAP = List.of("-Xms32m", "-Xmx2g");

  /** What a load came to. */
  record Measured(Map<Figure, Double> figures, Histogram roundTrips) {}

  static final String PADDING = "x".repeat(64);

  ServerProcess start(List<String> heap, String... arguments)
      throws IOException, InterruptedException {
    return start(heap, List.of(), arguments);
  }

  /** Starts a server with options of its JVM besides those for the heap. */
  ServerProcess startWith(List<String> heap, List<String> more, String... arguments)
      throws IOException, InterruptedException {
    return start(heap, more, arguments);
  }

  private ServerProcess start(List<String> heap, List<String> more, String... arguments)
      throws IOException, InterruptedException {
    List<String> options = new ArrayList<>(heap);
    options.addAll(more);
    if (!settings.isForReal()) {
      options.add("-XX:TieredStopAtLevel=1"); // starts sooner
    }
    return ServerProcess.start(peer, options, List.of(arguments));
  }

  Swarm swarm(ServerProcess server, Rooms rooms) {
    return new Swarm(loop, server.port(), peer.dialect(), rooms);
  }

  /**
   * Runs a load whose figures are not used, so that compilers and caches are warm before the trial.
   */
  void warmUp(Load load) throws InterruptedException {
    load.run(settings.warmUp());
  }

  /** Runs a load and records its messages. */
  void measure(String variant, ServerProcess server, Load load)
      throws IOException, InterruptedException {
    Measured measured = measured(server, load, settings.duration());
    record(variant, measured.figures(), measured.roundTrips());
  }

  /** Runs a load and returns the figures of its messages. */
  Measured measured(ServerProcess server, Load load, Duration duration)
      throws IOException, InterruptedException {
    Meter meter = Meter.start(server);
    Load.Outcome outcome = load.run(duration);
    return new Measured(meter.stop(outcome.messages()), outcome.roundTrips());
  }

  void record(String variant, Map<Figure, Double> figures, @Nullable Histogram roundTrips) {
    record(variant, peer.label(), figures, roundTrips);
  }

  void record(
      String variant, String who, Map<Figure, Double> figures, @Nullable Histogram roundTrips) {
    Map<Figure, Double> sorted = new EnumMap<>(Figure.class);
    sorted.putAll(figures);
    results.accept(new Run(scenario.name(), variant, who, number, sorted, roundTrips, null));
  }
}
