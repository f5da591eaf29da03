// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import dev.hawser.internal.limits.NodeLoad.Mark;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.OptionValues;
import dev.hawser.internal.time.NodeTime;
import dev.hawser.pubsub.PubSubAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The limits that the connections of a node share. Thread-safe. */
public final class NodeLimits {
  private final LimitLog log;
  private final LongAdder pendingCallbacks = new LongAdder();
  private final HeapUse heap = new HeapUse();
  private final NodeLoad load;
  private final Admission admission;
  private final ReadThrottle.Limits reading;
  private final MemoryBudget memory;
  private final @Nullable TokenBucket subscriptionRate;
  private final UserRates userRates;

  /** Creates the limits of one node. */
  public NodeLimits(
      OptionValues<CableOption> options,
      LimitLog.Listener listener,
      NodeTime time,
      PubSubAdapter adapter) {
    this.log = new LimitLog(listener);
    this.load = new NodeLoad(
        new Mark(pendingCallbacks::sum, options.count(CableOption.MAX_PENDING_CALLBACKS_PER_NODE)),
        new Mark(heap::percent, options.count(CableOption.MAX_HEAP_PERCENT)));
    this.admission = new Admission(
        Admission.Limits.of(options),
        load,
        log,
        time::nanos,
        task -> time.setTimer(Admission.SWEEP_MS, task));
    this.memory = MemoryBudget.of(options);
    this.reading = new ReadThrottle.Limits(
        TokenBucket.perSecond(options.count(CableOption.MAX_COMMANDS_PER_SECOND)),
        options.count(CableOption.MAX_PENDING_COMMANDS));
    int perSubscription = options.count(CableOption.MAX_COMMANDS_PER_SECOND_PER_SUBSCRIPTION);
    this.subscriptionRate =
        perSubscription == 0 ? null : TokenBucket.strictlyPerSecond(perSubscription);
    this.userRates = new UserRates(adapter, time::nanos);
  }

  /** Why the node should get no new connections; empty if it may. */
  public List<String> reasons() {
    List<String> reasons = new ArrayList<>(load.reasons());
    if (admission.isFull()) {
      reasons.add("there are as many connections as maxConnections allows");
    }
    return reasons;
  }

  /** Where limits are reported. */
  public LimitLog log() {
    return log;
  }

  /** Decides which clients may connect. */
  public Admission admission() {
    return admission;
  }

  /** When one connection is read. */
  public ReadThrottle.Limits reading() {
    return reading;
  }

  /** How much memory connections may take. */
  public MemoryBudget memory() {
    return memory;
  }

  /** Whether the heap is too full for anything that stays in it. */
  public boolean isHeapFull() {
    return load.isHeapFull();
  }

  /** How fast the commands of one subscription may come; {@code null} if that is not bounded. */
  public @Nullable TokenBucket subscriptionRate() {
    return subscriptionRate;
  }

  /** How often users may perform an action. */
  public UserRates userRates() {
    return userRates;
  }

  /** Counts the callbacks of all connections that wait or run. */
  public LongAdder pendingCallbacks() {
    return pendingCallbacks;
  }
}
