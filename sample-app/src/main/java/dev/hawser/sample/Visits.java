// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import java.util.concurrent.atomic.LongAdder;

/**
 * How often windows came to a room of this node and left it. When the node has stopped, the two are
 * equal: every {@code subscribed} had its {@code unsubscribed}. Thread-safe.
 */
final class Visits {
  private final LongAdder begun = new LongAdder();
  private final LongAdder ended = new LongAdder();

  void begin() {
    begun.increment();
  }

  void end() {
    ended.increment();
  }

  long begun() {
    return begun.sum();
  }

  long ended() {
    return ended.sum();
  }
}
