// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import dev.hawser.internal.time.NodeTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Closes connections in batches and in random order. Their clients reconnect at once, to the nodes
 * that are left, so the pace of closing bounds the load there. What fits into one batch is closed
 * at once.
 */
public final class PacedDrain {
  private static final int BATCH_MS = 100;

  private final Clock clock;
  private final Queue<Runnable> waiting;
  private final double perMs;
  private final long startedAtMs;
  private long closed;

  /** The time and the timers that a drain needs. */
  public interface Clock {

    /** Milliseconds of a clock that never goes back; only differences mean something. */
    long nowMs();

    /** Runs a task after a delay in ms, after everything that the caller does before it returns. */
    void after(long delayMs, Runnable task);

    /** Returns the clock of a node. */
    static Clock of(NodeTime time) {
      return new Clock() {
        @Override
        public long nowMs() {
          return time.nowMs();
        }

        @Override
        public void after(long delayMs, Runnable task) {
          time.setTimer(delayMs, task);
        }
      };
    }
  }

  private PacedDrain(Clock clock, Collection<Runnable> closings, double perMs) {
    this.clock = clock;
    this.waiting = new ArrayDeque<>(closings);
    this.perMs = perMs;
    this.startedAtMs = clock.nowMs();
  }

  /**
   * Begins with the first batch.
   *
   * @param closings what closes each connection; run on any thread
   * @param perSecond how many are closed in a second, unless they are too many for {@code withinMs}
   * @param withinMs time in which all have to be closed, in ms
   */
  public static void begin(Clock clock, List<Runnable> closings, int perSecond, long withinMs) {
    List<Runnable> shuffled = new ArrayList<>(closings);
    Collections.shuffle(shuffled);
    double perMs = Math.max(perSecond / 1000.0, (double) shuffled.size() / Math.max(1, withinMs));
    new PacedDrain(clock, shuffled, perMs).closeSome();
  }

  /** Runs on one thread at a time: each batch sets the timer of the next. */
  private void closeSome() {
    long elapsedMs = clock.nowMs() - startedAtMs;
    double due = Math.max(1, perMs * (elapsedMs + BATCH_MS));
    while (closed < due && !waiting.isEmpty()) {
      waiting.remove().run();
      closed++;
    }
    if (!waiting.isEmpty()) {
      int jitterMs = ThreadLocalRandom.current().nextInt(BATCH_MS);
      clock.after(BATCH_MS / 2 + jitterMs, this::closeSome);
    }
  }
}
