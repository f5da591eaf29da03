// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.warmup;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/**
 * Visits in rounds, until the JIT compilers have little left to do. After each round the compilers
 * may finish: otherwise they would compile while the first clients connect, and on a machine with
 * few processors they would take the event loop's. HotSpot raises its thresholds while many methods
 * wait for a compiler, so methods that one round leaves out are submitted in the next one. Used by
 * one thread.
 */
public final class Rounds {
  private static final int CLIENTS_OF_ROUND = 1000;
  private static final int MOST_CLIENTS = 10_000;

  /** The last round is the one that adds no more than this share to the time of the compilers. */
  private static final double LITTLE = 0.05;

  private final Visits visits;
  private final BooleanSupplier isOver;
  private final Compilers compilers = new Compilers();
  private int clients;

  /**
   * Prepares the rounds.
   *
   * @param visits that they have
   * @param isOver whether to end before the compilers are ready
   */
  public Rounds(Visits visits, BooleanSupplier isOver) {
    this.visits = visits;
    this.isOver = isOver;
  }

  /**
   * Runs them: at most ten.
   *
   * @return how many clients came
   * @throws IOException if one of them did not get what it waits for
   * @throws InterruptedException if the thread is interrupted
   */
  public int run() throws IOException, InterruptedException {
    boolean isReady;
    do {
      long before = compilers.workedMs();
      round();
      compilers.awaitQuiet(isOver);
      long now = compilers.workedMs();
      isReady = now > 0 && now - before <= LITTLE * now;
    } while (!isReady && clients < MOST_CLIENTS && !isOver.getAsBoolean());
    return clients;
  }

  private void round() throws IOException {
    int end = clients + CLIENTS_OF_ROUND;
    do {
      clients += visits.next();
    } while (clients < end && !isOver.getAsBoolean());
  }
}
