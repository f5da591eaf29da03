// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How full the heap was after its last collections: what is really in use, for garbage that waits
 * for its collection is no load. Measured once a second at most. Thread-safe.
 */
final class HeapUse {
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
      .filter(pool -> pool.getType() == MemoryType.HEAP)
      .toList();
  private long measuredAt = System.nanoTime() - INTERVAL_NANOS;
  private long percent;

  /** Returns the part of the largest possible heap that is in use, from 0 to 100. */
  synchronized long percent() {
    long now = System.nanoTime();
    if (now - measuredAt >= INTERVAL_NANOS) {
      measuredAt = now;
      percent = measure();
    }
    return percent;
  }

  private long measure() {
    long used = 0;
    for (MemoryPoolMXBean pool : pools) {
      MemoryUsage afterCollection = pool.getCollectionUsage();
      used += afterCollection == null ? 0 : afterCollection.getUsed();
    }
    return 100 * used / Runtime.getRuntime().maxMemory();
  }
}
