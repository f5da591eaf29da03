// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.internal.log.LogText;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loop that an adapter's state is confined to. Tasks of one thread run in order. A burst
 * of tasks wakes the loop once and ends with one call of the end-of-turn task. Thread-safe.
 *
 * <p>It is deployed like a verticle, because a deployment is the public API's way to get an event
 * loop and to notice that the Vert.x instance ends. Tasks wait until it is deployed.
 */
final class AdapterLoop implements Deployable {
  private static final Logger log = LoggerFactory.getLogger(AdapterLoop.class);
  private static final int TASKS_PER_TURN = 4096;

  private final Runnable endOfTurn;
  private final Supplier<Future<Void>> onEnd;
  private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile @Nullable Context context;
  private volatile boolean ended;

  /**
   * Creates a loop, to be deployed.
   *
   * @param onEnd ends what runs on the loop, when it is undeployed
   */
  AdapterLoop(Runnable endOfTurn, Supplier<Future<Void>> onEnd) {
    this.endOfTurn = endOfTurn;
    this.onEnd = onEnd;
  }

  @Override
  public Future<?> deploy(Context own) {
    context = own;
    wake();
    return Future.succeededFuture();
  }

  @Override
  public Future<?> undeploy(Context own) {
    ended = true;
    return onEnd.get();
  }

  /** Whether its undeployment has begun. Its Vert.x instance may be closing then. */
  boolean hasEnded() {
    return ended;
  }

  void execute(Runnable task) {
    inbox.add(task);
    wake();
  }

  /** Runs the end-of-turn task soon. */
  void wake() {
    Context running = context;
    if (running != null && woken.compareAndSet(false, true)) {
      run(running, this::turn);
    }
  }

  /** Runs a task on a context. A context whose Vert.x is closed drops it: no caller waits then. */
  static void run(Context context, Runnable task) {
    try {
      context.runOnContext(nothing -> task.run());
    } catch (RejectedExecutionException e) {
      // It has ended.
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
      log.error("unexpected error in the Redis adapter", LogText.of(e));
    }
  }
}
