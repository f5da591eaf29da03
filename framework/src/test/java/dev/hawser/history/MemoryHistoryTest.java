// SPDX-License-Identifier: Apache-2.0
package dev.hawser.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.support.LogCapture;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryHistoryTest {
  private static final long DAY_MS = Duration.ofDays(1).toMillis();
  private static final HistoryTerms TERMS = new HistoryTerms(1000, 60_000, 1 << 22);
  private static final Buffer PAYLOAD = Buffer.buffer("\"payload\"");

  private final AtomicLong nowMs = new AtomicLong(1_000_000);
  private final MemoryHistory history = new MemoryHistory(1 << 20, nowMs::get);

  private StreamPosition open(String stream) {
    return history.open(stream, TERMS).result();
  }

  private StreamPosition append(String stream, Buffer payload) {
    List<StreamPosition> positions = new ArrayList<>();
    assertThat(history.append(stream, payload, positions::add)).isTrue();
    return positions.get(0);
  }

  private HistoryRead readAfter(String stream, StreamPosition position) {
    return history.readAfter(stream, position).result();
  }

  @Test
  void expiresToTheMillisecond() {
    StreamPosition start = open("s");
    StreamPosition only = append("s", PAYLOAD);
    nowMs.addAndGet(59_999);
    assertThat(readAfter("s", start).entries()).hasSize(1);
    nowMs.addAndGet(1);
    assertThat(readAfter("s", start).kept()).isFalse();
    assertThat(readAfter("s", only).kept()).isTrue();
  }

  @Test
  void knowsSinceWhenNothingIsGone() {
    open("s");
    nowMs.addAndGet(10);
    append("s", PAYLOAD);
    assertThat(history.readSince("s", 1_000_000).result().kept())
        .as("one may have come in the same ms, before the opening")
        .isFalse();
    assertThat(history.readSince("s", 1_000_001).result().entries()).hasSize(1);
    assertThat(history.readSince("s", 1_000_010).result().entries()).hasSize(1);
    assertThat(history.readSince("s", 1_000_011).result().kept())
        .as("the future")
        .isFalse();
    nowMs.addAndGet(60_000);
    assertThat(history.readSince("s", 1_000_010).result().kept()).as("expired").isFalse();
    assertThat(history.readSince("s", 1_000_011).result().kept()).isTrue();
  }

  @Test
  void keepsTheOrderOfTimesWhenTheClockIsSetBack() {
    StreamPosition start = open("s");
    append("s", PAYLOAD);
    nowMs.addAndGet(-500_000);
    append("s", PAYLOAD);
    assertThat(readAfter("s", start).entries())
        .extracting(HistoryEntry::publishedAtMs)
        .containsExactly(1_000_000L, 1_000_000L);
  }

  @Test
  void forgetsAStreamThatWasNotUsedForADay() {
    StreamPosition start = open("s");
    nowMs.addAndGet(DAY_MS - 1);
    append("s", PAYLOAD);
    nowMs.addAndGet(DAY_MS - 1);
    assertThat(open("s").epoch()).isEqualTo(start.epoch());
    nowMs.addAndGet(DAY_MS);
    open("other");
    assertThat(history.isOpen("s")).isFalse();
    assertThat(history.append("s", PAYLOAD, position -> {})).isFalse();
    assertThat(open("s").epoch()).isNotEqualTo(start.epoch());
    assertThat(readAfter("s", start).kept()).isFalse();
  }

  @Test
  void keepsAStreamForAsLongAsItsBroadcasts() {
    HistoryTerms week = new HistoryTerms(10, 7 * DAY_MS, 1000);
    StreamPosition start = history.open("s", week).result();
    append("s", PAYLOAD);
    nowMs.addAndGet(6 * DAY_MS);
    open("other");
    assertThat(readAfter("s", start).entries()).hasSize(1);
  }

  @Test
  void dropsTheOldestOfAllStreamsAboveTheBound() {
    StreamPosition quiet = open("quiet");
    StreamPosition busy = open("busy");
    append("quiet", PAYLOAD);
    Buffer large = Buffer.buffer(new byte[100_000]);
    try (LogCapture log = new LogCapture()) {
      for (int i = 0; i < 20; i++) {
        append("busy", large);
        assertThat(history.bytes()).isLessThanOrEqualTo(1 << 20);
      }
      assertThat(log.linesBeyondOneInASecond("option=maxHistoryBytes subject=quiet", 1, () -> {}))
          .isNotPositive();
    }
    assertThat(readAfter("quiet", quiet).kept()).isFalse();
    assertThat(open("quiet").offset()).as("the count stays").isEqualTo(1);
    assertThat(readAfter("busy", busy).kept()).isFalse();
    assertThat(readAfter("busy", new StreamPosition(busy.epoch(), 10, "")).entries())
        .hasSize(10);
  }

  @Test
  void forgetsTheStreamsThatWereNotUsedForTheLongestTimeWhenNothingElseIsLeft() {
    StreamPosition first = open("stream 0");
    for (int i = 1; i < 10_000; i++) {
      open("stream " + i);
      open("used");
    }
    assertThat(history.bytes()).isBetween(1_000_000L, 1L << 20);
    assertThat(history.isOpen("stream 0")).isFalse();
    assertThat(history.isOpen("stream 9999")).isTrue();
    assertThat(history.isOpen("used")).isTrue();
    assertThat(open("stream 0").epoch()).isNotEqualTo(first.epoch());
  }

  @Test
  void countsWhatGoes() {
    StreamPosition start = history.open("s", new HistoryTerms(5, 1000, 1 << 20)).result();
    long empty = history.bytes();
    for (int i = 0; i < 100; i++) {
      append("s", PAYLOAD);
    }
    assertThat(history.bytes() - empty).isEqualTo(5L * (160 + PAYLOAD.length()));
    nowMs.addAndGet(1000);
    readAfter("s", start);
    assertThat(history.bytes()).isEqualTo(empty);
    history.close();
    assertThat(history.bytes()).isZero();
    assertThat(history.open("s", TERMS).failed()).isTrue();
  }

  @Test
  void refusesABoundOutOfItsRange() {
    assertThatThrownBy(() -> MemoryPubSub.builder().maxHistoryBytes(65_535).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxHistoryBytes: 65535 (expected: 65536 to 68719476736)");
  }
}
