// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.options;

import static dev.hawser.internal.options.OptionBound.fixed;

import java.time.Duration;

/**
 * The unit, default, least and greatest value of an {@link Option}, as in
 * {@code time(ofSeconds(30)).from(times(3, PING_INTERVAL)).to(ofHours(1)).orZero()}. Without
 * {@link #from} and {@link #to} any value is in range. Immutable.
 */
public final class OptionRange {
  /** Bytes of a kibibyte. */
  public static final int KIB = 1024;

  /** Bytes of a mebibyte. */
  public static final int MIB = 1024 * KIB;

  /** What the number of an option counts. */
  public enum Unit {
    /** Nanoseconds; set and shown as a {@link Duration}. */
    TIME,
    /** Bytes. */
    BYTES,
    /** Things, or things per second. */
    COUNT,
    /** Hundredths. */
    PERCENT;

    /**
     * Shows a number as error messages and logs do.
     *
     * @param number a number in this unit
     * @return the duration in ISO-8601, such as {@code PT0.03S}, or the decimal number
     */
    public String text(long number) {
      return this == TIME ? Duration.ofNanos(number).toString() : Long.toString(number);
    }
  }

  private final Unit unit;
  private final OptionBound byDefault;
  private final OptionBound least;
  private final OptionBound most;
  private final boolean orZero;

  private OptionRange(
      Unit unit, OptionBound byDefault, OptionBound least, OptionBound most, boolean orZero) {
    this.unit = unit;
    this.byDefault = byDefault;
    this.least = least;
    this.most = most;
    this.orZero = orZero;
  }

  private static OptionRange of(Unit unit, OptionBound byDefault) {
    return new OptionRange(unit, byDefault, fixed(Long.MIN_VALUE), fixed(Long.MAX_VALUE), false);
  }

  /**
   * Starts the range of a time.
   *
   * @param byDefault the default
   * @return a range that holds every duration
   */
  public static OptionRange time(Duration byDefault) {
    return of(Unit.TIME, fixed(nanos(byDefault)));
  }

  /**
   * Starts the range of a number of bytes.
   *
   * @param byDefault the default, in bytes
   * @return a range that holds every number
   */
  public static OptionRange bytes(long byDefault) {
    return bytes(fixed(byDefault));
  }

  /**
   * Starts the range of a number of bytes whose default depends on other options.
   *
   * @param byDefault the default, in bytes
   * @return a range that holds every number
   */
  public static OptionRange bytes(OptionBound byDefault) {
    return of(Unit.BYTES, byDefault);
  }

  /**
   * Starts the range of a count or a rate.
   *
   * @param byDefault the default
   * @return a range that holds every number
   */
  public static OptionRange count(long byDefault) {
    return of(Unit.COUNT, fixed(byDefault));
  }

  /**
   * Starts the range of a percentage.
   *
   * @param byDefault the default, in percent
   * @return a range that holds every number
   */
  public static OptionRange percent(long byDefault) {
    return of(Unit.PERCENT, fixed(byDefault));
  }

  /**
   * Sets the least value.
   *
   * @param value the bound, inclusive, in nanoseconds if it is one of a time
   * @return a range with that bound
   */
  public OptionRange from(OptionBound value) {
    return new OptionRange(unit, byDefault, value, most, orZero);
  }

  /**
   * Sets the least value of a number.
   *
   * @param value the bound, inclusive
   * @return a range with that bound
   */
  public OptionRange from(long value) {
    return from(fixed(value));
  }

  /**
   * Sets the least value of a time.
   *
   * @param value the bound, inclusive
   * @return a range with that bound
   */
  public OptionRange from(Duration value) {
    return from(fixed(nanos(value)));
  }

  /**
   * Sets the greatest value.
   *
   * @param value the bound, inclusive, in nanoseconds if it is one of a time
   * @return a range with that bound
   */
  public OptionRange to(OptionBound value) {
    return new OptionRange(unit, byDefault, least, value, orZero);
  }

  /**
   * Sets the greatest value of a number.
   *
   * @param value the bound, inclusive
   * @return a range with that bound
   */
  public OptionRange to(long value) {
    return to(fixed(value));
  }

  /**
   * Sets the greatest value of a time.
   *
   * @param value the bound, inclusive
   * @return a range with that bound
   */
  public OptionRange to(Duration value) {
    return to(fixed(nanos(value)));
  }

  /**
   * Allows 0 besides, which turns the option off.
   *
   * @return a range that holds 0, too
   */
  public OptionRange orZero() {
    return new OptionRange(unit, byDefault, least, most, true);
  }

  /**
   * Returns what the option counts.
   *
   * @return the unit of the default and the bounds
   */
  public Unit unit() {
    return unit;
  }

  /**
   * Returns the value of the option when it is not set.
   *
   * @return the default
   */
  public OptionBound byDefault() {
    return byDefault;
  }

  /**
   * Returns the least value of the option, apart from 0 if that turns it off.
   *
   * @return the bound, inclusive
   */
  public OptionBound least() {
    return least;
  }

  /**
   * Returns the greatest value of the option.
   *
   * @return the bound, inclusive
   */
  public OptionBound most() {
    return most;
  }

  /**
   * Returns whether 0 turns the option off.
   *
   * @return whether 0 is allowed, whatever the least value is
   */
  public boolean isZeroAllowed() {
    return orZero;
  }

  /** The duration in nanoseconds, as many as a {@code long} can hold. */
  static long nanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException tooLong) {
      return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }
}
