// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import java.util.Collection;
import java.util.List;

/** How failures show what was there instead: one message a line, the latest ones, cut. */
final class Listing {
  private static final int MOST_LINES = 20;
  private static final int LONGEST_LINE = 500;

  private Listing() {}

  /**
   * Returns lines to put after a sentence.
   *
   * @param what such as {@code transmissions}
   */
  static String of(String what, Collection<?> items) {
    if (items.isEmpty()) {
      return "\n  there were no " + what;
    }
    List<?> all = List.copyOf(items);
    List<?> shown = all.subList(Math.max(0, all.size() - MOST_LINES), all.size());
    StringBuilder text = new StringBuilder("\n  there were " + all.size() + " " + what
        + (shown.size() < all.size() ? ", the last " + shown.size() + " of them:" : ":"));
    shown.forEach(item -> text.append("\n    ").append(cut(String.valueOf(item))));
    return text.toString();
  }

  static String cut(String line) {
    return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "…";
  }
}
