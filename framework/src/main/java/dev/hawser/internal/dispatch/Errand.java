// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.dispatch;

import dev.hawser.internal.transport.Loop;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Code that one thread runs while another waits for it. If the waiting thread is interrupted before
 * the code began, the code never runs; if it has begun, its end is awaited all the same, because
 * callbacks of a connection must not overlap.
 */
final class Errand implements Runnable {
  private final Callable<@Nullable Object> code;
  private final AtomicBoolean taken = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);
  private @Nullable Object result;
  private @Nullable Throwable failure;

  Errand(Callable<@Nullable Object> code) {
    this.code = code;
  }

  @Override
  public void run() {
    if (!taken.compareAndSet(false, true)) {
      return;
    }
    try {
      result = code.call();
    } catch (Exception | Error e) {
      failure = e;
    }
    ended.countDown();
  }

  /**
   * Waits for the code.
   *
   * @param loop the event loop of the connection
   * @return what it returned
   * @throws InterruptedException if the caller was interrupted before the code began
   * @throws Exception what the code threw
   */
  @Nullable Object await(Loop loop) throws Exception {
    boolean interrupted = false;
    while (true) {
      try {
        loop.await(ended);
        break;
      } catch (InterruptedException e) {
        if (taken.compareAndSet(false, true)) {
          throw e;
        }
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return outcome();
  }

  private @Nullable Object outcome() throws Exception {
    if (failure instanceof Exception e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    return result;
  }
}
