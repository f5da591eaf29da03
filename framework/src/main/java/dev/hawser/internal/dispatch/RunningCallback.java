// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.dispatch;

import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The callback that a connection runs or waits for, as {@link CallbackWatch} sees it. Two atomic
 * writes per callback are all it costs: the watch has the clock, and notes itself when it first saw
 * a run.
 *
 * <p>The owner begins and ends runs; the watch may let one expire. A number tells the runs apart;
 * its two lowest bits are the state of the run, and the third says whether the run is on an event
 * loop. An idle connection has one, so it is small.
 */
final class RunningCallback {
  private static final AtomicIntegerFieldUpdater<RunningCallback> RUN =
      AtomicIntegerFieldUpdater.newUpdater(RunningCallback.class, "run");

  private static final int STATE = 3;
  private static final int ON_LOOP = 4;
  private static final int NEXT = 8;
  private static final int NONE = 0;
  private static final int RUNNING = 1;
  private static final int EXPIRING = 2;
  private static final int EXPIRED = 3;

  private volatile int run;

  // Written before a run begins, read while it is known to go on.
  private @Nullable Object name;

  /** The thread of code that runs, or the promise that what it left behind is to keep. */
  private @Nullable Object work;

  /** Begins with code on the calling thread. Returns the number of the run. */
  int begin(Object name, Place place) {
    return begin(name, place, (Object) Thread.currentThread());
  }

  /** Begins to wait for what the code left behind. Returns the number of the run. */
  int begin(Object name, Place place, Promise<Void> awaited) {
    return begin(name, place, (Object) awaited);
  }

  private int begin(Object name, Place place, Object work) {
    this.name = name;
    this.work = work;
    int next = ((run + NEXT) & -NEXT) | (place == Place.EVENT_LOOP ? ON_LOOP : 0) | RUNNING;
    RUN.lazySet(this, next);
    return next;
  }

  /** Ends a run; returns whether it had not expired before. */
  boolean end(int number) {
    if (RUN.compareAndSet(this, number, state(number, NONE))) {
      name = null;
      work = null;
      return true;
    }
    while (run == state(number, EXPIRING)) {
      Thread.onSpinWait(); // The watch is about to interrupt this thread, and not the next run.
    }
    return false;
  }

  // -- the watch's side

  /** Returns the number of the current run; 0 if there is none, or it has expired. */
  int current() {
    int seen = run;
    return (seen & STATE) == RUNNING ? seen : 0;
  }

  /** Lets a run expire: interrupts the code. Code on an event loop is left alone. */
  boolean expire(int number) {
    Object current = work;
    boolean mayExpire = current instanceof Promise || placeOf(number) == Place.BLOCKING;
    if (!mayExpire || !RUN.compareAndSet(this, number, state(number, EXPIRING))) {
      return false;
    }
    if (current instanceof Thread thread) {
      thread.interrupt();
    }
    run = state(number, EXPIRED);
    return true;
  }

  /** Where a run is. */
  static Place placeOf(int number) {
    return (number & ON_LOOP) == 0 ? Place.BLOCKING : Place.EVENT_LOOP;
  }

  /** What the current run waits for, if it waits. */
  @SuppressWarnings("unchecked") // There is no other promise.
  @Nullable Promise<Void> awaited() {
    return work instanceof Promise<?> promise ? (Promise<Void>) promise : null;
  }

  /** Whether the current run is code on a thread. */
  boolean isOn(Thread thread) {
    return work == thread;
  }

  /** Describes what is running, with the stack of its code. */
  Description describe() {
    return describe(
        (callback, stack) -> callback + (stack.length == 0 ? " waits for a future" : " runs here"));
  }

  /**
   * Describes what is running, with the stack of its code.
   *
   * @param explain makes the message of the name and the stack
   */
  Description describe(BiFunction<String, StackTraceElement[], String> explain) {
    StackTraceElement[] stack =
        work instanceof Thread thread ? thread.getStackTrace() : new StackTraceElement[0];
    return new Description(explain.apply(String.valueOf(name), stack), stack);
  }

  /** Where a callback is. */
  static final class Description extends Exception {
    private static final long serialVersionUID = 1L;

    Description(String message, StackTraceElement[] stack) {
      super(message, null, false, true);
      setStackTrace(stack);
    }
  }

  private static int state(int number, int state) {
    return (number & ~STATE) | state;
  }
}
