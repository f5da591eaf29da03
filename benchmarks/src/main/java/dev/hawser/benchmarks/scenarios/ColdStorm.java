// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import dev.hawser.benchmarks.load.Rooms;
import dev.hawser.benchmarks.load.Swarm;
import dev.hawser.benchmarks.peers.AotCache;
import dev.hawser.benchmarks.peers.Peer;
import dev.hawser.benchmarks.peers.Peer.Software;
import dev.hawser.benchmarks.peers.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server has just started, and all clients of the one before come back, 200 at a time: Hawser as
 * it starts, warmed up, and warmed up with an AOT cache of an earlier run where the JDK has that.
 */
record ColdStorm() implements Scenario {
  private static final int SOCKETS = 1000;
  private static final int ALL_SOCKETS = 10_000;
  private static final String WARM_UP = "-DwarmUp=20000";

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
    String label = trial.peer().label();
    storm(trial, label, List.of());
    if (trial.peer().software() != Software.HAWSER) {
      return;
    }
    storm(trial, label + " [warm-up]", List.of(WARM_UP));
    Path cache = aotCache(trial);
    if (cache != null) {
      storm(trial, label + " [AOT cache]", List.of(AotCache.use(cache)));
      storm(trial, label + " [warm-up, AOT cache]", List.of(WARM_UP, AotCache.use(cache)));
    }
  }

  private static void storm(Trial trial, String who, List<String> options)
      throws IOException, InterruptedException {
    try (ServerProcess server = trial.startWith(Trial.FIXED_HEAP, options);
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

  /** The training: a warm-up, and as many clients as a storm has. */
  private static @Nullable Path aotCache(Trial trial) throws IOException, InterruptedException {
    return AotCache.of(trial.peer(), cache -> {
      try (ServerProcess server =
              trial.startWith(Trial.FIXED_HEAP, List.of(WARM_UP, AotCache.make(cache)));
          Swarm swarm = trial.swarm(server, Rooms.ONE)) {
        swarm.grow(trial.settings().sockets(ALL_SOCKETS));
      }
    });
  }
}
