// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loop that an adapter's state is confined to. Tasks of one thread run in order; a burst
 * wakes the loop once, and ends with one call of the end-of-turn task. Thread-safe.
 */
final class AdapterLoop {
  private static final Logger log = LoggerFactory.getLogger(AdapterLoop.class);
  private static final int TASKS_PER_TURN = 4096;

  private final Context context;
  private final Runnable endOfTurn;
  private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();

  AdapterLoop(Vertx vertx, Runnable endOfTurn) {
    this.context = ((VertxInternal) vertx).createEventLoopContext();
    this.endOfTurn = endOfTurn;
  }

  void execute(Runnable task) {
    inbox.add(task);
    wake();
  }

  /** Runs the end-of-turn task soon. */
  void wake() {
    if (woken.compareAndSet(false, true)) {
      context.runOnContext(nothing -> turn());
    }
  }

  private void turn() {
    woken.set(false);
    for (int i = 0; i < TASKS_PER_TURN; i++) {
      Runnable task = inbox.poll();
      if (task == null) {
        break;
      }
      guarded(task);
    }
    guarded(endOfTurn);
    if (!inbox.isEmpty()) {
      wake();
    }
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      log.error("defect in the Redis adapter", e);
    }
  }
}
