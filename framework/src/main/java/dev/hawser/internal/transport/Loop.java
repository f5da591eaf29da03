// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import java.util.concurrent.Executor;

/**
 * The event loop of a socket, and its clock. Tasks run one at a time, in the order they were given.
 */
public interface Loop extends Executor {

  /**
   * Returns whether the caller runs on this loop.
   *
   * @return whether it does
   */
  boolean inLoop();

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

  /** A task that waits for its time. */
  @FunctionalInterface
  interface Timer {

    /** Withdraws the task; nothing happens when it ran already. */
    void cancel();
  }
}
