// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/** Reads what Redis says of its topology, and fails where it is not what it should be. */
final class Replies {
  private Replies() {}

  /**
   * Reads a number.
   *
   * @throws IllegalArgumentException if it is none
   */
  static int number(@Nullable Response field) {
    Integer number = field == null ? null : field.toInteger();
    if (number == null) {
      throw new IllegalArgumentException("Redis says " + field + " where a number belongs");
    }
    return number;
  }
}
