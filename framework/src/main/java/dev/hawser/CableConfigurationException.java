// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.util.List;

/**
 * A cable or a broadcaster cannot be built; the exception lists everything that is wrong with its
 * configuration. {@link CableBuilder#build} and {@link Broadcaster.Builder#build} throw it.
 * Immutable.
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
   * Returns the problems, each with the option, class or method that it concerns, and what to do.
   *
   * @return one text per problem, at least one
   */
  public List<String> problems() {
    return problems;
  }
}
