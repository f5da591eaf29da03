// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import dev.hawser.benchmarks.load.Rooms;
import dev.hawser.benchmarks.load.Swarm;
import dev.hawser.benchmarks.peers.Peer;
import dev.hawser.benchmarks.peers.ServerProcess;
import java.io.IOException;
import java.util.Collections;
import java.util.List;

/**
 * Broadcasts to the members of rooms: how many messages arrive, and when the last member has heard.
 *
 * @param name its name
 * @param title its title
 * @param sockets number of clients
 * @param rooms number of streams
 * @param perSocket rooms that each client subscribes to
 * @param inFlight how many broadcasts are under way at a time, one case each
 */
record Fanout(
    String name, String title, int sockets, int rooms, int perSocket, List<Integer> inFlight)
    implements Scenario {

  @Override
  public boolean suits(Peer peer) {
    return Scenario.super.suits(peer) && (long) sockets * perSocket <= peer.capacity();
  }

  @Override
  public void run(Trial trial) throws IOException, InterruptedException {
    int clients = trial.settings().sockets(sockets);
    Rooms scaled = new Rooms(rooms == 1 ? 1 : trial.settings().scaled(rooms), perSocket);
    try (ServerProcess server = trial.start(Trial.FIXED_HEAP);
        Swarm swarm = trial.swarm(server, scaled)) {
      swarm.grow(clients);
      trial.warmUp(Broadcasts.load(swarm, Collections.max(inFlight), Trial.PADDING));
      trial.warmUp(Broadcasts.load(swarm, Collections.min(inFlight), Trial.PADDING));
      for (int broadcasts : inFlight) {
        trial.measure(
            broadcasts + " in flight", server, Broadcasts.load(swarm, broadcasts, Trial.PADDING));
      }
    }
  }
}
