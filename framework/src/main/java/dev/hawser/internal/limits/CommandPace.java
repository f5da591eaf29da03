// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import java.util.Arrays;

/**
 * How fast the commands of one subscription come, by each of the rates that they have to keep. What
 * is refused does not count. Used in turn.
 */
public final class CommandPace {
  private final long[] paidUntil;

  /**
   * Starts with every rate kept.
   *
   * @param rates how many rates there are
   * @param now the clock, in ns
   */
  public CommandPace(int rates, long now) {
    this.paidUntil = new long[rates];
    Arrays.fill(paidUntil, now);
  }

  /**
   * Counts a command, if its rate admits it.
   *
   * @param place the place of its rate
   * @param now the clock, in ns
   * @return whether it does
   */
  public boolean admits(int place, TokenBucket rate, long now) {
    long next = rate.take(paidUntil[place], now);
    if (rate.waitNanos(next, now) > 0) {
      return false;
    }
    paidUntil[place] = next;
    return true;
  }
}
