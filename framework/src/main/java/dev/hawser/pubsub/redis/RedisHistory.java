// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hawser.history.HistoryEntry;
import dev.hawser.history.HistoryRead;
import dev.hawser.history.HistoryStore;
import dev.hawser.history.HistoryTerms;
import dev.hawser.history.StreamPosition;
import dev.hawser.pubsub.PubSubRefusedException;
import dev.hawser.pubsub.PubSubUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The history in the Redis of an adapter, whose messages are appended as they are published
 * ({@link Publication}). What belongs to a stream lies in keys in the slot of its channel.
 * Thread-safe.
 */
final class RedisHistory implements HistoryStore {
  private static final int RADIX = 36;
  private static final int MOST_WAITS = 10;

  /** A server that answers faster has read what was sent to it before the mark ended. */
  private static final long SWIFT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Vertx vertx;
  private final Function<RedisScript, Future<Response>> scripts;
  private final RedisConfig config;

  /**
   * Creates a store.
   *
   * @param scripts calls a script
   */
  RedisHistory(Vertx vertx, Function<RedisScript, Future<Response>> scripts, RedisConfig config) {
    this.vertx = vertx;
    this.scripts = scripts;
    this.config = config;
  }

  @Override
  public Future<StreamPosition> open(String stream, HistoryTerms terms) {
    return open(
        stream,
        List.of(
            random(),
            random(),
            String.valueOf(terms.last()),
            String.valueOf(terms.withinMs()),
            String.valueOf(terms.maxBytes()),
            String.valueOf(PlainStreams.MARKER_MS)),
        0);
  }

  /** Opens, and comes back when no publisher takes the stream for a plain one any more. */
  private Future<StreamPosition> open(String stream, List<String> arguments, int waits) {
    long begunAt = System.nanoTime();
    return call(stream, "open", arguments).compose(answer -> {
      long leftMs = Replies.largeNumber(answer.get(3));
      boolean swift = waits == 0 || System.nanoTime() - begunAt < SWIFT_NANOS;
      if (leftMs == 0 && swift) {
        return Future.succeededFuture(position(answer, 0));
      }
      if (waits == MOST_WAITS) {
        return Future.failedFuture(new PubSubUnavailableException(
            "Redis answers too slowly to begin the history of a stream", null));
      }
      return vertx
          .timer(swift ? leftMs : PlainStreams.MARKER_MS, TimeUnit.MILLISECONDS)
          .compose(due -> open(stream, arguments, waits + 1));
    });
  }

  @Override
  public Future<HistoryRead> readAfter(String stream, StreamPosition after) {
    return call(
            stream, "after", List.of(after.epoch(), String.valueOf(after.offset()), after.tag()))
        .map(RedisHistory::read);
  }

  @Override
  public Future<HistoryRead> readSince(String stream, long sinceMs) {
    return call(stream, "since", List.of(String.valueOf(sinceMs))).map(RedisHistory::read);
  }

  /** The call that begins another numbering, if the stream has one. */
  static RedisScript restart(HistoryKeys keys) {
    return new HistoryScript(keys, "restart", List.of(random(), random()));
  }

  private Future<Response> call(String stream, String operation, List<String> arguments) {
    HistoryKeys keys;
    try {
      String channel = config.names().channelOf(stream);
      keys = new HistoryKeys(config, channel, HashSlot.of(channel.getBytes(UTF_8)));
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(e);
    }
    return scripts
        .apply(new HistoryScript(keys, operation, arguments))
        .recover(failure -> Future.failedFuture(
            RedisErrors.isForbiddenScript(failure)
                ? new PubSubRefusedException("the Redis user has not the rights that histories"
                    + " need: " + RedisErrors.message(failure))
                : failure));
  }

  private static String random() {
    return Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), RADIX);
  }

  private static StreamPosition position(Response answer, int at) {
    return new StreamPosition(
        answer.get(at).toString(),
        Replies.largeNumber(answer.get(at + 1)),
        answer.get(at + 2).toString());
  }

  private static HistoryRead read(Response answer) {
    StreamPosition top = position(answer, 1);
    if (Replies.number(answer.get(0)) == 0) {
      return HistoryRead.lost(top);
    }
    List<HistoryEntry> entries = new ArrayList<>(answer.size() - 4);
    for (int i = 4; i < answer.size(); i++) {
      entries.add(entry(top.epoch(), answer.get(i).toBytes()));
    }
    return new HistoryRead(true, entries, top);
  }

  /** Reads what the script keeps: offset, time, tag of the one before, tag, line feed, payload. */
  private static HistoryEntry entry(String epoch, byte[] kept) {
    int end = 0;
    while (kept[end] != '\n') {
      end++;
    }
    String[] header = new String(kept, 0, end, ISO_8859_1).split(" ", -1);
    return new HistoryEntry(
        new StreamPosition(epoch, Long.parseLong(header[0]), header[3]),
        Long.parseLong(header[1]),
        Buffer.buffer().appendBytes(kept, end + 1, kept.length - end - 1));
  }
}
