// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import dev.hawser.benchmarks.load.Load;
import dev.hawser.benchmarks.load.Rooms;
import dev.hawser.benchmarks.load.Swarm;
import dev.hawser.benchmarks.peers.ServerProcess;
import java.io.IOException;

/**
 * Broadcasts to a stream without subscribers while a thousand sockets listen to another one.
 * Nothing comes back, so each client asks for an echo after a number of them: commands are answered
 * in order.
 */
record ToNobody() implements Scenario {
  private static final int SOCKETS = 1000;
  private static final int SENDERS = 10;
  private static final int BETWEEN_ECHOES = 50;
  private static final int NOBODYS_ROOM = 99_999;

  @Override
  public String name() {
    return "nobody";
  }

  @Override
  public String title() {
    return "Broadcasts to nobody, 1,000 sockets elsewhere";
  }

  @Override
  public void run(Trial trial) throws IOException, InterruptedException {
    try (ServerProcess server = trial.start(Trial.FIXED_HEAP);
        Swarm swarm = trial.swarm(server, Rooms.ONE)) {
      swarm.grow(trial.settings().sockets(SOCKETS));
      trial.warmUp(load(swarm));
      trial.warmUp(load(swarm));
      Meter meter = Meter.start(server);
      Load.Outcome outcome = load(swarm).run(trial.settings().duration());
      trial.record("1,000 sockets", meter.stop(outcome.rounds() * BETWEEN_ECHOES), null);
    }
  }

  private static Load load(Swarm swarm) {
    return new Load(swarm, Math.min(SENDERS, swarm.size()), slot -> {
      for (int i = 0; i < BETWEEN_ECHOES; i++) {
        swarm.perform(slot, "broadcast", NOBODYS_ROOM, Trial.PADDING, slot);
      }
      swarm.perform(slot, "echo", 0, Trial.PADDING, slot);
      return 1;
    });
  }
}
