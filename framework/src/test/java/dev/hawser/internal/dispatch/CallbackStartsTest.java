// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.internal.transport.Loop;
import dev.hawser.support.Journal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallbackStartsTest {
  private final Journal journal = new Journal();
  private final List<Runnable> started = new ArrayList<>();
  private final TurnedLoop loop = new TurnedLoop();
  private final Kept threads = new Kept();

  private void post(CallbackStarts starts, int tasks) {
    for (int i = 0; i < tasks; i++) {
      String name = "task " + i;
      starts.on(loop).execute(() -> journal.add(name));
    }
  }

  private static String[] tasks(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "task " + i).toArray(String[]::new);
  }

  @Test
  void startsOneThreadForWhatALoopPostsInABurst() {
    post(new CallbackStarts(threads), 3);
    assertThat(started).isEmpty();
    loop.turn();
    assertThat(started).hasSize(1);
    started.get(0).run();
    assertThat(started).hasSize(3);
    journal.expect("task 0");
    started.get(1).run();
    started.get(2).run();
    journal.expect("task 1", "task 2");
  }

  @Test
  void startsASingleTaskAsItIs() {
    post(new CallbackStarts(threads), 1);
    loop.turn();
    started.get(0).run();
    assertThat(started).hasSize(1);
    journal.expect("task 0");
  }

  @Test
  void startsAShareOfALargeBurstBeforeItsEnd() {
    post(new CallbackStarts(threads), 65);
    assertThat(started).hasSize(1);
    loop.turn();
    assertThat(started).hasSize(2);
  }

  @Test
  void startsAtOnceWhatAnotherThreadPosts() {
    loop.isHere = false;
    post(new CallbackStarts(threads), 2);
    assertThat(started).hasSize(2);
  }

  @Test
  void handsWorkersTheirWorkAtOnce() {
    ExecutorService workers = CallbackExecutor.workers(1);
    post(new CallbackStarts(workers), 3);
    journal.expect(tasks(0, 3));
    workers.shutdown();
  }

  @Test
  void runsABurstWhoseStarterIsRejected() {
    CallbackStarts starts = new CallbackStarts(threads);
    post(starts, 3);
    threads.shutdown();
    loop.turn();
    for (int i = 0; i < 3; i++) {
      assertThat(journal.next()).startsWith("task ");
    }
  }

  @Test
  void runsWhatAStarterCanNotStart() {
    post(new CallbackStarts(threads), 3);
    loop.turn();
    threads.shutdown();
    started.get(0).run();
    for (int i = 0; i < 3; i++) {
      assertThat(journal.next()).startsWith("task ");
    }
  }

  /** Keeps what it is given for the test to run. */
  private final class Kept extends AbstractExecutorService {
    private boolean isShutDown;

    @Override
    public void execute(Runnable task) {
      if (isShutDown) {
        throw new RejectedExecutionException("shut down");
      }
      started.add(task);
    }

    @Override
    public void shutdown() {
      isShutDown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isShutdown() {
      return isShutDown;
    }

    @Override
    public boolean isTerminated() {
      return isShutDown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return isShutDown;
    }
  }

  /** A loop that the test turns. */
  private static final class TurnedLoop implements Loop {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean isHere = true;

    void turn() {
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
    }

    @Override
    public boolean inLoop() {
      return isHere;
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public Timer schedule(long delayMs, Runnable task) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long nowMs() {
      return 0;
    }
  }
}
