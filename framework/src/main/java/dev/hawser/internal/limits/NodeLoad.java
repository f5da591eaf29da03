// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the node has more work or fuller memory than its marks allow: then it takes no more
 * connections, and serves those it has. Once over a mark it stays so until it is 20 % below, so
 * that it does not waver. Thread-safe.
 */
final class NodeLoad {
  private final Mark callbacks;
  private final Mark heap;

  /** A measure with a mark on it. */
  static final class Mark {
    private final LongSupplier measure;
    private final long most;
    private boolean over;

    Mark(LongSupplier measure, long most) {
      this.measure = measure;
      this.most = most;
    }

    synchronized boolean isOver() {
      over = measure.getAsLong() > (over ? most * 4 / 5 : most);
      return over;
    }

    @Override
    public String toString() {
      return measure.getAsLong() + " of " + most;
    }
  }

  NodeLoad(Mark callbacks, Mark heap) {
    this.callbacks = callbacks;
    this.heap = heap;
  }

  /** Why the node takes no connections now; {@code null} if it does. */
  @Nullable Refusal refusal() {
    if (callbacks.isOver()) {
      return Refusal.NODE_BUSY;
    }
    return heap.isOver() ? Refusal.HEAP_FULL : null;
  }

  /** Whether the heap is fuller than its mark allows. */
  boolean isHeapFull() {
    return heap.isOver();
  }

  /** Every mark that is passed, as text for operators. */
  List<String> reasons() {
    List<String> reasons = new ArrayList<>(2);
    if (callbacks.isOver()) {
      reasons.add("too many callbacks wait: " + callbacks + " (maxPendingCallbacksPerNode)");
    }
    if (heap.isOver()) {
      reasons.add("the heap is almost full: " + heap + " percent (maxHeapPercent)");
    }
    return reasons;
  }
}
