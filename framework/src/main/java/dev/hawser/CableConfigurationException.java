// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.util.List;

/**
 * Everything that is wrong with a cable's configuration, found when it is built.
 *
 * @since 0.1.0
 */
public final class CableConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient List<String> problems;

  CableConfigurationException(String subject, List<String> problems) {
    super(subject + " cannot be built:\n  - " + String.join("\n  - ", problems));
    this.problems = List.copyOf(problems);
  }

  /**
   * Returns the problems, each naming the option, class or method it is about and the fix.
   *
   * @return at least one problem
   */
  public List<String> problems() {
    return problems;
  }
}
