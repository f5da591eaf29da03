// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Lets connections go in batches and in no order that clients could share. Those who come back at
 * once are the load of the nodes that are left, so it is the pace of leaving that bounds it. What
 * fits into one batch leaves at once.
 */
final class Departures {
  private static final int BATCH_MS = 100;

  private final Clock clock;
  private final Queue<Runnable> waiting;
  private final double perMs;
  private final long startedAtMs;
  private long gone;

  /** Time, as much of it as is needed here. */
  interface Clock {

    /** Milliseconds of a clock that never goes back; only differences mean something. */
    long nowMs();

    /**
     * Runs a task after a delay in ms, behind everything that the caller does before it returns.
     */
    void after(long delayMs, Runnable task);

    static Clock of(Vertx vertx) {
      return new Clock() {
        @Override
        public long nowMs() {
          return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        }

        @Override
        public void after(long delayMs, Runnable task) {
          vertx.setTimer(delayMs, fired -> task.run());
        }
      };
    }
  }

  private Departures(Clock clock, Collection<Runnable> farewells, double perMs) {
    this.clock = clock;
    this.waiting = new ArrayDeque<>(farewells);
    this.perMs = perMs;
    this.startedAtMs = clock.nowMs();
  }

  /**
   * Begins, and lets the first batch go.
   *
   * @param farewells what sends each of them away; any thread
   * @param perSecond how many leave in a second, unless they are too many for the time there is
   * @param withinMs time in which all have to leave, in ms
   */
  static void begin(Clock clock, List<Runnable> farewells, int perSecond, long withinMs) {
    List<Runnable> shuffled = new ArrayList<>(farewells);
    Collections.shuffle(shuffled);
    double perMs = Math.max(perSecond / 1000.0, (double) shuffled.size() / Math.max(1, withinMs));
    new Departures(clock, shuffled, perMs).letSomeGo();
  }

  /** Runs on one thread at a time: each batch sets the timer of the next. */
  private void letSomeGo() {
    long elapsedMs = clock.nowMs() - startedAtMs;
    double due = Math.max(1, perMs * (elapsedMs + BATCH_MS));
    while (gone < due && !waiting.isEmpty()) {
      waiting.remove().run();
      gone++;
    }
    if (!waiting.isEmpty()) {
      int jitterMs = ThreadLocalRandom.current().nextInt(BATCH_MS);
      clock.after(BATCH_MS / 2 + jitterMs, this::letSomeGo);
    }
  }
}
