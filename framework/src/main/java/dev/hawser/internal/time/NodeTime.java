// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.time;

import io.vertx.core.Vertx;
import java.lang.ref.WeakReference;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The clock and the timers of a node. A test has one of its own, that stands still until it is told
 * to go on. Thread-safe.
 */
public interface NodeTime {
  /** The timer of a node whose Vert.x is closed: it does not run, as none of its timers does. */
  long NEVER = -1;

  /** Nanoseconds of a clock that never goes back; only differences mean something. */
  long nanos();

  /** Milliseconds of the same clock. */
  default long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(nanos());
  }

  /** Milliseconds since 1970, by a clock that may be set. */
  long wallMs();

  /**
   * Runs a task once.
   *
   * @param delayMs when, in ms from now, at least 1
   * @return names the timer; {@link #NEVER} if the node has ended
   */
  long setTimer(long delayMs, Runnable task);

  /**
   * Runs a task again and again.
   *
   * @param periodMs the time before the first run and between runs, in ms, at least 1
   * @return names the timer
   */
  long setPeriodic(long periodMs, Runnable task);

  /**
   * Does something with an object again and again, as long as others have use for the object: the
   * timer alone does not keep it from being collected, and ends when it is.
   *
   * @param periodMs the time before the first run and between runs, in ms, at least 1
   * @return names the timer
   */
  default <T> long setPeriodic(long periodMs, T object, Consumer<? super T> task) {
    WeakReference<T> reference = new WeakReference<>(object);
    AtomicLong timer = new AtomicLong(-1);
    timer.set(setPeriodic(periodMs, () -> {
      T there = reference.get();
      if (there == null) {
        cancelTimer(timer.get());
      } else {
        task.accept(there);
      }
    }));
    return timer.get();
  }

  /**
   * Cancels a timer.
   *
   * @param timer from {@link #setTimer} or {@link #setPeriodic}; one that has run or does not exist
   *     is ignored
   */
  void cancelTimer(long timer);

  /** Returns the clock of the process, with the timers of Vert.x. */
  static NodeTime of(Vertx vertx) {
    return new NodeTime() {
      @Override
      public long nanos() {
        return System.nanoTime();
      }

      @Override
      public long wallMs() {
        return System.currentTimeMillis();
      }

      @Override
      public long setTimer(long delayMs, Runnable task) {
        try {
          return vertx.setTimer(delayMs, fired -> task.run());
        } catch (RejectedExecutionException e) {
          return NEVER;
        }
      }

      @Override
      public long setPeriodic(long periodMs, Runnable task) {
        try {
          return vertx.setPeriodic(periodMs, fired -> task.run());
        } catch (RejectedExecutionException e) {
          return NEVER;
        }
      }

      @Override
      public void cancelTimer(long timer) {
        vertx.cancelTimer(timer);
      }
    };
  }
}
