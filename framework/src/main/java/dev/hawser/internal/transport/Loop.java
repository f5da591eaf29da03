// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The event loop of a socket, and its clock. Tasks run one at a time, in the order they were given.
 * A loop that has ended, because its Vert.x is closed, drops what it is given: its sockets are
 * gone.
 */
public interface Loop extends Executor {
  /** The timer of a loop that has ended. */
  Timer NEVER = () -> {};

  /**
   * Returns whether the caller runs on this loop.
   *
   * @return whether it does
   */
  boolean inLoop();

  /**
   * Runs a task once the loop has read what has come to its sockets meanwhile. A task that is given
   * to {@link #execute} by the loop itself may run before that.
   *
   * @param task the task
   */
  default void executeAfterReads(Runnable task) {
    execute(task);
  }

  /**
   * Runs a task on this loop after a delay, unless it is cancelled before.
   *
   * @param delayMs the delay in ms
   * @param task the task
   * @return cancels the task
   */
  Timer schedule(long delayMs, Runnable task);

  /**
   * Returns the time of a clock that never goes back.
   *
   * @return milliseconds; only differences mean something
   */
  long nowMs();

  /**
   * Returns the time of a clock that may be set.
   *
   * @return milliseconds since 1970
   */
  default long wallMs() {
    return System.currentTimeMillis();
  }

  /**
   * Returns a random time, by which waits of many connections are kept apart.
   *
   * @param most the longest time in ms
   * @return 0 to {@code most}; always 0 on the loop of a test
   */
  default long jitterMs(long most) {
    return ThreadLocalRandom.current().nextLong(most + 1);
  }

  /**
   * Lets a callback that may block wait for one that runs at another place.
   *
   * @param ended what the other one counts down
   * @throws InterruptedException if the caller is interrupted
   */
  default void await(CountDownLatch ended) throws InterruptedException {
    ended.await();
  }

  /** A task that waits for its time. */
  @FunctionalInterface
  interface Timer {

    /** Withdraws the task; nothing happens when it ran already. */
    void cancel();
  }
}
