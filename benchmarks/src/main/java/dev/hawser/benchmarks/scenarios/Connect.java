// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import dev.hawser.benchmarks.load.Rooms;
import dev.hawser.benchmarks.load.Swarm;
import dev.hawser.benchmarks.peers.ServerProcess;
import dev.hawser.benchmarks.results.Figure;
import java.io.IOException;
import java.util.Map;

/** Opens sockets and subscribes, 200 at a time, on a server that has done so before. */
record Connect() implements Scenario {
  private static final int SOCKETS = 1000;
  private static final int WARM_UPS = 6;

  @Override
  public String name() {
    return "connect";
  }

  @Override
  public String title() {
    return "Connections opened and subscribed, on a warm server";
  }

  @Override
  public void run(Trial trial) throws IOException, InterruptedException {
    try (ServerProcess server = trial.start(Trial.FIXED_HEAP)) {
      for (int i = 0; i < WARM_UPS; i++) {
        connect(trial, server);
      }
      trial.record("1,000 sockets", connect(trial, server), null);
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
