// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/** Reads the fields of Redis' replies. */
final class Replies {
  private Replies() {}

  /**
   * Reads a number.
   *
   * @throws IllegalArgumentException if the field is missing or is not a number
   */
  static int number(@Nullable Response field) {
    Integer number = field == null ? null : field.toInteger();
    if (number == null) {
      throw new IllegalArgumentException("Redis replied " + field + " (expected: a number)");
    }
    return number;
  }

  /**
   * Reads a number that may be large.
   *
   * @throws IllegalArgumentException if the field is missing or is not a number
   */
  static long largeNumber(@Nullable Response field) {
    Long number = field == null ? null : field.toLong();
    if (number == null) {
      throw new IllegalArgumentException("Redis replied " + field + " (expected: a number)");
    }
    return number;
  }

  /** Reads a text, empty if the field is missing. */
  static String text(@Nullable Response field) {
    return field == null ? "" : field.toString();
  }
}
