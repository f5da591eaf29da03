// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import dev.hawser.benchmarks.load.Load;
import dev.hawser.benchmarks.load.PresenceDialect;
import dev.hawser.benchmarks.load.Rooms;
import dev.hawser.benchmarks.load.Swarm;
import dev.hawser.benchmarks.peers.Peer;
import dev.hawser.benchmarks.peers.ServerProcess;
import java.io.IOException;
import java.util.List;

/** One person joins and leaves a stream in which all others are present, and all are informed. */
record Joins() implements Scenario {
  private static final int PRESENT = 10_000;
  private static final List<Integer> IN_FLIGHT = List.of(1, 16);

  @Override
  public String name() {
    return "presence";
  }

  @Override
  public String title() {
    return "Messages about joins and leaves, 10,000 sockets present in one stream";
  }

  @Override
  public boolean suits(Peer peer) {
    return switch (peer.software()) {
      case HAWSER, HAWSER_THREADS -> true;
      case NETTY, VERTX, WS, SOCKET_IO, RAILS, ANYCABLE -> false;
    };
  }

  @Override
  public void run(Trial trial) throws IOException, InterruptedException {
    int present = trial.settings().sockets(PRESENT);
    try (ServerProcess server = trial.start(Trial.FIXED_HEAP);
        Swarm swarm = new Swarm(trial.loop(), server.port(), new PresenceDialect(), Rooms.ONE)) {
      swarm.grow(present);
      trial.warmUp(load(swarm, IN_FLIGHT.get(0)));
      for (int inFlight : IN_FLIGHT) {
        trial.measure(inFlight + " in flight", server, load(swarm, inFlight));
      }
    }
  }

  /** Each slot is a client that comes, and when all have been told goes, and so on. */
  private static Load load(Swarm swarm, int inFlight) {
    return new Load(swarm, inFlight, slot -> {
      swarm.perform(slot, "turn", 0, "", slot);
      return swarm.size();
    });
  }
}
