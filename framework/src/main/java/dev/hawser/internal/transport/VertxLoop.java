// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import io.vertx.core.Context;
import java.util.concurrent.TimeUnit;

/** A loop that is reached by Vert.x's public API alone: the thread that runs a context. */
public record VertxLoop(Thread thread, Context context) implements Loop {

  /** The loop of the calling thread, which runs the context. */
  public static VertxLoop current(Context context) {
    return new VertxLoop(Thread.currentThread(), context);
  }

  @Override
  public boolean inLoop() {
    return Thread.currentThread() == thread;
  }

  @Override
  public void execute(Runnable task) {
    context.runOnContext(nothing -> task.run());
  }

  @Override
  public Timer schedule(long delayMs, Runnable task) {
    // A timer belongs to the context that sets it, and to any other if set from elsewhere.
    long id = context.owner().setTimer(Math.max(1, delayMs), fired -> execute(task));
    return () -> context.owner().cancelTimer(id);
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
