// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support.redis;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what other processes do, and never longer than {@link #PATIENCE_SECONDS}. */
public final class Until {
  public static final int PATIENCE_SECONDS = 30;
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private Until() {}

  /** Waits until a condition holds; one that throws does not hold yet. */
  public static void isTrue(String what, Callable<Boolean> condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    Exception latest = null;
    while (System.nanoTime() - deadline < 0) {
      try {
        if (condition.call()) {
          return;
        }
      } catch (Exception e) {
        latest = e;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    throw new AssertionError("never came true: " + what, latest);
  }

  /** Waits for the next element. */
  public static <T> T next(BlockingQueue<T> queue, String what) {
    try {
      T element = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (element == null) {
        throw new AssertionError("never came: " + what);
      }
      return element;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
