// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

/**
 * Cancels a task that {@link Channel#periodically Channel.periodically} repeats. Thread-safe.
 *
 * <pre>{@code
 * private PeriodicTimer countdown;
 *
 * @Override
 * protected void subscribed() {
 *   countdown = periodically(Duration.ofSeconds(1), this::tick);
 * }
 *
 * private void tick() {
 *   transmit(Map.of("left", --left));
 *   if (left == 0) {
 *     countdown.cancel();
 *   }
 * }
 * }</pre>
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface PeriodicTimer {

  /** Ends the repetition. A run that has begun is completed; a second call does nothing. */
  void cancel();

  /**
   * The task that {@link Channel#periodically Channel.periodically} repeats. Confined to the
   * channel's callbacks: its runs take turns with them.
   *
   * @since 0.1.0
   */
  @FunctionalInterface
  interface Task {

    /**
     * Runs the task once.
     *
     * @throws Exception whatever went wrong; it goes to {@link Channel#onError Channel.onError},
     *     and the timer goes on
     */
    void run() throws Exception;
  }
}
