// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.dispatch;

import dev.hawser.internal.transport.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;

/**
 * How event loops hand over callbacks that may block. Thread-safe.
 *
 * <p>Waking a thread for each command of a burst costs more than most callbacks. So work that a
 * loop posts while it reads its sockets waits until it has read them all. Then one virtual thread
 * starts the others, which wakes no further thread. A pool of workers gets its work at once,
 * because a starter would take one of its threads.
 */
public final class CallbackStarts {
  private final ExecutorService blocking;
  private final Executor started = this::start;
  private final Map<Loop, Executor> bursts = new ConcurrentHashMap<>();

  /**
   * Creates the starts of one node.
   *
   * @param blocking runs what may block, on virtual threads or on workers; shut down from here
   */
  public CallbackStarts(ExecutorService blocking) {
    this.blocking = blocking;
  }

  /**
   * Returns what runs the callbacks that one loop hands over; it takes tasks of other threads, too,
   * and rejects none.
   *
   * @param loop the event loop of a connection
   * @return the executor
   */
  public Executor on(Loop loop) {
    return blocking instanceof ThreadPoolExecutor
        ? started
        : bursts.computeIfAbsent(loop, Burst::new);
  }

  /** Lets the threads end when what was handed over is done. */
  public void shutdown() {
    blocking.shutdown();
  }

  /**
   * Starts a task, whatever happens: a connection whose work is not started would never end. After
   * the shutdown, and if there is no room for a thread of the executor's, it gets one of its own.
   */
  private void start(Runnable task) {
    try {
      blocking.execute(task);
    } catch (RejectedExecutionException e) {
      Thread thread = new Thread(task, "hawser-callback");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** The work that a loop has posted since it began to read. */
  private final class Burst implements Executor {
    /** One starter's share, so that in a large burst all processors begin soon. */
    private static final int MOST = 64;

    private final Loop loop;
    private List<Runnable> waiting = new ArrayList<>();

    Burst(Loop loop) {
      this.loop = loop;
    }

    @Override
    public void execute(Runnable task) {
      if (!loop.inLoop()) {
        start(task);
        return;
      }
      if (waiting.isEmpty()) {
        loop.execute(this::startWaiting); // Behind what the loop reads now.
      }
      waiting.add(task);
      if (waiting.size() == MOST) {
        List<Runnable> share = waiting;
        waiting = new ArrayList<>(MOST);
        start(() -> startAll(share));
      }
    }

    private void startWaiting() {
      List<Runnable> burst = waiting;
      if (burst.isEmpty()) {
        return;
      }
      waiting = new ArrayList<>(burst.size());
      start(burst.size() == 1 ? burst.get(0) : () -> startAll(burst));
    }

    /** Runs the first one itself, when the others are started. */
    private void startAll(List<Runnable> burst) {
      for (int i = 1; i < burst.size(); i++) {
        start(burst.get(i));
      }
      burst.get(0).run();
    }
  }
}
