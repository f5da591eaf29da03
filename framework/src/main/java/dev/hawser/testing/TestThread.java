// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import dev.hawser.internal.time.NodeTime;
import dev.hawser.internal.transport.Loop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What event loops, workers and timers do in production waits here, and runs one after the other on
 * the thread of the test: whenever the test calls the kit, until nothing is left to do at that
 * time. Any thread may add to it.
 */
final class TestThread {
  /** Jobs at one instant that count as a circle. */
  private static final int MOST_JOBS = 1_000_000;

  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(1000);

  private final Loop loop = new TestLoop();
  private final NodeTime time = new TestTime();
  private final BlockingQueue<Job> jobs = new LinkedBlockingQueue<>();
  private final long startMs;

  /** Guarded by this, with those below. */
  private final PriorityQueue<Due> timers =
      new PriorityQueue<>(Comparator.comparingLong(Due::dueNanos).thenComparingLong(Due::number));

  private long lastTimer;
  private final List<CallbackFailedException> failures = new ArrayList<>();

  private volatile long nanos = START_NANOS;
  private volatile @Nullable Thread driver;
  private boolean onLoop;

  private record Job(boolean onLoop, Runnable body) {}

  private record Due(long dueNanos, long number, Job job) {}

  /**
   * Creates an idle thread.
   *
   * @param startMs the time it begins with, in ms since 1970
   */
  TestThread(long startMs) {
    this.startMs = startMs;
  }

  Loop loop() {
    return loop;
  }

  NodeTime time() {
    return time;
  }

  /** Creates what runs the callbacks that may block. */
  ExecutorService workers() {
    return new TestWorkers();
  }

  // -- the test's side

  /** Does something on the loop, and then all that follows from it. */
  void act(Runnable step) {
    if (driver == Thread.currentThread()) {
      throw new IllegalStateException("a callback uses the ChannelTest that runs it (expected: from"
          + " the test, not from a callback)");
    }
    checkOtherThreads();
    jobs.add(new Job(true, step));
    run();
  }

  /** Runs what is due; nothing if the caller is a part of that. */
  void run() {
    if (driver == Thread.currentThread()) {
      return;
    }
    checkOtherThreads();
    driver = Thread.currentThread();
    try {
      runJobs();
    } finally {
      driver = null;
    }
    throwFailure();
  }

  private void checkOtherThreads() {
    Thread running = driver;
    if (running != null) {
      throw new IllegalStateException(
          "the thread " + running.getName() + " uses this ChannelTest (expected: one at a time)");
    }
  }

  private void runJobs() {
    for (int i = 0; i < MOST_JOBS; i++) {
      Job next = jobs.poll();
      if (next == null) {
        next = due(nanos);
      }
      if (next == null) {
        return;
      }
      run(next);
    }
    throw new AssertionError("callbacks call each other without an end: " + MOST_JOBS
        + " steps were run without time going on");
  }

  private void run(Job job) {
    boolean before = onLoop;
    onLoop = job.onLoop();
    try {
      job.body().run();
    } finally {
      onLoop = before;
    }
  }

  /** Lets time pass: runs each timer when the clock is there, with all that follows from it. */
  void advance(long byNanos) {
    long end = nanos + byNanos;
    run();
    for (Due next = first(); next != null && next.dueNanos() <= end; next = first()) {
      nanos = Math.max(nanos, next.dueNanos());
      run();
    }
    nanos = end;
    run();
  }

  /** Waits in real time for what another thread adds, and runs it; returns whether it came. */
  boolean awaitOne(long timeoutMs) {
    try {
      Job next = jobs.poll(timeoutMs, TimeUnit.MILLISECONDS);
      if (next == null) {
        return false;
      }
      act(() -> run(next));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** How much time has passed, in ns. */
  long elapsedNanos() {
    return nanos - START_NANOS;
  }

  private synchronized @Nullable Due first() {
    return timers.peek();
  }

  private synchronized @Nullable Job due(long atNanos) {
    Due first = timers.peek();
    if (first == null || first.dueNanos() > atNanos) {
      return null;
    }
    timers.remove();
    return first.job();
  }

  private synchronized Due add(long delayMs, Job job) {
    Due timer = new Due(nanos + Math.max(0, delayMs) * MS, ++lastTimer, job);
    timers.add(timer);
    return timer;
  }

  private synchronized void repeat(long periodMs, long number, Runnable task) {
    Job job = new Job(false, () -> {
      repeat(periodMs, number, task);
      task.run();
    });
    timers.add(new Due(nanos + periodMs * MS, number, job));
  }

  private synchronized long addPeriodic(long periodMs, Runnable task) {
    long number = ++lastTimer;
    repeat(periodMs, number, task);
    return number;
  }

  private synchronized void cancel(Due timer) {
    timers.remove(timer);
  }

  private synchronized void cancel(long number) {
    timers.removeIf(timer -> timer.number() == number);
  }

  // -- failures

  /** Lets the test fail with it when all that is due has run. Any thread. */
  void fail(CallbackFailedException failure) {
    synchronized (failures) {
      failures.add(failure);
    }
  }

  private void throwFailure() {
    synchronized (failures) {
      if (!failures.isEmpty()) {
        CallbackFailedException first = failures.remove(0);
        failures.forEach(first::addSuppressed);
        failures.clear();
        throw first;
      }
    }
  }

  // -- what it is for the node

  private final class TestLoop implements Loop {
    @Override
    public boolean inLoop() {
      return driver == Thread.currentThread() && onLoop;
    }

    @Override
    public void execute(Runnable task) {
      jobs.add(new Job(true, task));
    }

    @Override
    public Timer schedule(long delayMs, Runnable task) {
      Due due = add(delayMs, new Job(true, task));
      return () -> cancel(due);
    }

    @Override
    public long nowMs() {
      return time.nowMs();
    }

    @Override
    public long wallMs() {
      return time.wallMs();
    }

    @Override
    public long jitterMs(long most) {
      return 0;
    }

    /** There is no other thread that could run it meanwhile. */
    @Override
    public void await(CountDownLatch ended) {
      while (ended.getCount() > 0) {
        Job next = jobs.poll();
        if (next == null) {
          throw new IllegalStateException("a callback waits for one that will never run");
        }
        run(next);
      }
    }
  }

  private final class TestTime implements NodeTime {
    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public long wallMs() {
      return startMs + elapsedNanos() / MS;
    }

    @Override
    public long setTimer(long delayMs, Runnable task) {
      return add(delayMs, new Job(false, task)).number();
    }

    @Override
    public long setPeriodic(long periodMs, Runnable task) {
      return addPeriodic(periodMs, task);
    }

    @Override
    public void cancelTimer(long timer) {
      cancel(timer);
    }
  }

  private final class TestWorkers extends AbstractExecutorService {
    private volatile boolean shutdown;

    @Override
    public void execute(Runnable task) {
      jobs.add(new Job(false, task));
    }

    @Override
    public void shutdown() {
      shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      shutdown = true;
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return shutdown;
    }

    @Override
    public boolean isTerminated() {
      return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return shutdown;
    }
  }
}
