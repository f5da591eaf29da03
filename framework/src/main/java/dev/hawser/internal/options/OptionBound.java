// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.options;

/**
 * A default or a limit of an {@link OptionRange}: fixed, or computed from the values of other
 * options. Times are in nanoseconds. A computed default may only use options that are declared
 * before its own. Implementations must be thread-safe.
 */
@FunctionalInterface
public interface OptionBound {

  /** The values that bounds are computed from. Thread-safe if the values behind it are. */
  @FunctionalInterface
  interface Values {

    /**
     * Returns the value of an option.
     *
     * @param option an option of the same enum
     * @return its value, which may be out of its range; nanoseconds if it is a time
     */
    long get(Option option);
  }

  /**
   * Computes the bound.
   *
   * @param values the values of all options
   * @return the bound, in nanoseconds if it is one of a time
   */
  long in(Values values);

  /**
   * Returns a bound that is always the same.
   *
   * @param value the bound, in nanoseconds if it is one of a time
   * @return the bound
   */
  static OptionBound fixed(long value) {
    return values -> value;
  }

  /**
   * Returns a bound that is the value of another option.
   *
   * @param other the other option
   * @return the bound
   */
  static OptionBound sameAs(Option other) {
    return values -> values.get(other);
  }

  /**
   * Returns a bound that is one more than the value of another option.
   *
   * @param other the other option
   * @return the bound
   */
  static OptionBound above(Option other) {
    return values -> Math.max(values.get(other), values.get(other) + 1);
  }

  /**
   * Returns a bound that is a multiple of another option.
   *
   * @param factor how many times its value, at least 1
   * @param other the other option
   * @return the bound, which stops at the largest and smallest number instead of overflowing
   */
  static OptionBound times(int factor, Option other) {
    return values -> {
      long value = values.get(other);
      long most = Long.MAX_VALUE / factor;
      return Math.max(-most, Math.min(most, value)) * factor;
    };
  }
}
