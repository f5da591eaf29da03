// SPDX-License-Identifier: Apache-2.0
package dev.hawser.history;

import io.vertx.core.buffer.Buffer;

/** A broadcast in memory. */
final class KeptBroadcast extends AgeList.Item<KeptBroadcast> {
  private final StreamLog stream;
  private final long offset;
  private final long publishedAtMs;
  private final Buffer payload;

  KeptBroadcast(StreamLog stream, long offset, long publishedAtMs, Buffer payload) {
    this.stream = stream;
    this.offset = offset;
    this.publishedAtMs = publishedAtMs;
    this.payload = payload;
  }

  StreamLog stream() {
    return stream;
  }

  long offset() {
    return offset;
  }

  long publishedAtMs() {
    return publishedAtMs;
  }

  int bytes() {
    return payload.length();
  }

  HistoryEntry entry(String epoch) {
    return new HistoryEntry(new StreamPosition(epoch, offset, ""), publishedAtMs, payload);
  }
}
