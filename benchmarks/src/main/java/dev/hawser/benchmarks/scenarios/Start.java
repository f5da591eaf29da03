// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import dev.hawser.benchmarks.load.Rooms;
import dev.hawser.benchmarks.load.Swarm;
import dev.hawser.benchmarks.peers.AotCache;
import dev.hawser.benchmarks.peers.Peer.Software;
import dev.hawser.benchmarks.peers.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A way to start a server. Hawser also starts as {@code docs/tuning.md} advises; any other server
 * only as it is.
 *
 * @param who the server, as the tables name it
 * @param options of its JVM
 */
record Start(String who, List<String> options) {
  private static final int CLIENTS_OF_TRAINING = 10_000;
  private static final String WARM_UP = "-DwarmUp=20000";
  private static final String COMPACT_HEADERS = "-XX:+UseCompactObjectHeaders";
  private static final int FIRST_WITH_COMPACT_HEADERS = 25;

  /**
   * As it is, warmed up, with an AOT cache of an earlier run where the JDK has that, and with both.
   */
  static List<Start> all(Trial trial) throws IOException, InterruptedException {
    List<Start> starts = plainAndWarm(trial);
    Path cache = starts.size() == 1 ? null : aotCache(trial);
    if (cache != null) {
      String label = trial.peer().label();
      String use = AotCache.use(cache);
      starts.add(new Start(label + " [AOT cache]", List.of(use)));
      starts.add(new Start(label + " [warm-up, AOT cache]", List.of(WARM_UP, use)));
    }
    return starts;
  }

  /** The server as it is, and as well prepared as it can be. */
  static List<Start> plainAndPrepared(Trial trial) throws IOException, InterruptedException {
    List<Start> all = all(trial);
    return all.size() == 1 ? all : List.of(all.get(0), all.get(all.size() - 1));
  }

  /** As it is, warmed up, and warmed up with small headers of objects where the JDK has them. */
  static List<Start> forMemory(Trial trial) {
    List<Start> starts = plainAndWarm(trial);
    if (starts.size() > 1 && trial.peer().javaFeature() >= FIRST_WITH_COMPACT_HEADERS) {
      String who = trial.peer().label() + " [warm-up, compact headers]";
      starts.add(new Start(who, List.of(WARM_UP, COMPACT_HEADERS)));
    }
    return starts;
  }

  private static List<Start> plainAndWarm(Trial trial) {
    String label = trial.peer().label();
    List<Start> starts = new ArrayList<>();
    starts.add(new Start(label, List.of()));
    if (trial.peer().software() == Software.HAWSER) {
      starts.add(new Start(label + " [warm-up]", List.of(WARM_UP)));
    }
    return starts;
  }

  /** The training: a warm-up, and as many clients as a storm has. */
  private static @Nullable Path aotCache(Trial trial) throws IOException, InterruptedException {
    return AotCache.of(trial.peer(), cache -> {
      try (ServerProcess server =
              trial.startWith(Trial.FIXED_HEAP, List.of(WARM_UP, AotCache.make(cache)));
          Swarm swarm = trial.swarm(server, Rooms.ONE)) {
        swarm.grow(trial.settings().sockets(CLIENTS_OF_TRAINING));
      }
    });
  }

  /** Starts the server, with a heap that need not grow. */
  ServerProcess server(Trial trial) throws IOException, InterruptedException {
    return server(trial, Trial.FIXED_HEAP);
  }

  /** Starts the server with options for its heap. */
  ServerProcess server(Trial trial, List<String> heap) throws IOException, InterruptedException {
    return trial.startWith(heap, options);
  }
}
