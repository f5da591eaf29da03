// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.history.StreamPosition;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Broadcasts of a stream that are lost on one loop, until the loop has been told. Further losses
 * extend it, so that very many drops in a row cost one task. Thread-safe.
 */
final class Loss {
  private final AtomicReference<@Nullable StreamPosition> place;

  /**
   * Begins a loss.
   *
   * @param goesOnAfter the place after which the stream goes on
   */
  Loss(StreamPosition goesOnAfter) {
    this.place = new AtomicReference<>(goesOnAfter);
  }

  /** Moves the place; returns whether the loop has not been told yet. */
  boolean extend(StreamPosition goesOnAfter) {
    StreamPosition known = place.get();
    return known != null && place.compareAndSet(known, goesOnAfter);
  }

  /** Returns the place, once. */
  @Nullable StreamPosition take() {
    return place.getAndSet(null);
  }
}
