// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A loop that is reached without going through Vert.x.
 *
 * @param eventLoop Netty's event loop
 */
public record NettyLoop(EventLoop eventLoop) implements Loop {

  @Override
  public boolean inLoop() {
    return eventLoop.inEventLoop();
  }

  @Override
  public void execute(Runnable task) {
    try {
      eventLoop.execute(task);
    } catch (RejectedExecutionException e) {
      // It has ended.
    }
  }

  /** Netty looks for timers that are due once between two reads, and for other tasks always. */
  @Override
  public void executeAfterReads(Runnable task) {
    schedule(0, task);
  }

  @Override
  public Timer schedule(long delayMs, Runnable task) {
    try {
      ScheduledFuture<?> future = eventLoop.schedule(task, delayMs, TimeUnit.MILLISECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      return NEVER;
    }
  }

  @Override
  public long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
