// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.hawser.history.StreamPosition;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The server's half of {@code actioncable-v1-json} and {@code actioncable-v1-ext-json}, as UTF-8
 * JSON text. With {@link CommandDecoder} the only place that knows wire field names; the reference
 * is {@code docs/protocol.md}.
 */
public final class ServerMessages {

  /** ActionCable's subprotocol. */
  public static final String PROTOCOL = "actioncable-v1-json";

  /** AnyCable's subprotocol: the same and more. */
  public static final String EXTENDED_PROTOCOL = "actioncable-v1-ext-json";

  /** What ActionCable's clients offer as a second choice, to be told that they are unsupported. */
  public static final String UNSUPPORTED_PROTOCOL = "actioncable-unsupported";

  private static final byte[] PONG = utf8("{\"type\":\"pong\"}");
  private static final byte[] HISTORY_REJECTED = utf8(",\"type\":\"reject_history\"");
  private static final byte[] HISTORY_CONFIRMED = utf8(",\"type\":\"confirm_history\"}");
  private static final byte[] SNAPSHOT = utf8(",\"snapshot\":true}");
  private static final byte[] RESET = utf8(",\"snapshot\":true,\"reset\":true}");
  private static final byte[] WHISPER = utf8("{\"whisper\":true,");
  private static final byte[] CONFIRMED = utf8(",\"type\":\"confirm_subscription\"");
  private static final byte[] REJECTED = utf8(",\"type\":\"reject_subscription\"}");
  private static final byte[] IDENTIFIER = utf8("{\"identifier\":");
  private static final byte[] REPLY = utf8("{\"type\":\"reply\",\"identifier\":");
  private static final byte[] CALL = utf8(",\"call\":");
  private static final byte[] COMMA = utf8(",");
  private static final byte[] ANSWER = utf8("{\"message\":");
  private static final byte[] ERROR_ANSWER = utf8("{\"error\":{\"code\":");
  private static final byte[] DATA = utf8(",\"data\":");
  private static final byte[] END = utf8("}");
  private static final byte[] ADVICE = utf8("{\"type\":\"advice\",\"action\":");
  private static final byte[] REASON = utf8(",\"reason\":");
  private static final byte[] SUGGESTION = utf8(",\"suggestion\":");
  private static final byte[] ABOUT = utf8(",\"identifier\":");
  private static final byte[] RESTORED = utf8(",\"restored\":true,\"restored_ids\":[");
  private static final byte[] END_OF_LIST = utf8("]}");
  private static final byte[] NOTHING = {};
  private static final byte[] MESSAGE = utf8(",\"message\":");

  private ServerMessages() {}

  /**
   * Greets a client under either subprotocol, and announces what this server can do.
   *
   * @param history whether channels may have streams with history
   * @param epoch names the answers that are kept; empty if it is not known
   */
  public static byte[] welcome(SessionId sid, boolean history, String epoch) {
    String features = history ? "[\"call\",\"history\"]" : "[\"call\"]";
    return join(
        utf8("{\"type\":\"welcome\",\"sid\":\"" + sid + "\",\"features\":" + features),
        utf8(",\"epoch\":"),
        quote(epoch),
        END);
  }

  /**
   * Adds to a welcome which subscriptions of an earlier connection the client has on this one.
   *
   * @param welcome from {@link #welcome}
   * @param identifiers of the subscriptions, in any number
   */
  public static byte[] restored(byte[] welcome, List<String> identifiers) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(welcome, 0, welcome.length - 1);
    out.writeBytes(RESTORED);
    for (int i = 0; i < identifiers.size(); i++) {
      out.writeBytes(i == 0 ? NOTHING : COMMA);
      out.writeBytes(quote(identifiers.get(i)));
    }
    out.writeBytes(END_OF_LIST);
    return out.toByteArray();
  }

  public static byte[] ping(long unixSeconds) {
    return utf8("{\"type\":\"ping\",\"message\":" + unixSeconds + "}");
  }

  /** Answers a client's own ping. */
  public static byte[] pong() {
    return PONG;
  }

  /** Tells a client that it has got all that it missed. */
  public static byte[] confirmHistory(String identifier) {
    return join(IDENTIFIER, quote(identifier), HISTORY_CONFIRMED);
  }

  /**
   * Tells a client that it has missed messages that are not kept.
   *
   * @param streams where its streams go on from
   */
  public static byte[] rejectHistory(String identifier, Map<String, StreamPosition> streams) {
    return join(IDENTIFIER, quote(identifier), HISTORY_REJECTED, positions(streams), END);
  }

  public static byte[] confirmSubscription(String identifier) {
    return join(IDENTIFIER, quote(identifier), CONFIRMED, END);
  }

  /**
   * Confirms a subscription to a client that keeps positions.
   *
   * @param streams where its streams with history go on from
   * @param continuity whether it gets all that it missed; {@code null} if it did not ask
   */
  public static byte[] confirmSubscription(
      String identifier, Map<String, StreamPosition> streams, @Nullable Boolean continuity) {
    byte[] kept = continuity == null
        ? NOTHING
        : utf8(",\"continuity\":\"" + (continuity ? "kept" : "lost") + "\"");
    return join(IDENTIFIER, quote(identifier), CONFIRMED, positions(streams), kept, END);
  }

  private static byte[] positions(Map<String, StreamPosition> streams) {
    if (streams.isEmpty()) {
      return NOTHING;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    streams.forEach((stream, position) -> {
      out.writeBytes(out.size() == 0 ? utf8(",\"streams\":{") : COMMA);
      out.writeBytes(quote(stream));
      out.writeBytes(utf8(":{\"epoch\":"));
      out.writeBytes(quote(wireEpoch(position)));
      out.writeBytes(utf8(",\"offset\":" + position.offset() + "}"));
    });
    out.writeBytes(END);
    return out.toByteArray();
  }

  /** What clients know as the epoch: they give it back with the offset of the same message. */
  private static String wireEpoch(StreamPosition position) {
    return position.tag().isEmpty() ? position.epoch() : position.epoch() + "." + position.tag();
  }

  /** What stands after the payload of a broadcast to a client that keeps positions. */
  public static byte[] positionSuffix(String stream, StreamPosition position) {
    return join(
        utf8(",\"stream_id\":"),
        quote(stream),
        utf8(",\"epoch\":"),
        quote(wireEpoch(position)),
        utf8(",\"offset\":" + position.offset() + "}"));
  }

  /** What stands after the payload of any other message. */
  public static byte[] messageSuffix() {
    return END;
  }

  /**
   * What stands after the payload of a snapshot to a client that tells it from other messages.
   *
   * @param reset whether it stands for messages that were lost
   */
  public static byte[] snapshotSuffix(boolean reset) {
    return reset ? RESET : SNAPSHOT;
  }

  public static byte[] rejectSubscription(String identifier) {
    return join(IDENTIFIER, quote(identifier), REJECTED);
  }

  /** The clients stop reconnecting when the {@code reconnect} key is missing, so it never is. */
  public static byte[] disconnect(@Nullable String reason, boolean reconnect) {
    byte[] quoted = reason == null ? utf8("null") : quote(reason);
    return join(
        utf8("{\"type\":\"disconnect\",\"reason\":"),
        quoted,
        utf8(",\"reconnect\":" + reconnect + "}"));
  }

  /**
   * What stands before the payload of every message to one subscription. A payload and one closing
   * brace make it whole, so that a broadcast is encoded once however many identifiers receive it.
   */
  public static byte[] messagePrefix(String identifier) {
    return join(IDENTIFIER, quote(identifier), MESSAGE);
  }

  /**
   * What stands before the payload of a whisper: clients of ours see that it is none of the
   * application's messages.
   *
   * @param messagePrefix from {@link #messagePrefix}
   */
  public static byte[] whisperPrefix(byte[] messagePrefix) {
    byte[] prefix = Arrays.copyOf(WHISPER, WHISPER.length + messagePrefix.length - 1);
    System.arraycopy(messagePrefix, 1, prefix, WHISPER.length, messagePrefix.length - 1);
    return prefix;
  }

  /**
   * The answer to a request that was carried out: what a reply says besides whose it is.
   *
   * @param value what the action returned, as JSON
   * @return a JSON object
   */
  public static byte[] answer(byte[] value) {
    return join(ANSWER, value, END);
  }

  /**
   * The answer to a request that failed.
   *
   * @param data more for programs as JSON, if there is any
   * @return a JSON object
   */
  public static byte[] errorAnswer(
      String code, String message, byte @Nullable [] data, boolean retryable) {
    return join(
        ERROR_ANSWER,
        quote(code),
        MESSAGE,
        quote(message),
        data == null ? NOTHING : join(DATA, data),
        utf8(",\"retryable\":" + retryable + "}}"));
  }

  /** Names a field of what a client sent, as the data of an error. */
  static byte[] path(String path) {
    return join(utf8("{\"path\":"), quote(path), END);
  }

  /**
   * The reply to a request.
   *
   * @param call the request's id
   * @param answer from {@link #answer} or {@link #errorAnswer}
   */
  public static byte[] reply(String identifier, String call, byte[] answer) {
    byte[] whose = join(REPLY, quote(identifier), CALL, quote(call), COMMA);
    byte[] reply = Arrays.copyOf(whose, whose.length + answer.length - 1);
    System.arraycopy(answer, 1, reply, whose.length, answer.length - 1);
    return reply;
  }

  /**
   * Tells a developer's page what was refused; in development mode only.
   *
   * @param action what was refused
   * @param identifier the subscription that it was about, if there is one
   * @param reason why
   * @param suggestion what to do about it, if that is not clear
   * @return a JSON object
   */
  public static byte[] advice(
      String action, @Nullable String identifier, String reason, @Nullable String suggestion) {
    return join(
        ADVICE,
        quote(action),
        identifier == null ? NOTHING : join(ABOUT, quote(identifier)),
        REASON,
        quote(reason),
        suggestion == null ? NOTHING : join(SUGGESTION, quote(suggestion)),
        END);
  }

  private static byte[] quote(String text) {
    byte[] escaped = JsonStringEncoder.getInstance().quoteAsUTF8(text);
    byte[] quoted = new byte[escaped.length + 2];
    quoted[0] = '"';
    System.arraycopy(escaped, 0, quoted, 1, escaped.length);
    quoted[quoted.length - 1] = '"';
    return quoted;
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
