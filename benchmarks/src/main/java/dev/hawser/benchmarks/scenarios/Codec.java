// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import dev.hawser.benchmarks.peers.Peer;
import dev.hawser.benchmarks.peers.Peer.Software;
import dev.hawser.benchmarks.results.Figure;
import dev.hawser.internal.transport.CodecBenchmark;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The codec by JMH, without sockets: time and allocation of an operation. One fork is one run. */
record Codec() implements Scenario {
  private static final int ITERATIONS = 5;

  @Override
  public String name() {
    return "codec";
  }

  @Override
  public String title() {
    return "Codec operations, by JMH";
  }

  @Override
  public boolean suits(Peer peer) {
    return peer.software() == Software.HAWSER;
  }

  @Override
  public void run(Trial trial) throws IOException {
    try {
      for (RunResult result : new Runner(options(trial).build()).run()) {
        trial.record(result.getPrimaryResult().getLabel(), figures(result), null);
      }
    } catch (RunnerException e) {
      throw new IOException("JMH failed: " + e.getMessage(), e);
    }
  }

  private static ChainedOptionsBuilder options(Trial trial) {
    Settings settings = trial.settings();
    boolean forReal = settings.isForReal();
    TimeValue time = TimeValue.milliseconds(settings.duration().toMillis() / ITERATIONS);
    return new OptionsBuilder()
        .include(CodecBenchmark.class.getName())
        .addProfiler(GCProfiler.class)
        .verbosity(VerboseMode.SILENT)
        .jvm(trial.peer().java() + "/bin/java")
        .forks(forReal ? 1 : 0)
        .warmupIterations(forReal ? ITERATIONS : 1)
        .warmupTime(time)
        .measurementIterations(forReal ? ITERATIONS : 1)
        .measurementTime(time);
  }

  private static Map<Figure, Double> figures(RunResult result) {
    Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    figures.put(Figure.NANOS, result.getPrimaryResult().getScore());
    result.getSecondaryResults().forEach((name, value) -> {
      if (name.endsWith("gc.alloc.rate.norm")) {
        figures.put(Figure.ALLOCATED, value.getScore());
      }
    });
    return figures;
  }
}
