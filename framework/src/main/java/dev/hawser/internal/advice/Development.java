// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.advice;

import dev.hawser.internal.protocol.ServerMessages;
import org.jspecify.annotations.Nullable;

/**
 * Development mode: what the server refuses is told to the page, with the text of exceptions. Off
 * unless an application or a developer's command line turns it on.
 */
public final class Development {
  /** The system property that turns it on: {@code -Dhawser.developmentMode=true}. */
  public static final String PROPERTY = "hawser.developmentMode";

  private static final int MOST_CHARACTERS = 1024;

  private Development() {}

  /** Returns whether the system property turns it on. */
  public static boolean isWanted() {
    return Boolean.getBoolean(PROPERTY);
  }

  /**
   * Returns the message for the page.
   *
   * @param action what was refused, such as {@code ChatChannel#speak}
   * @param identifier the subscription that it was about; {@code null} if there is none
   * @param reason why
   * @param suggestion what to do about it; {@code null} if that is clear
   * @return the JSON text
   */
  public static byte[] advice(
      String action, @Nullable String identifier, String reason, @Nullable String suggestion) {
    return ServerMessages.advice(
        cut(action), identifier, cut(reason), suggestion == null ? null : cut(suggestion));
  }

  private static String cut(String text) {
    return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "…";
  }
}
