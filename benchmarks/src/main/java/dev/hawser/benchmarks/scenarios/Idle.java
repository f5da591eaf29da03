// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import dev.hawser.benchmarks.load.Rooms;
import dev.hawser.benchmarks.load.Swarm;
import dev.hawser.benchmarks.peers.Peer;
import dev.hawser.benchmarks.peers.ServerProcess;
import dev.hawser.benchmarks.results.Figure;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a subscribed socket that does nothing costs: memory with many of them less that with one.
 * Unless the server is warmed up, that contains the code that it compiles for the first of them.
 */
record Idle() implements Scenario {
  private static final List<Integer> SOCKETS = List.of(10_000, 20_000);

  private record Memory(OptionalLong heap, long resident) {
    static Memory of(ServerProcess server) throws IOException, InterruptedException {
      OptionalLong heap = server.liveHeapBytes(); // first, because it collects
      return new Memory(heap, server.residentBytes());
    }
  }

  @Override
  public String name() {
    return "idle";
  }

  @Override
  public String title() {
    return "Memory of idle subscribed sockets";
  }

  @Override
  public boolean suits(Peer peer) {
    return Scenario.super.suits(peer) && SOCKETS.get(0) <= peer.capacity();
  }

  @Override
  public void run(Trial trial) throws IOException, InterruptedException {
    for (Start start : Start.forMemory(trial)) {
      measure(trial, start);
    }
  }

  private static void measure(Trial trial, Start start) throws IOException, InterruptedException {
    try (ServerProcess server = start.server(trial, Trial.SMALL_HEAP);
        Swarm swarm = trial.swarm(server, Rooms.ONE)) {
      swarm.grow(1);
      Memory one = Memory.of(server);
      for (int wanted : SOCKETS) {
        int sockets = trial.settings().sockets(wanted);
        swarm.grow(sockets - swarm.size());
        Map<Figure, Double> figures = perSocket(one, Memory.of(server), sockets - 1);
        String variant = String.format(Locale.ROOT, "%,d sockets", sockets);
        trial.record(variant, start.who(), figures, null);
      }
    }
  }

  private static Map<Figure, Double> perSocket(Memory before, Memory after, double sockets) {
    Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    figures.put(Figure.RSS_PER_SOCKET, (after.resident() - before.resident()) / sockets);
    if (before.heap().isPresent() && after.heap().isPresent()) {
      figures.put(
          Figure.HEAP_PER_SOCKET, (after.heap().getAsLong() - before.heap().getAsLong()) / sockets);
    }
    return figures;
  }
}
