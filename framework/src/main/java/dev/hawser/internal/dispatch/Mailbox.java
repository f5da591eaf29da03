// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.dispatch;

import io.vertx.core.Future;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The work of one connection: one task at a time, in the order they were posted.
 *
 * <p>Each task names the place where it begins. The mailbox goes there, and waits for a task's
 * future before it begins the next one. The counter of waiting tasks is the lock: the thread that
 * raises it from zero runs the tasks until it is zero again.
 */
final class Mailbox implements Runnable {
  private static final int TASKS_PER_RUN = 64;
  private static final AtomicIntegerFieldUpdater<Mailbox> WAITING =
      AtomicIntegerFieldUpdater.newUpdater(Mailbox.class, "waiting");

  private final Executor blocking;
  private final Executor loop;
  private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();
  private final LongAdder waitingInAll;

  private volatile int waiting;

  /** A piece of work. */
  interface Task {

    /** Where it begins; asked when its turn has come. */
    Place place();

    /** Runs the task; must not throw. Returns what the mailbox has to wait for, if anything. */
    @Nullable Future<?> run();
  }

  /**
   * Creates a mailbox.
   *
   * @param waitingInAll counts the tasks that wait or run, in this mailbox and others
   */
  Mailbox(Executor blocking, Executor loop, LongAdder waitingInAll) {
    this.blocking = blocking;
    this.loop = loop;
    this.waitingInAll = waitingInAll;
  }

  /** Number of tasks that wait or run. */
  int size() {
    return waiting;
  }

  /** Adds a task. Any thread. */
  void post(Task task) {
    if (add(task)) {
      proceed();
    }
  }

  /** Adds a task from the event loop, where one that begins there does so at once. */
  void postFromLoop(Task task) {
    if (!add(task)) {
      return;
    }
    Place place = task.place();
    if (place == Place.EVENT_LOOP) {
      run(place);
    } else {
      blocking.execute(this);
    }
  }

  private boolean add(Task task) {
    tasks.add(task);
    waitingInAll.increment();
    return WAITING.getAndIncrement(this) == 0;
  }

  /** Runs what waits where it may block; for the executor. */
  @Override
  public void run() {
    run(Place.BLOCKING);
  }

  private void run(Place here) {
    for (int i = 0; i < TASKS_PER_RUN; i++) {
      Task task = tasks.element();
      if (task.place() != here) {
        break;
      }
      tasks.remove();
      Future<?> pending = task.run();
      if (pending != null && !pending.isComplete()) {
        pending.onComplete(done -> finished());
        return;
      }
      if (isLast()) {
        return;
      }
    }
    proceed();
  }

  private void finished() {
    if (!isLast()) {
      proceed();
    }
  }

  /** Counts a task out; returns whether no other waits. */
  private boolean isLast() {
    waitingInAll.decrement();
    return WAITING.decrementAndGet(this) == 0;
  }

  private void proceed() {
    if (tasks.element().place() == Place.EVENT_LOOP) {
      loop.execute(() -> run(Place.EVENT_LOOP));
    } else {
      blocking.execute(this);
    }
  }
}
