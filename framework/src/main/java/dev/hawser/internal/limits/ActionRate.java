// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import dev.hawser.internal.options.Option;
import dev.hawser.internal.options.OptionRange;

/**
 * How often clients may perform an action. Immutable.
 *
 * @param place its place among the rates of its channel, from 1 on
 * @param perSecond how often in a second for each subscription; 0 for no bound
 * @param perUserPerSecond how often in a second for each user; 0 for no bound
 */
public record ActionRate(int place, int perSecond, int perUserPerSecond) {
  /** The highest rate. */
  public static final int MOST = 1_000_000;

  /** The two bounds, as limits are reported. */
  @SuppressWarnings(
      "ImmutableEnumChecker") // Bounds are functions, which the checker cannot look into.
  public enum Bound implements Option {
    /** For each subscription. */
    PER_SECOND("@Action(perSecond)"),
    /** For each user. */
    PER_USER_PER_SECOND("@Action(perUserPerSecond)");

    private static final OptionRange RANGE =
        OptionRange.count(0).from(1).to(MOST).orZero();

    private final String optionName;

    Bound(String optionName) {
      this.optionName = optionName;
    }

    @Override
    public String optionName() {
      return optionName;
    }

    @Override
    public OptionRange range() {
      return RANGE;
    }
  }

  /** Returns whether there is any bound. */
  public boolean isBounded() {
    return perSecond > 0 || perUserPerSecond > 0;
  }
}
