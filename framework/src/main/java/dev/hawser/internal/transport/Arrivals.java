// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the connections of a server socket that have arrived and are not read from yet.
 *
 * <p>Thread-safe.
 */
final class Arrivals {
  private final AtomicInteger fresh = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();

  /** A connection was accepted; its event loop has yet to set it up. */
  void accepted() {
    fresh.incrementAndGet();
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
