// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import dev.hawser.internal.options.Option;
import org.jspecify.annotations.Nullable;

/** The part of its connection's memory that a subscription uses, and gives back at its end. */
public final class MemoryShare {
  private final MemoryAccount account;
  private int taken;

  /** Creates an empty share; it is thread-safe. */
  public MemoryShare(MemoryAccount account) {
    this.account = account;
  }

  /**
   * Takes memory.
   *
   * @param bytes the estimated size
   * @return {@code null}, or the option that does not allow it; then nothing is taken
   */
  public synchronized @Nullable Option take(int bytes) {
    Option refusal = account.take(bytes);
    if (refusal == null) {
      taken += bytes;
    }
    return refusal;
  }

  /**
   * Gives memory back.
   *
   * @param bytes as many as were taken
   */
  public synchronized void give(int bytes) {
    taken -= bytes;
    account.give(bytes);
  }

  /** Gives everything back. */
  public synchronized void giveAll() {
    give(taken);
  }
}
