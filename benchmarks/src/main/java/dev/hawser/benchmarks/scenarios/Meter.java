// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import dev.hawser.benchmarks.peers.ServerProcess;
import dev.hawser.benchmarks.results.Figure;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/** Time, and processor time of a server and of the generator, from a start to a stop. */
final class Meter {
  private final ServerProcess server;
  private final double serverCpu;
  private final double ownCpu;
  private final long start;

  private Meter(ServerProcess server) throws IOException {
    this.server = server;
    this.serverCpu = server.cpuSeconds();
    this.ownCpu = ServerProcess.ownCpuSeconds();
    this.start = System.nanoTime();
  }

  static Meter start(ServerProcess server) throws IOException {
    return new Meter(server);
  }

  /** Returns the figures of so many events since the start. */
  Map<Figure, Double> stop(long events) throws IOException {
    double seconds = (System.nanoTime() - start) / 1e9;
    double cpu = server.cpuSeconds() - serverCpu;
    Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    figures.put(Figure.RATE, events / seconds);
    figures.put(Figure.SERVER_MICROS, cpu * 1e6 / events);
    figures.put(Figure.SERVER_CPU, cpu / seconds);
    figures.put(Figure.GENERATOR_CPU, (ServerProcess.ownCpuSeconds() - ownCpu) / seconds);
    return figures;
  }
}
