// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

/**
 * A state of a stream's presence. Immutable.
 *
 * @param epoch changes when the backend has lost the stream, and everyone has to join again; 0 as
 *     long as nobody ever joined, otherwise greater than 0, and greater after a loss
 * @param version grows by one with each change
 * @since 0.1.0
 */
public record PresenceMark(long epoch, long version) {

  /**
   * Returns whether this is the state right after another one.
   *
   * @param earlier the other state
   * @return whether exactly one change lies between
   */
  public boolean follows(PresenceMark earlier) {
    return version == earlier.version + 1 && (epoch == earlier.epoch || earlier.isBlank());
  }

  /**
   * Returns whether nobody ever joined.
   *
   * @return whether the epoch is 0
   */
  public boolean isBlank() {
    return epoch == 0;
  }
}
