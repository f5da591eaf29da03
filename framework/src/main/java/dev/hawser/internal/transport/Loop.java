// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import java.util.concurrent.Executor;

/**
 * The event loop of a socket, and its clock. Tasks run one at a time, in the order they were given.
 */
public interface Loop extends Executor {

  /** Returns whether the caller runs on this loop. */
  boolean inLoop();

  /** Runs a task on this loop after a delay in ms, unless it is cancelled before. */
  Timer schedule(long delayMs, Runnable task);

  /** Milliseconds of a clock that never goes back; only differences mean something. */
  long nowMs();

  /** A task that waits for its time. */
  @FunctionalInterface
  interface Timer {

    /** Withdraws the task; nothing happens when it ran already. */
    void cancel();
  }
}
