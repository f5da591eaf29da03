// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import dev.hawser.NodeLoad.Mark;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What keeps a node within its limits, as far as its connections share it. Thread-safe. */
final class NodeLimits {
  private final LimitLog log;
  private final LongAdder pendingCallbacks = new LongAdder();
  private final HeapUse heap = new HeapUse();
  private final NodeLoad load;
  private final Admission admission;
  private final Rate commandRate;

  NodeLimits(CableConfig config, CableEvents events, Vertx vertx) {
    this.log = new LimitLog(events);
    this.load = new NodeLoad(
        new Mark(pendingCallbacks::sum, config.maxPendingCallbacksPerNode()),
        new Mark(heap::percent, config.maxHeapPercent()));
    this.admission = new Admission(
        config.admission(),
        load,
        log,
        System::nanoTime,
        task -> vertx.setTimer(Admission.SWEEP_MS, fired -> task.run()));
    this.commandRate = Rate.perSecond(config.maxCommandsPerSecond());
  }

  /** Why the node should get no new connections; empty if it may. */
  List<String> reasons() {
    List<String> reasons = new ArrayList<>(load.reasons());
    if (admission.isFull()) {
      reasons.add("there are as many connections as maxConnections allows");
    }
    return reasons;
  }

  LimitLog log() {
    return log;
  }

  Admission admission() {
    return admission;
  }

  /** How fast the commands of one connection may come. */
  Rate commandRate() {
    return commandRate;
  }

  /** Counts the callbacks of all connections that wait or run. */
  LongAdder pendingCallbacks() {
    return pendingCallbacks;
  }
}
