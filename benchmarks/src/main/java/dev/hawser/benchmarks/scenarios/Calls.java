// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import dev.hawser.benchmarks.load.Load;
import dev.hawser.benchmarks.load.Rooms;
import dev.hawser.benchmarks.load.Swarm;
import dev.hawser.benchmarks.peers.Peer;
import dev.hawser.benchmarks.peers.ServerProcess;
import java.io.IOException;

/**
 * Each of a hundred clients asks, waits for the answer, and asks again: first by an action that
 * sends the answer as a message of its own, then by a call that is replied to.
 */
record Calls() implements Scenario {
  private static final int CLIENTS = 100;

  @Override
  public String name() {
    return "call";
  }

  @Override
  public String title() {
    return "Answers, 100 clients with one request under way each";
  }

  @Override
  public boolean suits(Peer peer) {
    return switch (peer.software()) {
      case HAWSER, HAWSER_THREADS, SOCKET_IO -> true;
      case NETTY, VERTX, WS, RAILS, ANYCABLE -> false;
    };
  }

  @Override
  public void run(Trial trial) throws IOException, InterruptedException {
    try (ServerProcess server = trial.start(Trial.FIXED_HEAP);
        Swarm swarm = trial.swarm(server, Rooms.ONE)) {
      swarm.grow(trial.settings().sockets(CLIENTS));
      trial.warmUp(load(swarm, "echo"));
      trial.warmUp(load(swarm, "call"));
      trial.measure("perform and a message", server, load(swarm, "echo"));
      trial.measure("call and its reply", server, load(swarm, "call"));
    }
  }

  private static Load load(Swarm swarm, String action) {
    return new Load(swarm, swarm.size(), slot -> {
      swarm.perform(slot, action, 0, Trial.PADDING, slot);
      return 1;
    });
  }
}
