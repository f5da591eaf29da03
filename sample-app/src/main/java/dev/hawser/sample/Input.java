// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import java.text.Normalizer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The limits of user input; the page checks them too, but only this check is reliable. */
final class Input {
  private static final int MAX_NAME = 24;
  private static final int MAX_MESSAGE = 500;
  private static final Pattern ROOM = Pattern.compile("(?=.{1,32}$)[a-z0-9]+(-[a-z0-9]+)*");

  /** Control characters, and those that turn or hide the text around them. */
  private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}]");

  private Input() {}

  static String name(@Nullable String text) {
    String name = text == null ? "" : Normalizer.normalize(text, Normalizer.Form.NFC);
    name = INVISIBLE.matcher(name).replaceAll(" ").strip().replaceAll("\\s+", " ");
    return bounded("name", name, MAX_NAME);
  }

  /**
   * A message keeps its line breaks and its emoji, some of which are joined by format characters.
   */
  static String message(@Nullable String text) {
    return bounded("message", text == null ? "" : text.strip(), MAX_MESSAGE);
  }

  static boolean isRoom(@Nullable String text) {
    return text != null && ROOM.matcher(text).matches();
  }

  private static String bounded(String what, String text, int max) {
    if (text.isEmpty()) {
      throw new InvalidInputException("The %s is empty.".formatted(what));
    }
    if (text.length() > max) {
      throw new InvalidInputException(
          "The %s is %d characters long; %d are allowed.".formatted(what, text.length(), max));
    }
    return text;
  }
}
