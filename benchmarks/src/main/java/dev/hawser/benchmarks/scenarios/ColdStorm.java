// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import dev.hawser.benchmarks.load.Rooms;
import dev.hawser.benchmarks.load.Swarm;
import dev.hawser.benchmarks.peers.Peer;
import dev.hawser.benchmarks.peers.ServerProcess;
import java.io.IOException;

/** A server has just started, and all clients of the one before come back, 200 at a time. */
record ColdStorm() implements Scenario {
  private static final int SOCKETS = 1000;
  private static final int ALL_SOCKETS = 10_000;

  @Override
  public String name() {
    return "cold-storm";
  }

  @Override
  public String title() {
    return "Connections opened and subscribed, on a server that has just started";
  }

  @Override
  public boolean suits(Peer peer) {
    return peer.capacity() >= ALL_SOCKETS;
  }

  @Override
  public void run(Trial trial) throws IOException, InterruptedException {
    for (Start start : Start.all(trial)) {
      storm(trial, start);
    }
  }

  private static void storm(Trial trial, Start start) throws IOException, InterruptedException {
    String who = start.who();
    try (ServerProcess server = start.server(trial);
        Swarm swarm = trial.swarm(server, Rooms.ONE)) {
      Meter whole = Meter.start(server);
      grow(trial, server, swarm, SOCKETS, "first 1,000", who);
      grow(trial, server, swarm, SOCKETS, "second 1,000", who);
      int rest = trial.settings().sockets(ALL_SOCKETS) - swarm.size();
      swarm.grow(rest);
      trial.record("until 10,000 are back", who, whole.stop(swarm.size()), null);
    }
  }

  private static void grow(
      Trial trial, ServerProcess server, Swarm swarm, int sockets, String variant, String who)
      throws IOException, InterruptedException {
    int clients = trial.settings().sockets(sockets);
    Meter meter = Meter.start(server);
    swarm.grow(clients);
    trial.record(variant, who, meter.stop(clients), null);
  }
}
