// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.history.StreamPosition;
import org.jspecify.annotations.Nullable;

/**
 * The latest places of a stream that were handed on, to know a broadcast that comes a second time.
 * Not thread-safe.
 */
final class RecentPositions {
  private static final int MOST = 64;

  private @Nullable StreamPosition[] ring = {};

  void add(StreamPosition position) {
    if (ring.length == 0) {
      ring = new StreamPosition[MOST];
    }
    ring[(int) (position.offset() % MOST)] = position;
  }

  boolean has(StreamPosition position) {
    return ring.length > 0 && position.equals(ring[(int) (position.offset() % MOST)]);
  }
}
