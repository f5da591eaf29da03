// SPDX-License-Identifier: Apache-2.0
package dev.hawser.history;

import org.jspecify.annotations.Nullable;

/**
 * What all streams of a node hold in memory, by age and in bytes. Thread-safe; its lock is the last
 * one that is taken, after that of a stream.
 */
final class HistoryMemory {
  /** About what the objects around one payload take. */
  private static final int ENTRY_BYTES = 160;

  /** About what a stream takes, without its name and its broadcasts. */
  private static final int STREAM_BYTES = 512;

  private final AgeList<KeptBroadcast> broadcasts = new AgeList<>();
  private final AgeList<StreamLog> streams = new AgeList<>();
  private final long maxBytes;
  private long bytes;

  HistoryMemory(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  synchronized void add(KeptBroadcast broadcast) {
    broadcasts.renew(broadcast);
    bytes += cost(broadcast);
  }

  synchronized void remove(KeptBroadcast broadcast) {
    if (broadcasts.remove(broadcast)) {
      bytes -= cost(broadcast);
    }
  }

  /** Makes a stream the one that was used last. */
  synchronized void use(StreamLog stream) {
    if (streams.renew(stream)) {
      bytes += cost(stream);
    }
  }

  synchronized void remove(StreamLog stream) {
    if (streams.remove(stream)) {
      bytes -= cost(stream);
    }
  }

  private static long cost(KeptBroadcast broadcast) {
    return ENTRY_BYTES + (long) broadcast.bytes();
  }

  private static long cost(StreamLog stream) {
    return STREAM_BYTES + 2L * stream.name().length();
  }

  synchronized long bytes() {
    return bytes;
  }

  synchronized boolean isExceeded() {
    return bytes > maxBytes;
  }

  synchronized @Nullable KeptBroadcast oldestBroadcast() {
    return broadcasts.oldest();
  }

  /** Returns the stream that was not used for the longest time. */
  synchronized @Nullable StreamLog oldestStream() {
    return streams.oldest();
  }
}
