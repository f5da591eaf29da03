// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.advice;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parts that a cable has one of and that serve no other cable: its adapter, its stores. Not
 * thread-safe.
 */
public final class SingleSettings {
  private final Map<String, List<Object>> given = new LinkedHashMap<>();

  /** Starts without any. */
  public SingleSettings() {}

  /**
   * Notes a part; a second one of its name is a problem.
   *
   * @param name what the builder calls it
   * @param part the part
   */
  public void setOnce(String name, Object part) {
    given.computeIfAbsent(name, first -> new ArrayList<>(1)).add(part);
  }

  /**
   * Lists the parts that were set twice, and those that another cable has.
   *
   * @return one text for each; empty if all is well
   */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    given.forEach((name, parts) -> {
      if (parts.size() > 1) {
        problems.add(
            name + ": set " + parts.size() + " times, to " + names(parts) + " (expected: once)");
      }
      for (Object part : parts) {
        if (OwnedParts.ofThisProcess().has(part)) {
          problems.add(name + ": a " + part.getClass().getSimpleName()
              + " that serves another cable already (expected: one of its own for each cable)");
        }
      }
    });
    return problems;
  }

  private static String names(List<Object> parts) {
    return String.join(
        " and ", parts.stream().map(part -> part.getClass().getSimpleName()).toList());
  }

  /** The parts serve a cable from now on. */
  public void own() {
    given.values().forEach(parts -> parts.forEach(OwnedParts.ofThisProcess()::add));
  }
}
