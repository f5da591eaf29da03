// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import dev.hawser.benchmarks.load.Rooms;
import dev.hawser.benchmarks.load.Swarm;
import dev.hawser.benchmarks.peers.ServerProcess;
import dev.hawser.benchmarks.results.Figure;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Opens 1,000 sockets and subscribes, 200 at a time, on a server that has let others in before and
 * lost them.
 */
record Connect() implements Scenario {
  private static final int SOCKETS = 1000;

  /** How many thousands came before those that are measured. */
  private static final List<Integer> THOUSANDS_BEFORE = List.of(6, 9, 19);

  @Override
  public String name() {
    return "connect";
  }

  @Override
  public String title() {
    return "Connections opened and subscribed, on a server that has served others";
  }

  @Override
  public void run(Trial trial) throws IOException, InterruptedException {
    for (Start start : Start.plainAndPrepared(trial)) {
      try (ServerProcess server = start.server(trial)) {
        int thousands = 0;
        for (int wanted : THOUSANDS_BEFORE) {
          for (; thousands < wanted; thousands++) {
            connect(trial, server);
          }
          String variant = String.format(Locale.ROOT, "after %d,000 connects", thousands++);
          trial.record(variant, start.who(), connect(trial, server), null);
        }
      }
    }
  }

  private static Map<Figure, Double> connect(Trial trial, ServerProcess server)
      throws IOException, InterruptedException {
    int clients = trial.settings().sockets(SOCKETS);
    try (Swarm swarm = trial.swarm(server, Rooms.ONE)) {
      Meter meter = Meter.start(server);
      swarm.grow(clients);
      return meter.stop(clients);
    }
  }
}
