// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.internal.log.LogText;
import io.vertx.redis.client.Request;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which streams have no history, so that most messages need no script. Redis says so in
 * answer to a message, for one stream or for all, and sets a mark for {@link #MARKER_MS}. Messages
 * within {@link #TRUST_MS} of the question are published plainly; opening the history of a stream
 * waits until the marks have expired. If more messages are published to the stream, one of them
 * asks again before that time ends, so that the others need no script. Confined to the adapter's
 * loop.
 */
final class PlainStreams {
  /** For how long Redis keeps a mark. */
  static final long MARKER_MS = 2000;

  private static final long TRUST_MS = 500;
  private static final int NO_HISTORY = 0;
  private static final int NO_HISTORY_AT_ALL = 3;
  private static final int MOST_STREAMS = 16_384;
  private static final long MARKER_NANOS = TimeUnit.MILLISECONDS.toNanos(MARKER_MS);
  private static final long TRUST_NANOS = TimeUnit.MILLISECONDS.toNanos(TRUST_MS);
  private static final Logger log = LoggerFactory.getLogger(PlainStreams.class);

  private final Map<String, Trust> streams = new LinkedHashMap<>();
  private final Map<String, Integer> asking = new HashMap<>();
  private Trust all = new Trust(System.nanoTime() - TRUST_NANOS);
  private boolean refused;
  private boolean warned;

  /** That there is no history, for a while after the question. */
  private static final class Trust {
    private final long askedAtNanos;
    private boolean askedAgain;

    Trust(long askedAtNanos) {
      this.askedAtNanos = askedAtNanos;
    }

    boolean isOver(long now) {
      return now - askedAtNanos >= TRUST_NANOS;
    }

    /** Whether half of the time has passed and no message has asked again. */
    boolean isHalfOver(long now) {
      return !askedAgain && now - askedAtNanos >= TRUST_NANOS / 2;
    }

    /** Whether to ask again, true once, when half of the time has passed. */
    boolean mustAsk(long now) {
      boolean ask = isHalfOver(now);
      askedAgain |= ask;
      return ask;
    }
  }

  /**
   * Returns the command for a message that is written at the end of this turn. {@link #ended} must
   * follow.
   *
   * @param now what the clock of {@link System#nanoTime} says
   */
  Request request(Publication message, boolean sharded, long now) {
    Request request = chosen(message, sharded, now);
    if (message.isAsking()) {
      asking.merge(message.channel(), 1, Integer::sum);
    }
    return request;
  }

  private Request chosen(Publication message, boolean sharded, long now) {
    if (refused || message.isPassing()) {
      return message.plain(sharded, now);
    }
    Trust trust = all.isOver(now) ? streams.get(message.channel()) : all;
    if (trust == null || trust.isOver(now)) {
      streams.remove(message.channel());
      return message.append(sharded, now);
    }
    return trust.mustAsk(now)
        ? message.append(sharded, now)
        : message.plain(sharded, trust.askedAtNanos);
  }

  /** A message that was sent is answered, or its link has ended. */
  void ended(Publication message) {
    if (message.isAsking()) {
      asking.computeIfPresent(message.channel(), (name, count) -> count == 1 ? null : count - 1);
    }
  }

  /**
   * Whether a message would be published plainly while an earlier one of its stream asks. Redis may
   * refuse the script of that one, because it has not the slot or does not know the script, and
   * carry the plain message out. A passing message need not wait: in a stream with history each of
   * them would wait.
   */
  boolean mightOvertake(Publication message) {
    return !asking.isEmpty()
        && asking.containsKey(message.channel())
        && !message.isPassing()
        && isPlain(message.channel(), System.nanoTime());
  }

  private boolean isPlain(String channel, long now) {
    Trust trust = all.isOver(now) ? streams.get(channel) : all;
    return refused || (trust != null && !trust.isOver(now) && !trust.isHalfOver(now));
  }

  /** Takes the answer of {@code history.lua} to a message. */
  void answered(Publication message, int answer) {
    if (answer == NO_HISTORY_AT_ALL) {
      all = new Trust(message.plainSinceNanos());
    } else if (answer == NO_HISTORY) {
      if (streams.size() >= MOST_STREAMS) {
        streams.remove(streams.keySet().iterator().next());
      }
      streams.put(message.channel(), new Trust(message.plainSinceNanos()));
    }
  }

  /**
   * Whether a message may have been published when the mark was gone.
   *
   * @param now when it was answered
   */
  boolean isLate(Publication message, long now) {
    return !refused && now - message.plainSinceNanos() > MARKER_NANOS;
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

  /** There is a new link: its server may know no marks, and its user may have got the right. */
  void reconnected() {
    streams.clear();
    all = new Trust(System.nanoTime() - TRUST_NANOS);
    refused = false;
  }
}
