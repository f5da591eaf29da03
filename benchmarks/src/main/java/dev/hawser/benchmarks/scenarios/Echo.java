// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import dev.hawser.benchmarks.load.Load;
import dev.hawser.benchmarks.load.Rooms;
import dev.hawser.benchmarks.load.Swarm;
import dev.hawser.benchmarks.peers.Peer;
import dev.hawser.benchmarks.peers.ServerProcess;
import java.io.IOException;

/** Each of a hundred clients sends, waits for the answer, and sends again. */
record Echo() implements Scenario {
  private static final int CLIENTS = 100;

  @Override
  public String name() {
    return "echo";
  }

  @Override
  public String title() {
    return "Echoes, 100 clients with one under way each";
  }

  @Override
  public boolean suits(Peer peer) {
    return true;
  }

  @Override
  public void run(Trial trial) throws IOException, InterruptedException {
    try (ServerProcess server = trial.start(Trial.FIXED_HEAP);
        Swarm swarm = trial.swarm(server, Rooms.ONE)) {
      swarm.grow(trial.settings().sockets(CLIENTS));
      trial.warmUp(load(swarm));
      trial.warmUp(load(swarm));
      trial.measure("1 each", server, load(swarm));
    }
  }

  private static Load load(Swarm swarm) {
    return new Load(swarm, swarm.size(), slot -> {
      swarm.perform(slot, "echo", 0, Trial.PADDING, slot);
      return 1;
    });
  }
}
