// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.hawser.history.StreamPosition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a client says about the history that it asks for. Whatever is wrong in it makes a
 * request that is refused: the subscription that it comes with is none the worse for it.
 */
final class HistoryReader {
  private static final int MOST_STREAMS = 1000;
  private static final int MOST_SIDS = 16;
  private static final int LONGEST_EPOCH = 128;
  private static final long MOST_OFFSET = 1L << 53;
  private static final long MOST_SECONDS = 1L << 40;

  private final Map<String, StreamPosition> streams = new HashMap<>();
  private final List<SessionId> sids = new ArrayList<>();
  private long sinceMs = -1;
  private String problem = "";

  private HistoryReader() {}

  /** Reads the value that the parser is at, to its end. */
  static HistoryRequest read(JsonParser parser) throws IOException {
    HistoryReader reader = new HistoryReader();
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      reader.readObject(parser);
    } else {
      parser.skipChildren();
      reader.problem = "history must be an object";
    }
    return reader.problem.isEmpty()
        ? new HistoryRequest(reader.streams, reader.sinceMs, reader.sids, "")
        : HistoryRequest.bad(reader.problem);
  }

  private void readObject(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "since" -> readSince(parser);
        case "streams" -> readStreams(parser);
        case "sids" -> readSids(parser);
        default -> parser.skipChildren();
      }
    }
  }

  private void readSince(JsonParser parser) throws IOException {
    if (!parser.currentToken().isNumeric()) {
      refuse(parser, "since must be a number of seconds");
      return;
    }
    double seconds = parser.getDoubleValue();
    if (seconds >= 0 && seconds < MOST_SECONDS) {
      sinceMs = Math.round(seconds * 1000);
    } else {
      problem = "since is no point in time";
    }
  }

  private void readStreams(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      refuse(parser, "streams must be an object");
      return;
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String stream = parser.currentName();
      parser.nextToken();
      StreamPosition position = readPosition(parser);
      if (position == null) {
        problem = "a position must have an epoch and an offset";
      } else if (streams.size() == MOST_STREAMS) {
        problem = "there are more than " + MOST_STREAMS + " positions";
      } else {
        streams.put(stream, position);
      }
    }
  }

  private static @Nullable StreamPosition readPosition(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return null;
    }
    String epoch = null;
    long offset = -1;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (name.equals("epoch") && token == JsonToken.VALUE_STRING) {
        epoch = parser.getText();
      } else if (name.equals("offset") && token == JsonToken.VALUE_NUMBER_INT && isLong(parser)) {
        offset = parser.getLongValue();
      } else {
        parser.skipChildren();
      }
    }
    if (epoch == null || epoch.length() > LONGEST_EPOCH || offset < 0 || offset > MOST_OFFSET) {
      return null;
    }
    return position(epoch, offset);
  }

  private static boolean isLong(JsonParser parser) throws IOException {
    return parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
  }

  /** The other way round than {@link ServerMessages#wireEpoch}. */
  private static StreamPosition position(String epoch, long offset) {
    int dot = epoch.indexOf('.');
    return dot < 0
        ? new StreamPosition(epoch, offset, "")
        : new StreamPosition(epoch.substring(0, dot), offset, epoch.substring(dot + 1));
  }

  private void readSids(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      refuse(parser, "sids must be a list");
      return;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      boolean text = parser.currentToken() == JsonToken.VALUE_STRING;
      SessionId sid = text ? SessionId.parse(parser.getText()) : null;
      parser.skipChildren();
      if (sid == null || sids.size() == MOST_SIDS) {
        problem = "sids must be at most " + MOST_SIDS + " ids of connections";
      } else {
        sids.add(sid);
      }
    }
  }

  private void refuse(JsonParser parser, String why) throws IOException {
    parser.skipChildren();
    problem = why;
  }
}
