// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** How much memory some work takes while it goes on. */
public final class MemoryUse {
  private static final int SAMPLE_NANOS = 100_000;

  private MemoryUse() {}

  /**
   * Does the work and returns the most bytes it can have held at any time: all that platform
   * threads of this process have allocated on the heap meanwhile, garbage too, and the peak of
   * Netty's direct memory, which is looked at all the time.
   */
  public static long during(Runnable work) throws Exception {
    long heapBefore = allocated();
    long directBefore = direct();
    AtomicLong directPeak = new AtomicLong(directBefore);
    CountDownLatch done = new CountDownLatch(1);
    Thread sampler = new Thread(() -> {
      while (done.getCount() > 0) {
        directPeak.accumulateAndGet(direct(), Math::max);
        LockSupport.parkNanos(SAMPLE_NANOS);
      }
    });
    sampler.start();
    try {
      work.run();
      return allocated() - heapBefore + directPeak.get() - directBefore;
    } finally {
      done.countDown();
      sampler.join();
    }
  }

  /** By reflection, because the framework's module does not read the one that tells. */
  private static long allocated() throws ReflectiveOperationException {
    Object threads = Class.forName("java.lang.management.ManagementFactory")
        .getMethod("getThreadMXBean")
        .invoke(null);
    Class<?> type = Class.forName("com.sun.management.ThreadMXBean");
    Object ids = type.getMethod("getAllThreadIds").invoke(threads);
    Object bytes = type.getMethod("getThreadAllocatedBytes", long[].class).invoke(threads, ids);
    return Arrays.stream((long[]) bytes).sum();
  }

  private static long direct() {
    return Math.max(
        PlatformDependent.usedDirectMemory(),
        PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory());
  }
}
