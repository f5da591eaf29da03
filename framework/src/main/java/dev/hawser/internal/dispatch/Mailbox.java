// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.dispatch;

import dev.hawser.internal.transport.Loop;
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
 *
 * <p>{@link CallbackRunner} is one, and does not have one: an idle connection keeps one object
 * less.
 */
abstract class Mailbox implements Runnable {
  private static final int TASKS_PER_RUN = 64;
  private static final AtomicIntegerFieldUpdater<Mailbox> WAITING =
      AtomicIntegerFieldUpdater.newUpdater(Mailbox.class, "waiting");

  final Executor blocking;
  final Loop loop;
  private final LongAdder waitingInAll;

  /** The task that raised the counter from zero, until it begins: mostly there is no other. */
  private @Nullable Task first;

  /** The others; there only since a task had to wait, as on few connections. */
  private volatile @Nullable Queue<Task> others;

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
  Mailbox(Executor blocking, Loop loop, LongAdder waitingInAll) {
    this.blocking = blocking;
    this.loop = loop;
    this.waitingInAll = waitingInAll;
  }

  /** Number of tasks that wait or run. */
  public final int size() {
    return waiting;
  }

  /** Adds a task. Any thread. */
  final void post(Task task) {
    if (add(task)) {
      proceed();
    }
  }

  /** Adds a task from the event loop, where one that begins there does so at once. */
  final void postFromLoop(Task task) {
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

  /** Returns whether nothing was waiting, so that the caller has to see to the tasks. */
  private boolean add(Task task) {
    waitingInAll.increment();
    if (waiting == 0 && WAITING.compareAndSet(this, 0, 1)) {
      first = task;
      return true;
    }
    others().add(task);
    return WAITING.getAndIncrement(this) == 0;
  }

  private Queue<Task> others() {
    Queue<Task> known = others;
    return known == null ? makeOthers() : known;
  }

  private synchronized Queue<Task> makeOthers() {
    Queue<Task> made = others;
    if (made == null) {
      made = new ConcurrentLinkedQueue<>();
      others = made;
    }
    return made;
  }

  /** The task whose turn it is; there is one. */
  private Task next() {
    Task waits = first;
    return waits == null ? others().element() : waits;
  }

  private void removeNext() {
    if (first == null) {
      others().remove();
    } else {
      first = null;
    }
  }

  /** Runs a task; returns whether it has ended. If not, its end will be seen to. */
  private boolean runs(Task task) {
    Future<?> pending = task.run();
    if (pending == null || pending.isComplete()) {
      return true;
    }
    pending.onComplete(done -> finished());
    return false;
  }

  /** Runs what waits where it may block; for the executor. */
  @Override
  public final void run() {
    run(Place.BLOCKING);
  }

  private void run(Place here) {
    for (int i = 0; i < TASKS_PER_RUN; i++) {
      Task task = next();
      if (task.place() != here) {
        break;
      }
      removeNext();
      if (!runs(task) || isLast()) {
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
    if (next().place() == Place.EVENT_LOOP) {
      loop.execute(() -> run(Place.EVENT_LOOP));
    } else {
      blocking.execute(this);
    }
  }
}
