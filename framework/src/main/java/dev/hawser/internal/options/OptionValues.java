// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.options;

import dev.hawser.internal.options.OptionRange.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The values of all options of an enum: what was set, and the defaults of the rest. Values out of
 * range are kept, so that {@link #problems} can list all of them at once.
 *
 * <p>Not thread-safe while it is being set; a {@link #copy} is immutable.
 *
 * @param <O> the enum that declares the options
 */
public final class OptionValues<O extends Enum<O> & Option> {
  private final Class<O> type;
  private final O[] options;
  private final EnumSet<O> given;
  private final long[] values;
  private final boolean immutable;

  /**
   * Starts with the defaults.
   *
   * @param type the enum that declares the options
   */
  public OptionValues(Class<O> type) {
    this(type, EnumSet.noneOf(type), new long[type.getEnumConstants().length], false);
    applyDefaults();
  }

  private OptionValues(Class<O> type, EnumSet<O> given, long[] values, boolean immutable) {
    this.type = type;
    this.options = type.getEnumConstants();
    this.given = given;
    this.values = values;
    this.immutable = immutable;
  }

  /**
   * Returns an immutable copy, whose values are read with one array access each.
   *
   * @return a copy that throws {@link UnsupportedOperationException} when it is set
   */
  public OptionValues<O> copy() {
    return new OptionValues<>(type, given.clone(), values.clone(), true);
  }

  // -- setting

  /**
   * Sets a number.
   *
   * @param option an option that is no time
   * @param value its value, in or out of its range
   * @throws IllegalArgumentException if the option is a time
   * @throws UnsupportedOperationException if this is a copy
   */
  public void set(O option, long value) {
    if (option.range().unit() == Unit.TIME) {
      throw new IllegalArgumentException(option.optionName() + ": a number (expected: a Duration)");
    }
    put(option, value);
  }

  /**
   * Sets a time.
   *
   * @param option an option that is a time
   * @param value its value, in or out of its range; counted in nanoseconds, so at most 292 years
   * @throws IllegalArgumentException if the option is no time
   * @throws NullPointerException if the value is {@code null}; the message is the option's name
   * @throws UnsupportedOperationException if this is a copy
   */
  public void set(O option, Duration value) {
    Objects.requireNonNull(value, option.optionName());
    if (option.range().unit() != Unit.TIME) {
      throw new IllegalArgumentException(option.optionName() + ": a Duration (expected: a number)");
    }
    put(option, OptionRange.nanos(value));
  }

  private void put(O option, long value) {
    if (immutable) {
      throw new UnsupportedOperationException(option.optionName() + ": set in a copy");
    }
    given.add(option);
    values[index(option)] = value;
    applyDefaults();
  }

  /** Defaults may depend on other options, so each change computes them again. */
  private void applyDefaults() {
    for (O option : options) {
      if (!given.contains(option)) {
        values[index(option)] = option.range().byDefault().in(this::lookUp);
      }
    }
  }

  @SuppressWarnings("EnumOrdinal") // an EnumMap would box numbers that are read for each message
  private static int index(Enum<?> option) {
    return option.ordinal();
  }

  private long lookUp(Option option) {
    return get(type.cast(option));
  }

  // -- reading

  /**
   * Returns a value as it is held.
   *
   * @param option the option
   * @return what was set, or the default; nanoseconds if it is a time
   */
  public long get(O option) {
    return values[index(option)];
  }

  /**
   * Returns a value as an {@code int}.
   *
   * @param option an option that is no time
   * @return what was set, or the default
   * @throws ArithmeticException if it is larger than an {@code int}
   */
  public int count(O option) {
    return Math.toIntExact(get(option));
  }

  /**
   * Returns a time in milliseconds.
   *
   * @param option an option that is a time
   * @return what was set, or the default, in whole milliseconds
   */
  public long ms(O option) {
    return TimeUnit.NANOSECONDS.toMillis(get(option));
  }

  /**
   * Returns a time.
   *
   * @param option an option that is a time
   * @return what was set, or the default
   */
  public Duration duration(O option) {
    return Duration.ofNanos(get(option));
  }

  // -- reporting

  /**
   * Lists every value that is out of its range.
   *
   * @return one text for each, such as {@code maxFragments: 0 (expected: 1 to 65536)}, in the order
   *     of the enum; empty if all are in range
   */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (O option : options) {
      OptionRange range = option.range();
      long value = get(option);
      long least = range.least().in(this::lookUp);
      long most = range.most().in(this::lookUp);
      if ((value < least || value > most) && !(value == 0 && range.isZeroAllowed())) {
        problems.add(option.optionName()
            + ": "
            + range.unit().text(value)
            + " (expected: "
            + range.unit().text(least)
            + " to "
            + range.unit().text(most)
            + ")");
      }
    }
    return problems;
  }

  /**
   * Lists the options that differ from their defaults.
   *
   * @return the options, in the order of the enum
   */
  public List<O> changed() {
    return given.stream()
        .filter(option -> get(option) != option.range().byDefault().in(this::lookUp))
        .toList();
  }

  /**
   * Shows the options that differ from their defaults, for a log line.
   *
   * @return such as {@code pingInterval=PT5S maxFragments=16}; empty if there is none
   */
  @Override
  public String toString() {
    return changed().stream()
        .map(option -> option.optionName() + "=" + option.range().unit().text(get(option)))
        .collect(Collectors.joining(" "));
  }
}
