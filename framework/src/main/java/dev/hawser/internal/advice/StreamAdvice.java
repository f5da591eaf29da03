// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.advice;

import dev.hawser.internal.log.LogText;
import java.util.Collection;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the stream that a broadcast without subscribers may have been meant for. Most broadcasts
 * without subscribers are correct: no page is open. So only names that differ by a typing mistake
 * are found, compared part by part as in {@code chat:lobby}; names that differ only in digits are
 * two models. Thread-safe, without state.
 */
public final class StreamAdvice {
  private static final int LONGEST = 256;
  private static final int MOST_COMPARED = 256;
  private static final int LETTERS_PER_SLIP = 4;
  private static final int MOST_SLIPS = 2;
  private static final Pattern DIGITS = Pattern.compile("\\d+");

  private StreamAdvice() {}

  /**
   * Suggests the stream that was meant.
   *
   * @param broadcasting name of the stream that was broadcast to
   * @param subscribed names of the streams that have subscribers; the first {@value #MOST_COMPARED}
   *     are compared
   * @return such as {@code did you mean "chat:lobby"?}; {@code null} if the name is among them, or
   *     none is near
   */
  public static @Nullable String suggestion(String broadcasting, Collection<String> subscribed) {
    if (broadcasting.length() > LONGEST || subscribed.contains(broadcasting)) {
      return null;
    }
    return subscribed.stream()
        .limit(MOST_COMPARED)
        .filter(name -> name.length() <= LONGEST && isSlip(broadcasting, name))
        .findFirst()
        .map(name -> "did you mean " + LogText.quote(name, LONGEST) + "?")
        .orElse(null);
  }

  private static boolean isSlip(String written, String meant) {
    String[] parts = written.toLowerCase(Locale.ROOT).split(":", -1);
    String[] others = meant.toLowerCase(Locale.ROOT).split(":", -1);
    if (parts.length != others.length || withoutDigits(written).equals(withoutDigits(meant))) {
      return false;
    }
    for (int i = 0; i < parts.length; i++) {
      if (!isNear(parts[i], others[i])) {
        return false;
      }
    }
    return true;
  }

  private static String withoutDigits(String name) {
    return DIGITS.matcher(name).replaceAll("");
  }

  private static boolean isNear(String part, String other) {
    int length = Math.max(part.length(), other.length());
    int most = Math.min(MOST_SLIPS, length / LETTERS_PER_SLIP);
    return Names.distance(part, other, most + 1) <= most;
  }
}
