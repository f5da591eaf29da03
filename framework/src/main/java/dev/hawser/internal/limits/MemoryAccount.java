// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.Option;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The memory that one connection keeps: its identifiers, streams, timers and queues. Thread-safe.
 */
public final class MemoryAccount {
  private static final AtomicLongFieldUpdater<MemoryAccount> USED =
      AtomicLongFieldUpdater.newUpdater(MemoryAccount.class, "used");

  private final MemoryBudget budget;
  private final String address;
  private volatile long used;
  private volatile long reserved = MemoryBudget.FREE;
  private boolean closed;

  MemoryAccount(MemoryBudget budget, String address) {
    this.budget = budget;
    this.address = address;
  }

  /**
   * Takes memory.
   *
   * @param bytes the estimated size
   * @return {@code null}, or the option that does not allow it; then nothing is taken
   */
  public @Nullable Option take(long bytes) {
    if (used + bytes > budget.mostOfConnection()) {
      return CableOption.MAX_MEMORY_PER_CONNECTION;
    }
    return takeQueued(bytes);
  }

  /**
   * Takes memory for what has come already. The connection's own share does not bound it: see
   * {@link #isFull}, which says when to stop reading.
   *
   * @param bytes the estimated size
   * @return {@code null}, or the option that does not allow it; then nothing is taken
   */
  public @Nullable Option takeQueued(long bytes) {
    if (USED.addAndGet(this, bytes) <= reserved) {
      return null;
    }
    Option refusal = reserve();
    if (refusal != null) {
      USED.addAndGet(this, -bytes);
    }
    return refusal;
  }

  /**
   * Takes or gives what a queue has more or less than before.
   *
   * @param more the difference in bytes
   * @return {@code null}, or the option that does not allow it; then nothing is taken
   */
  public @Nullable Option change(long more) {
    if (more > 0) {
      return takeQueued(more);
    }
    give(-more);
    return null;
  }

  private synchronized @Nullable Option reserve() {
    long missing = used - reserved;
    if (missing <= 0 || closed) {
      return null;
    }
    long chunks = (missing + MemoryBudget.CHUNK - 1) / MemoryBudget.CHUNK * MemoryBudget.CHUNK;
    Option refusal = budget.reserve(address, chunks);
    if (refusal == null) {
      reserved += chunks;
    }
    return refusal;
  }

  /** Whether the connection keeps as much as its own share, or more. */
  public boolean isFull() {
    return used >= budget.mostOfConnection();
  }

  /**
   * Gives memory back.
   *
   * @param bytes as many as were taken
   */
  public void give(long bytes) {
    long left = USED.addAndGet(this, -bytes);
    if (reserved - left > MemoryBudget.FREE + 2 * MemoryBudget.CHUNK) {
      release();
    }
  }

  /** Keeps a chunk, so that a queue that fills and empties does not come here each time. */
  private synchronized void release() {
    long needed = Math.max(0, used - MemoryBudget.FREE);
    long chunks = (needed / MemoryBudget.CHUNK + 1) * MemoryBudget.CHUNK;
    long surplus = reserved - MemoryBudget.FREE - chunks;
    if (surplus > 0) {
      reserved -= surplus;
      budget.release(address, surplus);
    }
  }

  /** Gives everything back, for good: the connection has ended. */
  public synchronized void close() {
    if (!closed) {
      closed = true;
      long all = reserved - MemoryBudget.FREE;
      reserved = MemoryBudget.FREE;
      if (all > 0) {
        budget.release(address, all);
      }
    }
  }

  /** Returns the bytes that are taken. */
  public long used() {
    return used;
  }
}
