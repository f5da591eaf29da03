// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.json;

import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.core.util.RecyclerPool;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Jackson's buffers, which are used again. Jackson keeps them with the thread. Each command has a
 * new virtual thread, which would make some 16 kB of new ones: those threads share what a few of
 * them need at once. A thread of an event loop has its own.
 */
final class JsonBuffers implements RecyclerPool<BufferRecycler> {
  private static final long serialVersionUID = 1L;
  private static final int MOST = Math.min(64, 2 * Runtime.getRuntime().availableProcessors());

  private static final RecyclerPool<BufferRecycler> OF_THREADS =
      JsonRecyclerPools.threadLocalPool();

  private final transient AtomicReferenceArray<@Nullable BufferRecycler> idle =
      new AtomicReferenceArray<>(MOST);

  @Override
  public BufferRecycler acquireAndLinkPooled() {
    return keepsItsOwn() ? OF_THREADS.acquireAndLinkPooled() : acquirePooled().withPool(this);
  }

  @Override
  public BufferRecycler acquirePooled() {
    for (int i = 0; i < MOST; i++) {
      BufferRecycler buffers = idle.getPlain(i) == null ? null : idle.getAndSet(i, null);
      if (buffers != null) {
        return buffers;
      }
    }
    return new BufferRecycler();
  }

  @Override
  public void releasePooled(BufferRecycler buffers) {
    for (int i = 0; i < MOST; i++) {
      if (idle.getPlain(i) == null && idle.compareAndSet(i, null, buffers)) {
        return;
      }
    }
  }

  private static boolean keepsItsOwn() {
    return Thread.currentThread() instanceof FastThreadLocalThread;
  }

  /** A mapper that was serialized begins with new buffers. */
  private Object readResolve() {
    return new JsonBuffers();
  }
}
