// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hawser.history.StreamPosition;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a message of a stream with history travels: {@code ~hawser@}, epoch, offset, tag and the tag
 * of the one before with spaces between, a line feed, and the payload. No JSON text begins with a
 * tilde, and an envelope of the cable goes on with a brace, so the three cannot be taken for each
 * other; the payload may be an envelope.
 */
final class HistoryFrame {
  private static final byte[] MAGIC = "~hawser@".getBytes(UTF_8);
  private static final int MOST_HEADER_BYTES = 128;
  private static final Pattern POSITION =
      Pattern.compile("([0-9a-z]{1,32}) ([1-9][0-9]{0,15}) ([0-9a-z]{1,16}) ([0-9a-z]{1,16})");

  private HistoryFrame() {}

  static boolean isFrame(byte[] payload) {
    return payload.length >= MAGIC.length
        && Arrays.equals(payload, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /** Takes a message out of its frame, if it has one that can be read. */
  static PubSubMessage open(String broadcasting, Buffer received) {
    int end = received.length() == 0 || received.getByte(0) != MAGIC[0] ? -1 : end(received);
    if (end >= 0) {
      Matcher position = POSITION.matcher(received.getString(MAGIC.length, end, "ISO-8859-1"));
      if (position.matches()) {
        return new PubSubMessage(
            broadcasting,
            received.getBuffer(end + 1, received.length()),
            new StreamPosition(
                position.group(1), Long.parseLong(position.group(2)), position.group(3)),
            position.group(4));
      }
    }
    return new PubSubMessage(broadcasting, received);
  }

  /** Where the position ends; -1 if it is no frame. */
  private static int end(Buffer received) {
    int most = Math.min(received.length(), MOST_HEADER_BYTES);
    if (!isFrame(received.getBytes(0, most))) {
      return -1;
    }
    for (int i = MAGIC.length; i < most; i++) {
      if (received.getByte(i) == '\n') {
        return i;
      }
    }
    return -1;
  }
}
