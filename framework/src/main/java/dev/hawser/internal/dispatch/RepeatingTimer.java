// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.dispatch;

import dev.hawser.internal.transport.Loop;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A timer of a subscription. It keeps time on the event loop and runs its task in turn with the
 * other callbacks; a tick that finds the last one still waiting is left out. Thread-safe.
 */
public final class RepeatingTimer {
  private final Loop loop;
  private final long periodMs;
  private final Timers.Owner owner;
  private final String name;
  private final Callable<@Nullable Object> task;
  private final AtomicBoolean waiting = new AtomicBoolean();
  private volatile boolean cancelled;
  private long dueMs;
  private Loop.@Nullable Timer next;

  RepeatingTimer(long periodMs, Timers.Owner owner, String name, Callable<@Nullable Object> task) {
    this.loop = owner.loop();
    this.periodMs = periodMs;
    this.owner = owner;
    this.name = name;
    this.task = task;
  }

  void start() {
    loop.execute(() -> {
      dueMs = loop.nowMs() + periodMs;
      if (!cancelled) {
        arm();
      }
    });
  }

  private void arm() {
    next = loop.schedule(Math.max(0, dueMs - loop.nowMs()), this::tick);
  }

  private void tick() {
    if (cancelled) {
      return;
    }
    if (waiting.compareAndSet(false, true)) {
      owner.postCallback(name, this::run);
    }
    dueMs = Math.max(dueMs + periodMs, loop.nowMs());
    arm();
  }

  private @Nullable Object run() throws Exception {
    waiting.set(false);
    return cancelled ? null : task.call();
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** Ends the repetition; a second call does nothing. Any thread. */
  public void cancel() {
    cancelled = true;
    loop.execute(() -> {
      if (next != null) {
        next.cancel();
      }
    });
  }
}
