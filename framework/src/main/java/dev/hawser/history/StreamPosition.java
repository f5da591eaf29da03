// SPDX-License-Identifier: Apache-2.0
package dev.hawser.history;

import java.util.Objects;

/**
 * A place in a stream: the broadcast at an offset, and all before it.
 *
 * <p>Immutable.
 *
 * @param epoch names the numbering: another one begins when a store has lost its count, and offsets
 *     of two epochs say nothing about each other
 * @param offset number of the broadcast, one higher than that of the one before; 0 before the first
 * @param tag tells this broadcast from another one that got the same number after a failover to a
 *     server that was behind; empty if the store cannot go back
 * @since 0.1.0
 */
public record StreamPosition(String epoch, long offset, String tag) {

  /**
   * Checks the parts.
   *
   * @param epoch names the numbering
   * @param offset number of the broadcast
   * @param tag tells it from another one with the same number
   * @throws IllegalArgumentException if the offset is negative
   */
  public StreamPosition {
    Objects.requireNonNull(epoch, "epoch");
    Objects.requireNonNull(tag, "tag");
    if (offset < 0) {
      throw new IllegalArgumentException("offset: " + offset + " (expected: at least 0)");
    }
  }

  /**
   * Returns whether this is the place directly after another one.
   *
   * @param earlier the other one
   * @return whether no broadcast is between the two
   */
  public boolean follows(StreamPosition earlier) {
    return offset == earlier.offset + 1 && epoch.equals(earlier.epoch);
  }

  /**
   * Returns whether this is another place or one after it, in the same numbering.
   *
   * @param other the other place
   * @return whether the stream has come as far as the other place
   */
  public boolean reaches(StreamPosition other) {
    return offset >= other.offset && epoch.equals(other.epoch);
  }
}
