// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import dev.hawser.benchmarks.load.Rooms;
import dev.hawser.benchmarks.load.Swarm;
import dev.hawser.benchmarks.peers.Peer;
import dev.hawser.benchmarks.peers.Peer.Software;
import dev.hawser.benchmarks.peers.ServerProcess;
import java.io.IOException;
import java.util.Collections;
import java.util.List;

/** What it costs that a stream keeps its broadcasts: the same stream with history and without. */
record KeptFanout() implements Scenario {
  private static final int SOCKETS = 1000;
  private static final List<Integer> IN_FLIGHT = List.of(1, 64);

  @Override
  public String name() {
    return "history";
  }

  @Override
  public String title() {
    return "Delivered messages, 1,000 sockets in one stream, with history in memory and without";
  }

  @Override
  public boolean suits(Peer peer) {
    return peer.software() == Software.HAWSER;
  }

  @Override
  public void run(Trial trial) throws IOException, InterruptedException {
    fanOut(trial, trial.peer().label(), List.of());
    fanOut(trial, trial.peer().label() + " [history]", List.of("-Dhistory=true"));
  }

  private static void fanOut(Trial trial, String who, List<String> options)
      throws IOException, InterruptedException {
    try (ServerProcess server = trial.startWith(Trial.FIXED_HEAP, options);
        Swarm swarm = trial.swarm(server, Rooms.ONE)) {
      swarm.grow(trial.settings().sockets(SOCKETS));
      trial.warmUp(Broadcasts.load(swarm, Collections.max(IN_FLIGHT), Trial.PADDING));
      trial.warmUp(Broadcasts.load(swarm, Collections.min(IN_FLIGHT), Trial.PADDING));
      for (int broadcasts : IN_FLIGHT) {
        Trial.Measured measured = trial.measured(
            server,
            Broadcasts.load(swarm, broadcasts, Trial.PADDING),
            trial.settings().duration());
        trial.record(broadcasts + " in flight", who, measured.figures(), measured.roundTrips());
      }
    }
  }
}
