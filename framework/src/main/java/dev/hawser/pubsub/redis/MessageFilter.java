// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.hawser.internal.log.LogText;
import dev.hawser.internal.log.LogThrottle;
import dev.hawser.internal.protocol.Envelope;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Skips messages that no client could read. Any program may publish to Redis, and frames repeat the
 * payload as it is, so it must be one JSON value in UTF-8, of limited size. Thread-safe.
 */
final class MessageFilter {
  private static final Logger log = LoggerFactory.getLogger(MessageFilter.class);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);
  private static final char REPLACEMENT = '\uFFFD';

  private final int maxBytes;
  private final JsonFactory json;
  private final LogThrottle throttle = new LogThrottle(LOG_INTERVAL);
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong malformed = new AtomicLong();
  private final AtomicLong tooLarge = new AtomicLong();

  MessageFilter(int maxBytes) {
    this.maxBytes = maxBytes;
    this.json = JsonFactory.builder()
        .streamReadConstraints(StreamReadConstraints.builder()
            .maxStringLength(Integer.MAX_VALUE)
            .maxNumberLength(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE)
            .build())
        .build();
  }

  boolean accepts(String broadcasting, byte[] payload) {
    if (payload.length > maxBytes) {
      skipped("larger than maxPayloadBytes", broadcasting, payload.length, tooLarge);
      return false;
    }
    if (!isJson(unwrapped(payload))) {
      skipped("not JSON", broadcasting, payload.length, malformed);
      return false;
    }
    accepted.incrementAndGet();
    return true;
  }

  /**
   * What is in the envelope that a cable may have put around a message; empty if it is none. What
   * still begins like a frame of a history is one that could not be read.
   */
  private static byte[] unwrapped(byte[] payload) {
    if (payload.length == 0 || payload[0] != Envelope.FIRST_BYTE) {
      return payload;
    }
    int start = HistoryFrame.isFrame(payload) ? -1 : Envelope.payloadStart(payload);
    return start < 0 ? new byte[0] : Arrays.copyOfRange(payload, start, payload.length);
  }

  private boolean isJson(byte[] payload) {
    String text = new String(payload, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) >= 0
        && !ByteBufUtil.isText(Unpooled.wrappedBuffer(payload), StandardCharsets.UTF_8)) {
      return false;
    }
    try (JsonParser parser = json.createParser(text)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  private void skipped(String reason, String broadcasting, int bytes, AtomicLong counter) {
    long count = counter.incrementAndGet();
    if (throttle.pass().isPresent()) {
      log.warn(
          "message from Redis skipped: reason={} broadcasting={} bytes={} skippedSoFar={}",
          reason,
          LogText.of(broadcasting),
          bytes,
          count);
    }
  }

  long accepted() {
    return accepted.get();
  }

  long malformed() {
    return malformed.get();
  }

  long tooLarge() {
    return tooLarge.get();
  }
}
