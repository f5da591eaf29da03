// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.options;

/**
 * One numeric option of a builder. Implemented by enums, whose constants are immutable and
 * thread-safe (Error Prone cannot see that of a range: suppress {@code ImmutableEnumChecker}).
 */
public interface Option {

  /**
   * Returns the name that users know the option by.
   *
   * @return the name of the builder's method, such as {@code pingInterval}
   */
  String optionName();

  /**
   * Returns what the option may be set to, and what it is otherwise.
   *
   * @return the default and the range
   */
  OptionRange range();
}
