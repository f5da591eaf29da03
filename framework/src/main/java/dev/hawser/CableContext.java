// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.internal.calls.KeptAnswers;
import dev.hawser.internal.dispatch.CallbackStarts;
import dev.hawser.internal.dispatch.Place;
import dev.hawser.internal.history.CatchUps;
import dev.hawser.internal.limits.LimitLog;
import dev.hawser.internal.limits.NodeLimits;
import dev.hawser.internal.log.ActionLog;
import dev.hawser.internal.log.ClientLog;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.OptionValues;
import dev.hawser.internal.presence.Presences;
import dev.hawser.internal.protocol.CommandDecoder;
import dev.hawser.internal.protocol.Envelope;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.internal.protocol.SessionId;
import dev.hawser.internal.protocol.SharedStrings;
import dev.hawser.internal.streams.Streams;
import dev.hawser.pubsub.PubSubAdapter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of a cable share on this node. Immutable; every part is thread-safe.
 *
 * @param connectionPlace where callbacks of connections run
 * @param callbacks runs callbacks that may block
 * @param reader reads the JSON of clients into trees
 * @param catchUps what subscriptions that catch up share
 * @param answers of calls that clients may repeat
 * @param strings shares equal strings that many connections keep
 */
record CableContext(
    Vertx vertx,
    OptionValues<CableOption> options,
    Map<String, ChannelDefinition> channels,
    Place connectionPlace,
    CallbackStarts callbacks,
    PubSubAdapter pubSub,
    Streams streams,
    CatchUps catchUps,
    StreamNames names,
    Presences presences,
    CommandDecoder decoder,
    ObjectReader reader,
    MessageEncoder encoder,
    ActionLog actionLog,
    ClientLog clientLog,
    GuardedEvents events,
    NodeLimits limits,
    KeptAnswers answers,
    SharedStrings strings) {

  /** Where limits are reported. */
  LimitLog limitLog() {
    return limits.log();
  }

  /** Reads and writes the values of the application. */
  ObjectMapper mapper() {
    return encoder.mapper();
  }

  /** Returns the channel that clients know by a name; {@code null} if there is none. */
  @Nullable ChannelDefinition channel(String wireName) {
    return channels.get(wireName);
  }

  /**
   * Returns the channel of a class.
   *
   * @throws IllegalArgumentException if it is not registered
   */
  ChannelDefinition channel(Class<?> type) {
    for (ChannelDefinition definition : channels.values()) {
      if (definition.type() == type) {
        return definition;
      }
    }
    throw new IllegalArgumentException(
        type.getName() + " is not registered; add .channel(" + type.getSimpleName() + ".class, …)");
  }

  /**
   * Broadcasts a message.
   *
   * @return completes when the adapter has taken the message
   */
  Future<Void> broadcast(String broadcasting, @Nullable Object message) {
    return broadcast(broadcasting, message, (SessionId) null);
  }

  /** Broadcasts a message, but not to everybody; a text that is no sid leaves nobody out. */
  Future<Void> broadcast(String broadcasting, @Nullable Object message, BroadcastOption option) {
    String except = option.excepted();
    return broadcast(broadcasting, message, except == null ? null : SessionId.parse(except));
  }

  /**
   * Broadcasts a message.
   *
   * @param except the connection that does not get it, if there is one
   * @return completes when the adapter has taken the message
   */
  Future<Void> broadcast(
      String broadcasting, @Nullable Object message, @Nullable SessionId except) {
    StreamNames.check(broadcasting);
    byte[] payload = encode(message);
    events.broadcasted(broadcasting, payload.length);
    byte[] sent = except == null ? payload : new Envelope(payload, except, false).encode();
    return pubSub.publish(broadcasting, Buffer.buffer(sent));
  }

  /** Sends what a client says to the other clients of a stream. */
  void whisper(String broadcasting, String data, SessionId sender) {
    byte[] payload = data.getBytes(StandardCharsets.UTF_8);
    events.broadcasted(broadcasting, payload.length);
    Future<Void> sent = pubSub.publishTransient(
        broadcasting, Buffer.buffer(new Envelope(payload, sender, true).encode()));
    sent.onFailure(lost -> {
      /* A whisper may be lost; the adapter reports the state of its link itself. */
    });
  }

  /**
   * Writes a message of the application as JSON.
   *
   * @throws MessageTooLargeException if it is too large, which is reported as well
   */
  byte[] encode(@Nullable Object message) {
    try {
      return encoder.encode(message);
    } catch (MessageTooLargeException e) {
      limitLog().reached(CableOption.MAX_OUTBOUND_MESSAGE_BYTES, String.valueOf(e.getMessage()));
      throw e;
    }
  }

  /**
   * Reads a JSON object of a client.
   *
   * @param what names the text in the exception, such as {@code data}
   * @throws ProtocolException if it is no JSON object
   */
  ObjectNode parseObject(String text, String what) throws ProtocolException {
    try {
      // From bytes, because Jackson reads them faster than text.
      JsonNode node = reader.readTree(text.getBytes(StandardCharsets.UTF_8));
      if (node instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new ProtocolException(what + " is not valid JSON: " + ProtocolException.describe(e), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // The bytes are in memory, so nothing can fail to be read.
    }
    throw new ProtocolException(what + " must be a JSON object");
  }
}
