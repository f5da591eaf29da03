// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.internal.transport.Loop;
import java.util.Comparator;
import java.util.PriorityQueue;

/** An event loop whose tasks run, and whose clock goes, when a test says so. */
final class ManualLoop implements Loop {
  private record Task(long dueMs, long number, Runnable body) {}

  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::dueMs).thenComparingLong(Task::number));
  private long nowMs;
  private long number;

  @Override
  public boolean inLoop() {
    return true;
  }

  @Override
  public void execute(Runnable task) {
    schedule(0, task);
  }

  @Override
  public Timer schedule(long delayMs, Runnable body) {
    Task task = new Task(nowMs + delayMs, number++, body);
    tasks.add(task);
    return () -> tasks.remove(task);
  }

  @Override
  public long nowMs() {
    return nowMs;
  }

  /** Lets time pass in which nothing runs. */
  void stall(long ms) {
    nowMs += ms;
  }

  void advance(long ms) {
    long end = nowMs + ms;
    while (!tasks.isEmpty() && tasks.element().dueMs() <= end) {
      Task task = tasks.remove();
      nowMs = Math.max(nowMs, task.dueMs());
      task.body().run();
    }
    nowMs = end;
  }

  /** How many tasks wait for their time. */
  int waiting() {
    return tasks.size();
  }

  /** Runs the next task, if there is one; returns whether there was. */
  boolean runOne() {
    Task task = tasks.poll();
    if (task != null) {
      task.body().run();
    }
    return task != null;
  }
}
