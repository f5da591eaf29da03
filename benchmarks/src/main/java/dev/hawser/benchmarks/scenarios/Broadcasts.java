// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import dev.hawser.benchmarks.load.Load;
import dev.hawser.benchmarks.load.Swarm;

/** Clients take turns to broadcast to their rooms; a round ends when all of the room have heard. */
final class Broadcasts implements Load.Round {
  private final Swarm swarm;
  private final String padding;
  private int next;

  private Broadcasts(Swarm swarm, String padding) {
    this.swarm = swarm;
    this.padding = padding;
  }

  static Load load(Swarm swarm, int inFlight, String padding) {
    return new Load(swarm, inFlight, new Broadcasts(swarm, padding));
  }

  @Override
  public int start(int slot) {
    int sender = next++ % swarm.size();
    int room = swarm.roomOf(sender);
    swarm.perform(sender, "broadcast", room, padding, slot);
    return swarm.members(room);
  }
}
