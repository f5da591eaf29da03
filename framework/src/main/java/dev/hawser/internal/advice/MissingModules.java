// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.advice;

/** Completes what Jackson says about types that it knows with a module only. */
public final class MissingModules {
  private static final String ASKED = "add Module \"";

  private MissingModules() {}

  /**
   * Adds how a cable gets a module, if that is what a message asks for.
   *
   * @param problem Jackson's message
   * @return the message, and the fix
   */
  public static String explain(String problem) {
    return problem.contains(ASKED)
        ? problem + ": put that jar on the class path; java.time works by itself then, any other"
            + " module is given to CableBuilder.jacksonModules(…)"
        : problem;
  }
}
