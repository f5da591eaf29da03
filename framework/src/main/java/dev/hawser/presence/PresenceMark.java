// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

/**
 * Identifies a state of the presence of a stream. Immutable.
 *
 * @param epoch number that grows when the backend has lost the stream, so that everyone has to join
 *     again; 0 as long as nobody has joined
 * @param version number that grows by 1 with each change
 * @since 0.1.0
 */
public record PresenceMark(long epoch, long version) {

  /**
   * Returns whether this state comes directly after another one.
   *
   * @param earlier the other state
   * @return {@code true} if both are of the same epoch, and exactly one change is between them
   */
  public boolean follows(PresenceMark earlier) {
    return version == earlier.version + 1 && (epoch == earlier.epoch || earlier.isBlank());
  }

  /**
   * Returns whether nobody has joined the stream yet.
   *
   * @return whether the epoch is 0
   */
  public boolean isBlank() {
    return epoch == 0;
  }
}
