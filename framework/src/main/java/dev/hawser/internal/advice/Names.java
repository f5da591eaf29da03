// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.advice;

import dev.hawser.internal.log.LogText;
import java.util.Collection;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the known name that is nearest to one that is not known. The unknown one may be a client's,
 * so only its first {@value #LONGEST} characters are compared. Thread-safe, without state.
 */
public final class Names {
  private static final int LONGEST = 64;
  private static final int MOST_LISTED = 8;
  private static final int MOST_COMPARED = 256;
  private static final int FAR = Integer.MAX_VALUE;

  private Names() {}

  /**
   * Suggests what to write instead of an unknown name.
   *
   * @param unknown what was written
   * @param known the names there are
   * @return such as {@code did you mean "speak"?} or {@code expected: one of "leave", "speak"}; the
   *     text is safe to log
   */
  public static String suggestion(String unknown, Collection<String> known) {
    String nearest = nearest(unknown, known);
    if (nearest != null) {
      return "did you mean " + quote(nearest) + "?";
    }
    if (known.isEmpty()) {
      return "there is none";
    }
    String listed = new TreeSet<>(known)
        .stream().limit(MOST_LISTED).map(Names::quote).collect(Collectors.joining(", "));
    return "expected: one of " + listed + (known.size() > MOST_LISTED ? ", …" : "");
  }

  private static String quote(String name) {
    return LogText.quote(name, LONGEST);
  }

  /**
   * Finds the nearest name.
   *
   * @param unknown what was written
   * @param known the names there are; the first {@value #MOST_COMPARED} are compared
   * @return the known name that differs in the fewest letters, in a third of them at most;
   *     {@code null} if there is none
   */
  public static @Nullable String nearest(String unknown, Collection<String> known) {
    return nearest(unknown, known, Math.max(1, unknown.length() / 3));
  }

  /**
   * Finds the nearest name.
   *
   * @param unknown what was written
   * @param known the names there are; the first {@value #MOST_COMPARED} are compared
   * @param most how many letters may differ
   * @return the known name that differs in the fewest letters; {@code null} if there is none
   */
  static @Nullable String nearest(String unknown, Collection<String> known, int most) {
    if (unknown.isEmpty() || unknown.length() > LONGEST) {
      return null;
    }
    String written = unknown.toLowerCase(Locale.ROOT);
    int best = most + 1;
    String nearest = null;
    int compared = 0;
    for (String name : known) {
      if (compared++ == MOST_COMPARED) {
        break;
      }
      int distance = distance(written, name.toLowerCase(Locale.ROOT), best);
      if (distance < best) {
        best = distance;
        nearest = name;
      }
    }
    return nearest;
  }

  /**
   * How many letters differ, a swap of two neighbours counting as one; {@link #FAR} where it is
   * clear before that there are as many as the limit.
   */
  static int distance(String one, String other, int limit) {
    if (Math.abs(one.length() - other.length()) >= limit) {
      return FAR;
    }
    int[] beforeLast = new int[other.length() + 1];
    int[] last = new int[other.length() + 1];
    int[] row = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      row[0] = i;
      int least = i;
      for (int j = 1; j <= other.length(); j++) {
        int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(last[j - 1] + change, Math.min(last[j], row[j - 1]) + 1);
        if (i > 1 && j > 1 && isSwapped(one, i, other, j)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
        least = Math.min(least, row[j]);
      }
      if (least >= limit) {
        return FAR;
      }
      int[] spare = beforeLast;
      beforeLast = last;
      last = row;
      row = spare;
    }
    return last[other.length()];
  }

  private static boolean isSwapped(String one, int i, String other, int j) {
    return one.charAt(i - 1) == other.charAt(j - 2) && one.charAt(i - 2) == other.charAt(j - 1);
  }
}
