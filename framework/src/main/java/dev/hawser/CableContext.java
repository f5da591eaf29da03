// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.internal.advice.StreamAdvice;
import dev.hawser.internal.calls.KeptAnswers;
import dev.hawser.internal.dispatch.CallbackExecutor;
import dev.hawser.internal.dispatch.CallbackStarts;
import dev.hawser.internal.dispatch.Place;
import dev.hawser.internal.history.CatchUps;
import dev.hawser.internal.limits.HeadDeadlines;
import dev.hawser.internal.limits.LimitLog;
import dev.hawser.internal.limits.NodeLimits;
import dev.hawser.internal.log.ActionLog;
import dev.hawser.internal.log.CableLog;
import dev.hawser.internal.log.ClientLog;
import dev.hawser.internal.log.LogProvider;
import dev.hawser.internal.node.NodeRuntime;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.CableSwitch;
import dev.hawser.internal.options.OptionValues;
import dev.hawser.internal.presence.Presences;
import dev.hawser.internal.protocol.CommandDecoder;
import dev.hawser.internal.protocol.Envelope;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.internal.protocol.ServerMessages;
import dev.hawser.internal.protocol.SessionId;
import dev.hawser.internal.protocol.SharedStrings;
import dev.hawser.internal.restore.KeptSessions;
import dev.hawser.internal.streams.Streams;
import dev.hawser.internal.transport.SocketOptions;
import dev.hawser.internal.transport.SocketUpgrader;
import dev.hawser.pubsub.PubSubAdapter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of a cable share on this node. Immutable; every part is thread-safe.
 *
 * @param runtime the process, or the thread of a test
 * @param connectionPlace where callbacks of connections run
 * @param callbacks runs callbacks that may block
 * @param catchUps what subscriptions that catch up share
 * @param answers of calls that clients may repeat
 * @param sessions whose sockets were lost
 * @param strings shares equal strings that many connections keep
 * @param development whether pages are told why the server refuses something
 */
record CableContext(
    NodeRuntime runtime,
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
    MessageEncoder encoder,
    ActionLog actionLog,
    ClientLog clientLog,
    GuardedEvents events,
    NodeLimits limits,
    KeptAnswers answers,
    KeptSessions sessions,
    SharedStrings strings,
    boolean development) {

  /**
   * Greets a client.
   *
   * @param restored identifiers of subscriptions that it has, if it goes on with a session
   */
  byte[] welcome(SessionId sid, @Nullable List<String> restored) {
    byte[] welcome = ServerMessages.welcome(sid, streams.history() != null, answers.epoch());
    return restored == null ? welcome : ServerMessages.restored(welcome, restored);
  }

  /** Where limits are reported. */
  LimitLog limitLog() {
    return limits.log();
  }

  /** Makes what upgrades requests to sockets. */
  SocketUpgrader socketUpgrader(Vertx vertx, boolean portable) {
    SocketOptions sockets = new SocketOptions(
        options.count(CableOption.MAX_MESSAGE_BYTES),
        options.count(CableOption.MAX_FRAGMENTS),
        options.count(CableOption.MAX_OUTBOUND_BYTES),
        options.count(CableOption.COMPRESS_FROM_BYTES),
        options.ms(CableOption.CLOSE_TIMEOUT));
    return new SocketUpgrader(vertx, sockets, portable);
  }

  /** Makes what bounds the time of request heads. */
  HeadDeadlines headDeadlines(Vertx vertx, Duration pauseBetweenRequests) {
    return new HeadDeadlines(
        vertx,
        options.ms(CableOption.HANDSHAKE_TIMEOUT),
        pauseBetweenRequests.toMillis(),
        limitLog());
  }

  /** Says in the log how the cable is set up. */
  void announce(boolean portableSockets, CableSwitch.Positions switches) {
    if (!runtime.isForClients()) {
      return;
    }
    LogProvider.check();
    CableLog.started(
        channels.keySet(),
        pubSub.getClass().getSimpleName(),
        switches.isOn(CableSwitch.CALLBACKS_ON_EVENT_LOOP)
            ? "event loop"
            : CallbackExecutor.describe(options.count(CableOption.WORKER_POOL_SIZE)),
        portableSockets ? "public API of Vert.x" : "channels of Netty",
        (options + " " + switches).strip());
    if (development) {
      CableLog.development();
    }
  }

  /** Whether any callback runs on an event loop. */
  boolean usesEventLoops() {
    return connectionPlace == Place.EVENT_LOOP
        || channels.values().stream().anyMatch(channel -> channel.place() == Place.EVENT_LOOP);
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

  /** Broadcasts a message except to one connection; a text that is no sid excludes none. */
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
    CableLog.broadcast(broadcasting, payload.length);
    events.broadcasted(broadcasting, payload.length);
    if (development) {
      advise(broadcasting);
    }
    byte[] sent = except == null ? payload : new Envelope(payload, except, false).encode();
    Future<Void> taken = pubSub.publish(broadcasting, Buffer.buffer(sent));
    if (taken.failed()) { // At once, as with a closed adapter; few applications look at the future.
      clientLog.broadcastFailed(broadcasting, taken.cause());
    }
    return taken;
  }

  /** Names the stream that a broadcast without subscribers was meant for, if one is near. */
  private void advise(String broadcasting) {
    String suggestion = StreamAdvice.suggestion(broadcasting, streams.names());
    if (suggestion != null) {
      clientLog.broadcastMisspelt(broadcasting, suggestion);
    }
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
      JsonNode node = encoder.reader().readTree(text.getBytes(StandardCharsets.UTF_8));
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
