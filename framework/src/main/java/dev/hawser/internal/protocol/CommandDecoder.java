// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.hawser.internal.protocol.Command.History;
import dev.hawser.internal.protocol.Command.Join;
import dev.hawser.internal.protocol.Command.Leave;
import dev.hawser.internal.protocol.Command.Message;
import dev.hawser.internal.protocol.Command.Ping;
import dev.hawser.internal.protocol.Command.Pong;
import dev.hawser.internal.protocol.Command.Presence;
import dev.hawser.internal.protocol.Command.Retry;
import dev.hawser.internal.protocol.Command.Subscribe;
import dev.hawser.internal.protocol.Command.Unsubscribe;
import dev.hawser.internal.protocol.Command.Whisper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a client's frame into a {@link Command}: streams over the outer object, keeps the fields it
 * knows, and skips what it does not know, because clients with extensions add fields.
 */
public final class CommandDecoder {
  private static final int LONGEST_ID = 64;
  private static final int SHORTEST_CLIENT = 22;
  private static final int MAX_DEPTH = 64;
  private static final int MAX_NAME_LENGTH = 128;
  private static final int MAX_NUMBER_LENGTH = 64;

  private final JsonFactory json;
  private final MessageScanner messages;

  /** Creates a decoder whose strings are bounded by the size of a message, in bytes. */
  public CommandDecoder(int maxMessageBytes) {
    json = JsonFactory.builder()
        .streamReadConstraints(constraints(maxMessageBytes))
        .build();
    messages = new MessageScanner(maxMessageBytes);
  }

  /** The bounds for any JSON a client sends: depth, and lengths of strings, names and numbers. */
  public static StreamReadConstraints constraints(int maxMessageBytes) {
    return StreamReadConstraints.builder()
        .maxNestingDepth(MAX_DEPTH)
        .maxStringLength(maxMessageBytes)
        .maxNameLength(MAX_NAME_LENGTH)
        .maxNumberLength(MAX_NUMBER_LENGTH)
        .build();
  }

  /**
   * Reads a frame.
   *
   * @param frame JSON text in UTF-8
   * @return the command
   * @throws ProtocolException if it is none
   */
  public Command decode(byte[] frame) throws ProtocolException {
    Command message = messages.scan(frame);
    return message == null ? parse(frame) : message;
  }

  /** The same with the parser alone. */
  Command parse(byte[] frame) throws ProtocolException {
    Fields fields = new Fields(frame);
    try (JsonParser parser = json.createParser(frame)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new ProtocolException("a command must be a JSON object");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        fields.read(parser);
      }
      if (parser.nextToken() != null) {
        throw new ProtocolException("a frame must hold one JSON object and nothing else");
      }
    } catch (IOException e) {
      throw new ProtocolException("the frame is not valid JSON: " + location(e), e);
    }
    return fields.toCommand();
  }

  private static String location(IOException e) {
    return e instanceof JsonProcessingException problem
        ? ProtocolException.describe(problem)
        : "unreadable";
  }

  private static final class Fields {
    private final byte[] frame;
    private @Nullable String command;
    private @Nullable String identifier;
    private @Nullable String data;
    private @Nullable String call;
    private @Nullable String client;
    private @Nullable String since;
    private long ttlMs;
    private boolean isDataText = true;
    private @Nullable HistoryRequest history;
    private @Nullable String json;
    private @Nullable String presence;

    Fields(byte[] frame) {
      this.frame = frame;
    }

    void read(JsonParser parser) throws IOException, ProtocolException {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "command" -> command = once(name, command, parser);
        case "identifier" -> identifier = once(name, identifier, parser);
        case "data" -> readData(parser);
        case "call" -> call = once(name, call, parser);
        case "presence" -> presence = json(parser);
        case "client" -> client = once(name, client, parser);
        case "since" -> since = once(name, since, parser);
        case "ttl" -> ttlMs = readTtl(parser);
        case "history" -> history = HistoryReader.read(parser);
        default -> parser.skipChildren();
      }
    }

    /** Only a message has data; in other commands any value is ignored. */
    private void readData(JsonParser parser) throws IOException, ProtocolException {
      if (parser.currentToken() == JsonToken.VALUE_STRING) {
        data = once("data", data, parser);
      } else {
        isDataText = false;
        json = json(parser);
      }
    }

    /** The text of a value, byte for byte. */
    private String json(JsonParser parser) throws IOException, ProtocolException {
      long start = parser.currentTokenLocation().getByteOffset();
      parser.skipChildren();
      parser.finishToken();
      long end = parser.currentLocation().getByteOffset();
      if (start < 0 || end > frame.length) {
        throw new ProtocolException("the frame is not UTF-8");
      }
      return new String(frame, (int) start, (int) (end - start), UTF_8);
    }

    private static String once(String name, @Nullable String earlier, JsonParser parser)
        throws IOException, ProtocolException {
      if (earlier != null) {
        throw new ProtocolException("the field " + name + " appears twice");
      }
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        throw notText(name);
      }
      return parser.getText();
    }

    Command toCommand() throws ProtocolException {
      if (command == null) {
        throw new ProtocolException("the field command is missing");
      }
      return switch (command) {
        case "subscribe" -> new Subscribe(required("identifier", identifier), history, presence);
        case "unsubscribe" -> new Unsubscribe(required("identifier", identifier));
        case "message" -> message(required("identifier", identifier));
        case "history" -> new History(required("identifier", identifier), asked());
        case "whisper" -> new Whisper(required("identifier", identifier), anyData());
        case "join" -> new Join(required("identifier", identifier), required("presence", presence));
        case "leave" -> new Leave(required("identifier", identifier));
        case "presence" -> new Presence(required("identifier", identifier), json);
        case "ping" -> new Ping();
        case "pong" -> new Pong();
        default ->
          throw new ProtocolException("unknown command " + ProtocolException.quote(command));
      };
    }

    private HistoryRequest asked() {
      return history == null ? HistoryRequest.bad("the field history is missing") : history;
    }

    /** Data that is missing or no text is answered if the client asks for a reply. */
    private Message message(String identifier) throws ProtocolException {
      if (call == null) {
        return new Message(identifier, text(), null, null);
      }
      if (required("call", call).length() > LONGEST_ID) {
        throw new ProtocolException("the field call has more than " + LONGEST_ID + " characters");
      }
      return new Message(identifier, isDataText && data != null ? data : "", call, retry());
    }

    private @Nullable Retry retry() throws ProtocolException {
      if (client == null) {
        return null;
      }
      int length = required("client", client).length();
      if (length < SHORTEST_CLIENT || length > LONGEST_ID) {
        throw new ProtocolException("the field client has " + length + " characters (expected: "
            + SHORTEST_CLIENT + " to " + LONGEST_ID + ")");
      }
      if (since != null && (since.length() > LONGEST_ID || !isWellFormed(since))) {
        throw new ProtocolException("the field since is no epoch");
      }
      return new Retry(client, ttlMs, since);
    }

    private static long readTtl(JsonParser parser) throws IOException, ProtocolException {
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
          || parser.getNumberType() != JsonParser.NumberType.INT) {
        throw new ProtocolException("the field ttl must be a number of ms");
      }
      return parser.getIntValue();
    }

    private String text() throws ProtocolException {
      if (!isDataText) {
        throw notText("data");
      }
      return required("data", data);
    }

    /** A value that is JSON itself (which may be a string), not a string that contains JSON. */
    private String anyData() throws ProtocolException {
      if (isDataText) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text())) + '"';
      }
      return required("data", json);
    }

    private static ProtocolException notText(String name) {
      return new ProtocolException("the field " + name + " must be a string");
    }

    private static String required(String name, @Nullable String value) throws ProtocolException {
      if (value == null || value.isBlank()) {
        throw new ProtocolException("the field " + name + " is missing or blank");
      }
      if (!isWellFormed(value)) {
        throw new ProtocolException("the field " + name + " has an unpaired surrogate");
      }
      return value;
    }

    /** An answer repeats the identifier as UTF-8, which has no way to write half a character. */
    private static boolean isWellFormed(String text) {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (Character.isSurrogate(c)) {
          if (i + 1 == text.length() || !Character.isSurrogatePair(c, text.charAt(++i))) {
            return false;
          }
        }
      }
      return true;
    }
  }
}
