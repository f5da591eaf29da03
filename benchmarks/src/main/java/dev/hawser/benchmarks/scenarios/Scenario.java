// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import dev.hawser.benchmarks.peers.Peer;
import dev.hawser.benchmarks.peers.Peer.Software;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Something to measure servers by. */
public interface Scenario {

  /** Its name on the command line. */
  String name();

  /** The heading of its table: what is counted. */
  String title();

  /** Whether a peer takes part. */
  default boolean suits(Peer peer) {
    return peer.software() != Software.HAWSER_THREADS && peer.software() != Software.ANYCABLE;
  }

  /** What is missing on this machine to run it; null if nothing. */
  default @Nullable String missing() {
    return null;
  }

  /** Measures one peer once, on a fresh server. */
  void run(Trial trial) throws IOException, InterruptedException;
}
