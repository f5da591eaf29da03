// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub;

import io.vertx.redis.client.Response;

/** Tells apart what a failed command of the Vert.x client means. */
final class RedisErrors {
  private static final String CLIENT_CLOSED = "CONNECTION_CLOSED";

  private RedisErrors() {}

  /** Whether Redis answered, with an error, so that the connection is well. */
  static boolean isReply(Throwable failure) {
    return failure instanceof Response && !CLIENT_CLOSED.equals(failure.getMessage());
  }

  static String message(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }

  /** Whether the slot is elsewhere, or nowhere yet: the command was not carried out. */
  static boolean isMisdirected(String message) {
    return message.startsWith("MOVED ")
        || message.startsWith("ASK ")
        || message.startsWith("TRYAGAIN")
        || message.startsWith("CLUSTERDOWN");
  }
}
