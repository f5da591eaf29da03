// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * Counts the connections of a server socket that have arrived and are not read from yet, and says
 * how many of them an event loop takes at a time.
 *
 * <p>While the node has no established connections, they are taken in large turns: when a process
 * has started, all clients of the one before it come back. Nobody is connected who would have to
 * wait for them, and small turns would cost them almost half of the rate as long as the code is not
 * compiled.
 *
 * <p>Thread-safe.
 */
final class Arrivals {
  private static final int PER_TURN = 1;
  private static final int PER_TURN_OF_A_START = 64;
  private static final int LEAST_NEW_PER_LOOP = 8;

  private final IntSupplier established;
  private final AtomicInteger fresh = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean smallTurns;

  /**
   * Creates counts, all 0.
   *
   * @param established how many connections would have to wait for new ones; only the thread that
   *     accepts asks for it
   */
  Arrivals(IntSupplier established) {
    this.established = established;
  }

  /** A connection was accepted; its event loop has yet to set it up. */
  void accepted() {
    fresh.incrementAndGet();
    smallTurns = established.getAsInt() > 0;
  }

  /** From how many connections an event loop begins to read in one turn. */
  int perTurn() {
    return smallTurns ? PER_TURN : PER_TURN_OF_A_START;
  }

  /** How many connections may be accepted for each event loop before it has set them up. */
  int newPerLoop() {
    return Math.max(LEAST_NEW_PER_LOOP, 2 * perTurn());
  }

  /** An event loop has set up so many connections, and served its sockets since. */
  void setUp(int connections) {
    fresh.updateAndGet(count -> Math.max(0, count - connections));
  }

  /** Nothing is known of them for too long: an event loop stands still, or they are gone. */
  void forgetNew() {
    fresh.set(0);
  }

  /** How many connections were accepted and are not known to be set up. */
  int areNew() {
    return fresh.get();
  }

  /** A connection begins to wait for its turn. */
  void waits() {
    waiting.incrementAndGet();
  }

  /** A connection no longer waits. */
  void waitsNoMore() {
    waiting.decrementAndGet();
  }

  /** How many connections wait for their turn. */
  int areWaiting() {
    return waiting.get();
  }
}
