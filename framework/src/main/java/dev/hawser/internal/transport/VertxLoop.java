// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import io.vertx.core.Context;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A loop that is reached by the public API of Vert.x: the thread that runs a context.
 *
 * @param thread the thread of the event loop
 * @param context a context that runs on it
 */
public record VertxLoop(Thread thread, Context context) implements Loop {

  /**
   * Returns the loop of the calling thread.
   *
   * @param context a context that runs on the calling thread
   * @return its loop
   */
  public static VertxLoop current(Context context) {
    return new VertxLoop(Thread.currentThread(), context);
  }

  @Override
  public boolean inLoop() {
    return Thread.currentThread() == thread;
  }

  @Override
  public void execute(Runnable task) {
    try {
      context.runOnContext(nothing -> task.run());
    } catch (RejectedExecutionException e) {
      // It has ended.
    }
  }

  @Override
  public Timer schedule(long delayMs, Runnable task) {
    // Vert.x runs a timer on the context that set it, which need not be this one.
    try {
      long id = context.owner().setTimer(Math.max(1, delayMs), fired -> execute(task));
      return () -> context.owner().cancelTimer(id);
    } catch (RejectedExecutionException e) {
      return NEVER;
    }
  }

  @Override
  public long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VertxLoop loop && loop.thread == thread;
  }

  @Override
  public int hashCode() {
    return thread.hashCode();
  }
}
