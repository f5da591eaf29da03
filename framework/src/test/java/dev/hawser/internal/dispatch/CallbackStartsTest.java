// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.internal.transport.Loop;
import dev.hawser.support.Journal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallbackStartsTest {
  private final Journal journal = new Journal();
  private final List<Runnable> started = new ArrayList<>();
  private final TurnedLoop loop = new TurnedLoop();
  private boolean isShutDown;

  private void keep(Runnable task) {
    if (isShutDown) {
      throw new RejectedExecutionException("shut down");
    }
    started.add(task);
  }

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
    post(new CallbackStarts(this::keep), 3);
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
    post(new CallbackStarts(this::keep), 1);
    loop.turn();
    started.get(0).run();
    assertThat(started).hasSize(1);
    journal.expect("task 0");
  }

  @Test
  void startsAShareOfALargeBurstBeforeItsEnd() {
    post(new CallbackStarts(this::keep), 65);
    assertThat(started).hasSize(1);
    loop.turn();
    assertThat(started).hasSize(2);
  }

  @Test
  void startsAtOnceWhatAnotherThreadPosts() {
    loop.isHere = false;
    post(new CallbackStarts(this::keep), 2);
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
    CallbackStarts starts = new CallbackStarts(this::keep);
    post(starts, 3);
    isShutDown = true;
    loop.turn();
    for (int i = 0; i < 3; i++) {
      assertThat(journal.next()).startsWith("task ");
    }
  }

  @Test
  void runsWhatAStarterCanNotStart() {
    post(new CallbackStarts(this::keep), 3);
    loop.turn();
    isShutDown = true;
    started.get(0).run();
    for (int i = 0; i < 3; i++) {
      assertThat(journal.next()).startsWith("task ");
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
