// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Estimates how many connections of a node are established: the least number that were open when
 * connections were accepted in the last five to ten seconds. Clients that have just connected with
 * others do not count.
 *
 * <p>It is asked whenever a connection is accepted. Otherwise the number grows only by those that
 * were accepted shortly before, so there is nothing to see in between.
 *
 * <p>Used by one thread.
 */
final class EstablishedConnections {
  static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final IntSupplier open;
  private final LongSupplier nanos;
  private long windowBegan;
  private int leastBefore;
  private int least;

  /**
   * Creates the count of a node that has no clients yet.
   *
   * @param open how many connections are open
   * @param nanos time that never goes back, in ns
   */
  EstablishedConnections(IntSupplier open, LongSupplier nanos) {
    this.open = open;
    this.nanos = nanos;
    this.windowBegan = nanos.getAsLong();
  }

  /** Returns how many connections are established. */
  int count() {
    int now = open.getAsInt();
    long age = nanos.getAsLong() - windowBegan;
    if (age >= WINDOW_NANOS) {
      // Nothing was accepted in the whole window before: those that are open now were then, too.
      leastBefore = age < 2 * WINDOW_NANOS ? least : now;
      least = now;
      windowBegan += age;
    }
    least = Math.min(least, now);
    return Math.min(leastBefore, least);
  }
}
