// SPDX-License-Identifier: Apache-2.0
package dev.hawser.history;

import java.util.Objects;

/**
 * The position of a broadcast in a stream with history. A client that has a position has received
 * this broadcast and all before it.
 *
 * <p>Immutable.
 *
 * @param epoch name of the numbering. Another epoch begins when a store has lost its numbering;
 *     offsets of two epochs cannot be compared
 * @param offset number of the broadcast, which grows by 1; 0 before the first broadcast
 * @param tag distinguishes this broadcast from another one that got the same offset after a
 *     failover to a server that was behind; empty if the store cannot fall back
 * @since 0.1.0
 */
public record StreamPosition(String epoch, long offset, String tag) {

  /**
   * Creates a position.
   *
   * @param epoch name of the numbering
   * @param offset number of the broadcast
   * @param tag distinguishes it from another broadcast with the same offset
   * @throws IllegalArgumentException if the offset is negative
   * @throws NullPointerException if a part is {@code null}
   */
  public StreamPosition {
    Objects.requireNonNull(epoch, "epoch");
    Objects.requireNonNull(tag, "tag");
    if (offset < 0) {
      throw new IllegalArgumentException("offset: " + offset + " (expected: at least 0)");
    }
  }

  /**
   * Returns whether this position comes directly after another one.
   *
   * @param earlier the other position
   * @return {@code true} if both are of the same epoch, and no broadcast is between them
   */
  public boolean follows(StreamPosition earlier) {
    return offset == earlier.offset + 1 && epoch.equals(earlier.epoch);
  }

  /**
   * Returns whether this position is at or after another one of the same epoch.
   *
   * @param other the other position
   * @return {@code true} if this position includes all broadcasts of the other one
   */
  public boolean reaches(StreamPosition other) {
    return offset >= other.offset && epoch.equals(other.epoch);
  }
}
