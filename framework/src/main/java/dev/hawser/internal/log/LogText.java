// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.log;

import org.jspecify.annotations.Nullable;

/**
 * A value that is not ours, as it may stand in a line of the log: whatever could break the line or
 * change how it is displayed is escaped as {@code \}{@code uXXXX}, and what is too long is cut.
 * Every value that clients, nodes or applications chose goes through here, at every level.
 *
 * <p>The work is done by {@link #toString}, so that a line that is not written costs nothing.
 * Immutable, if the value is.
 */
public final class LogText {
  /** How many characters of a value are shown. */
  public static final int MOST_CHARACTERS = 256;

  private final @Nullable Object value;
  private final int mostCharacters;

  private LogText(@Nullable Object value, int mostCharacters) {
    this.value = value;
    this.mostCharacters = mostCharacters;
  }

  /**
   * Returns a value as a parameter for a line of the log.
   *
   * @param value what is shown by its {@code toString}
   * @return an object whose {@code toString} is safe to log
   */
  public static LogText of(@Nullable Object value) {
    return new LogText(value, MOST_CHARACTERS);
  }

  /**
   * Returns a throwable for the log: the same one if its messages are safe to log, else a copy with
   * the same stack traces whose messages are escaped and cut.
   *
   * @param failure what failed, with its causes
   * @return a throwable to log, and not to throw
   */
  public static @Nullable Throwable of(@Nullable Throwable failure) {
    return failure == null || EscapedThrowable.isSafe(failure)
        ? failure
        : EscapedThrowable.copyOf(failure);
  }

  /**
   * Returns a text in double quotes, escaped and cut. A quote or backslash in it is escaped as in
   * JSON, so that the end of the text is where it seems to be.
   *
   * @param value the text
   * @param mostCharacters how many of its characters are shown
   * @return the text, safe to log
   */
  public static String quote(String value, int mostCharacters) {
    int end = end(value, mostCharacters);
    StringBuilder out = new StringBuilder(end + 2).append('"');
    for (int i = 0; i < end; ) {
      i = appendQuoted(out, value, i);
    }
    return appendCut(out.append('"'), value.length() - end).toString();
  }

  /** Returns the value, escaped and cut. */
  @Override
  public String toString() {
    return escape(String.valueOf(value), mostCharacters);
  }

  /** Returns the text itself if there is nothing to do, as is usual. */
  static String escape(String text, int mostCharacters) {
    int end = end(text, mostCharacters);
    int clean = cleanUpTo(text, end);
    if (clean == text.length()) {
      return text;
    }
    StringBuilder out = new StringBuilder(end + 32).append(text, 0, clean);
    for (int i = clean; i < end; ) {
      i = append(out, text, i);
    }
    return appendCut(out, text.length() - end).toString();
  }

  /** Whether a text needs neither to be escaped nor to be cut. */
  static boolean isSafe(String text, int mostCharacters) {
    return text.length() <= mostCharacters && cleanUpTo(text, text.length()) == text.length();
  }

  /**
   * Appends one character of a quoted text, escaped; for texts that are put together piece by
   * piece.
   *
   * @param out gets the character
   * @param text the text
   * @param at index of the character
   * @return index of the next character
   */
  public static int appendQuoted(StringBuilder out, String text, int at) {
    char c = text.charAt(at);
    if (c == '"' || c == '\\') {
      out.append('\\');
    }
    return append(out, text, at);
  }

  private static int append(StringBuilder out, String text, int at) {
    int next = at + Character.charCount(text.codePointAt(at));
    if (isClean(text.codePointAt(at))) {
      out.append(text, at, next);
    } else {
      for (int i = at; i < next; i++) {
        out.append(String.format("\\u%04X", (int) text.charAt(i)));
      }
    }
    return next;
  }

  private static StringBuilder appendCut(StringBuilder out, int cut) {
    return cut == 0 ? out : out.append("… (").append(cut).append(" more)");
  }

  /** Where a text is cut: never between the halves of one character. */
  private static int end(String text, int mostCharacters) {
    if (text.length() <= mostCharacters) {
      return text.length();
    }
    boolean inside = Character.isHighSurrogate(text.charAt(mostCharacters - 1))
        && Character.isLowSurrogate(text.charAt(mostCharacters));
    return inside ? mostCharacters - 1 : mostCharacters;
  }

  private static int cleanUpTo(String text, int end) {
    int i = 0;
    while (i < end && isClean(text.codePointAt(i))) {
      i += Character.charCount(text.codePointAt(i));
    }
    return i;
  }

  /** Formats are invisible and may reorder what is displayed: bidi marks, joiners, tags. */
  private static boolean isClean(int codePoint) {
    if (codePoint < 0x7F) {
      return codePoint >= ' ';
    }
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE -> false;
      default -> true;
    };
  }
}
