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
 * The callbacks of one connection: one at a time, in the order they were posted.
 *
 * <p>Each task says where it runs: on the event loop, or on the executor for code that may block.
 * The mailbox moves between the two as its tasks demand, and waits for a task's future before it
 * begins the next one. The counter of waiting tasks is the lock: whoever raises it from zero runs
 * the tasks until it is zero again.
 */
public final class Mailbox {
  private static final int TASKS_PER_RUN = 64;
  private static final AtomicIntegerFieldUpdater<Mailbox> WAITING =
      AtomicIntegerFieldUpdater.newUpdater(Mailbox.class, "waiting");

  private final Executor blocking;
  private final Executor loop;
  private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();
  private final LongAdder waitingInAll;

  private volatile int waiting;

  /** A callback, or a piece of the framework's own work between callbacks. */
  public interface Task {

    /** Runs the task; must not throw. Returns what the mailbox has to wait for, if anything. */
    @Nullable Future<?> run();

    /** Whether the task runs on the event loop and never blocks. */
    boolean onLoop();
  }

  /**
   * Creates a mailbox.
   *
   * @param waitingInAll counts the tasks that wait or run, in this mailbox and others
   */
  public Mailbox(Executor blocking, Executor loop, LongAdder waitingInAll) {
    this.blocking = blocking;
    this.loop = loop;
    this.waitingInAll = waitingInAll;
  }

  /** Number of tasks that wait or run. */
  public int size() {
    return waiting;
  }

  /** Adds a task. Any thread. */
  public void post(Task task) {
    if (add(task)) {
      executorOf(task).execute(() -> run(task.onLoop()));
    }
  }

  /** Adds a task from the event loop, where one that may run there does so at once. */
  public void postFromLoop(Task task) {
    if (!add(task)) {
      return;
    }
    if (task.onLoop()) {
      run(true);
    } else {
      blocking.execute(() -> run(false));
    }
  }

  private boolean add(Task task) {
    tasks.add(task);
    waitingInAll.increment();
    return WAITING.getAndIncrement(this) == 0;
  }

  private void run(boolean onLoop) {
    for (int i = 0; i < TASKS_PER_RUN; i++) {
      Task task = tasks.element();
      if (task.onLoop() != onLoop) {
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
    boolean onLoop = tasks.element().onLoop();
    (onLoop ? loop : blocking).execute(() -> run(onLoop));
  }

  private Executor executorOf(Task task) {
    return task.onLoop() ? loop : blocking;
  }
}
