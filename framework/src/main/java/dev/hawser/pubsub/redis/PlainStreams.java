// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.internal.log.LogText;
import io.vertx.redis.client.Request;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which streams have no history, so that most messages need no script. Redis says so in
 * answer to a message, and marks the stream for {@link #MARKER_MS}. What is sent within
 * {@link #TRUST_MS} of the question is published plainly; who opens the history of the stream waits
 * until the mark is gone. Confined to the adapter's loop.
 */
final class PlainStreams {
  /** For how long Redis keeps the mark. */
  static final long MARKER_MS = 2000;

  private static final long TRUST_MS = 500;
  private static final int MOST_STREAMS = 16_384;
  private static final long MARKER_NANOS = TimeUnit.MILLISECONDS.toNanos(MARKER_MS);
  private static final long TRUST_NANOS = TimeUnit.MILLISECONDS.toNanos(TRUST_MS);
  private static final Logger log = LoggerFactory.getLogger(PlainStreams.class);

  private final Map<String, Long> askedAtNanos = new LinkedHashMap<>();
  private boolean refused;
  private boolean warned;

  /** Returns the command for a message that is written now. */
  Request request(Publication message, boolean sharded) {
    long now = System.nanoTime();
    if (refused) {
      return message.plain(sharded, now);
    }
    Long askedAt = askedAtNanos.get(message.channel());
    if (askedAt == null) {
      return message.append(sharded, now);
    }
    if (now - askedAt < TRUST_NANOS) {
      return message.plain(sharded, askedAt);
    }
    askedAtNanos.remove(message.channel());
    return message.append(sharded, now);
  }

  /** The stream of a message has no history. */
  void add(Publication message) {
    if (askedAtNanos.size() >= MOST_STREAMS) {
      askedAtNanos.remove(askedAtNanos.keySet().iterator().next());
    }
    askedAtNanos.put(message.channel(), message.plainSinceNanos());
  }

  /** Whether a message that was answered now may have been published when the mark was gone. */
  boolean isLate(Publication message) {
    return !refused && System.nanoTime() - message.plainSinceNanos() > MARKER_NANOS;
  }

  /** The user may not run the script: everything is published plainly. */
  void refused(String error) {
    refused = true;
    if (!warned) {
      warned = true;
      log.warn(
          "the Redis user may not run scripts on the keys of histories, so broadcasts are not kept:"
              + " problem={}",
          LogText.of(error));
    }
  }

  /** There is a new link, whose user may have got the right. */
  void reconnected() {
    refused = false;
  }
}
