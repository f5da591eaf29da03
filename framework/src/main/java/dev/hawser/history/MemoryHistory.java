// SPDX-License-Identifier: Apache-2.0
package dev.hawser.history;

import dev.hawser.internal.log.LogText;
import dev.hawser.internal.log.LogThrottle;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The history of a single node: it forgets with the process, and has other epochs then.
 *
 * <pre>{@code
 * private final MemoryHistory history = MemoryHistory.create(16 * 1024 * 1024);
 *
 * @Override
 * public HistoryStore history() {
 *   return history;
 * }
 * }</pre>
 *
 * <p>All streams together take a bounded number of bytes: the payloads, about 160 bytes more for
 * each, and about 512 bytes and the name for each stream. Above the bound the oldest broadcasts of
 * all streams are removed, and then the streams that were not used for the longest time; a client
 * that asks for a removed broadcast is told that it is lost. A stream that was not opened or
 * published to for 24 hours is forgotten when the next one is opened or published to.
 *
 * <p>Its positions have no tags, because memory cannot go back. Thread-safe.
 *
 * @since 0.1.0
 */
public final class MemoryHistory implements HistoryStore {
  private static final Logger log = LoggerFactory.getLogger(MemoryHistory.class);
  private static final StreamPosition NOWHERE = new StreamPosition("", 0, "");

  private final LogThrottle throttle = new LogThrottle(Duration.ofMinutes(1));
  private final ConcurrentMap<String, StreamLog> streams = new ConcurrentHashMap<>();
  private final HistoryMemory memory;
  private final LongSupplier clockMs;
  private volatile boolean closed;

  /** Takes ms since 1970 from a clock. */
  MemoryHistory(long maxBytes, LongSupplier clockMs) {
    this.memory = new HistoryMemory(maxBytes);
    this.clockMs = clockMs;
  }

  /**
   * Creates a store for one adapter.
   *
   * @param maxBytes most bytes that all streams take together
   * @return a new store
   */
  public static MemoryHistory create(long maxBytes) {
    return create(maxBytes, Clock.systemUTC());
  }

  /**
   * Creates a store for one adapter, with a clock of its own.
   *
   * @param maxBytes most bytes that all streams take together
   * @param clock tells how old a broadcast is
   * @return a new store
   */
  public static MemoryHistory create(long maxBytes, Clock clock) {
    return new MemoryHistory(maxBytes, clock::millis);
  }

  @Override
  public Future<StreamPosition> open(String stream, HistoryTerms terms) {
    if (closed) {
      return Future.failedFuture(new IllegalStateException("the history is closed"));
    }
    long nowMs = clockMs.getAsLong();
    forgetIdle(nowMs);
    StreamPosition top = null;
    while (top == null) { // Another thread may forget what this one finds.
      top = streams
          .computeIfAbsent(stream, name -> new StreamLog(name, terms, nowMs, memory))
          .open(terms, nowMs);
    }
    makeRoom();
    return Future.succeededFuture(top);
  }

  /**
   * Returns whether broadcasts to a stream are numbered. It costs one look into a map.
   *
   * @param stream name of the stream
   * @return whether it was opened and is not forgotten
   */
  public boolean isOpen(String stream) {
    return streams.containsKey(stream);
  }

  /**
   * Appends a broadcast if the stream is open, and hands its position over in the same step: the
   * positions of a stream are handed over one after the other, in their order.
   *
   * @param stream name of the stream
   * @param payload what is published; it must not be changed afterwards
   * @param delivery delivers the broadcast with its position, on the caller's thread; it must
   *     return quickly and must not publish to another stream
   * @return whether it was appended; if not, {@code delivery} was not called
   */
  public boolean append(String stream, Buffer payload, Consumer<StreamPosition> delivery) {
    long nowMs = clockMs.getAsLong();
    for (StreamLog found = streams.get(stream); found != null; found = streams.get(stream)) {
      if (found.append(payload, nowMs, delivery)) {
        forgetIdle(nowMs);
        makeRoom();
        return true;
      }
    }
    return false;
  }

  @Override
  public Future<HistoryRead> readAfter(String stream, StreamPosition after) {
    StreamLog found = streams.get(stream);
    return Future.succeededFuture(
        found == null ? HistoryRead.lost(NOWHERE) : found.readAfter(after, clockMs.getAsLong()));
  }

  @Override
  public Future<HistoryRead> readSince(String stream, long sinceMs) {
    StreamLog found = streams.get(stream);
    return Future.succeededFuture(
        found == null ? HistoryRead.lost(NOWHERE) : found.readSince(sinceMs, clockMs.getAsLong()));
  }

  /** Forgets everything. Streams cannot be opened afterwards; a second call does nothing. */
  public void close() {
    closed = true;
    streams.values().forEach(this::forget);
  }

  /** Returns about how many bytes all streams take. */
  long bytes() {
    return memory.bytes();
  }

  private void forgetIdle(long nowMs) {
    for (StreamLog stream = memory.oldestStream();
        stream != null && stream.isIdle(nowMs);
        stream = memory.oldestStream()) {
      stream.forgetIfIdle(nowMs);
      removeForgotten(stream);
    }
  }

  private void makeRoom() {
    while (memory.isExceeded()) {
      KeptBroadcast oldest = memory.oldestBroadcast();
      StreamLog stream = oldest == null ? memory.oldestStream() : oldest.stream();
      if (stream == null) {
        return;
      }
      throttle
          .pass()
          .ifPresent(unlogged -> log.warn(
              "limit reached: option=maxHistoryBytes subject={} unlogged={}",
              LogText.of(stream.name()),
              unlogged));
      if (oldest == null) {
        forget(stream);
      } else {
        stream.drop(oldest);
      }
    }
  }

  private void forget(StreamLog stream) {
    stream.forget();
    removeForgotten(stream);
  }

  private void removeForgotten(StreamLog stream) {
    if (stream.isForgotten()) {
      streams.remove(stream.name(), stream);
    }
  }
}
