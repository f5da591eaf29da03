// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.internal.protocol.CommandDecoder;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.internal.streams.Hub;
import dev.hawser.internal.streams.HubOptions;
import dev.hawser.internal.streams.Streams;
import dev.hawser.internal.transport.Loop;
import dev.hawser.internal.transport.Transport;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the sessions of a cable share, on this node: the channels, the fan-out, the adapter, the
 * registry. Thread-safe.
 */
final class Server implements PubSubAdapter.Listener {
  private static final Logger log = LoggerFactory.getLogger(Server.class);

  private final CableParts parts;
  private final CommandDecoder decoder;
  private final MessageEncoder encoder;
  private final Streams streams;
  private final HubOptions hubOptions;
  private final SharedStrings strings = new SharedStrings();
  private final Map<Loop, Hub> hubs = new ConcurrentHashMap<>();
  private final Attendance attendance = new Attendance();
  private final Registry registry = new Registry(attendance.present());
  private final Closing closing;
  private final NodeLimits limits;
  private final CallbackWatch watch;
  private volatile boolean adapterReady;

  Server(CableParts parts) {
    this.parts = parts;
    this.decoder = new CommandDecoder(parts.config().maxMessageBytes());
    this.encoder = new MessageEncoder(parts.mapper(), parts.config().maxOutboundMessageBytes());
    this.streams = new Streams(parts.pubSub());
    this.hubOptions = parts.hubOptions(new HubReports());
    this.limits = new NodeLimits(parts.config(), parts.events(), parts.vertx());
    this.watch =
        new CallbackWatch(parts.config().callbackTimes(), attendance.present(), limits.log());
    this.closing = new Closing(parts, attendance, watch, limits.log());
  }

  // -- life

  Future<Void> start() {
    watch.start();
    return parts
        .pubSub()
        .start(this)
        .compose(started -> parts.pubSub().subscribe(ControlMessage.BROADCASTING))
        .onSuccess(listening -> adapterReady = true)
        .onFailure(cause -> log.error("the pub/sub adapter did not start", cause));
  }

  boolean isClosing() {
    return closing.hasBegun();
  }

  Readiness readiness() {
    List<String> reasons = new ArrayList<>();
    if (isClosing()) {
      reasons.add("the cable is closing");
    }
    if (!adapterReady || !parts.pubSub().isConnected()) {
      reasons.add("the pub/sub adapter is not connected");
    }
    reasons.addAll(limits.reasons());
    return Readiness.of(reasons);
  }

  /** Who is here, and who is about to come. */
  Attendance attendance() {
    return attendance;
  }

  /** For what many connections keep. */
  SharedStrings strings() {
    return strings;
  }

  /** Makes the session of a new socket. Called on the socket's loop. */
  Session accept(Transport transport, ConnectionRequest request) {
    Hub hub = hubs.computeIfAbsent(transport.loop(), loop -> new Hub(loop, hubOptions));
    Session session = new Session(this, transport, hub, createConnection(), request);
    attendance.add(session);
    if (isClosing()) {
      session.close(DisconnectReason.SERVER_RESTART, true);
    }
    return session;
  }

  void opened(Session session) {
    registry.add(session);
    events().connectionOpened(session.statistics());
  }

  void closed(Session session) {
    registry.remove(session);
    events().connectionClosed(session.statistics());
    limits.admission().leave(session.request().remoteAddress());
    attendance.remove(session);
  }

  /** Disconnects every connection of this node, at the pace of {@code drainRate}. */
  void restart() {
    List<Runnable> farewells = new ArrayList<>();
    for (Session session : attendance.sessions()) {
      farewells.add(() -> session.close(DisconnectReason.SERVER_RESTART, true));
    }
    Departures.begin(
        Departures.Clock.of(parts.vertx()),
        farewells,
        config().drainRate(),
        config().drainTimeoutMs() / 2);
  }

  Future<CloseReport> close() {
    return closing.begin(this::restart);
  }

  // -- broadcasts and control

  Future<Void> broadcast(String broadcasting, @Nullable Object message) {
    StreamNames.check(broadcasting);
    Buffer payload = Buffer.buffer(encode(message));
    events().broadcasted(broadcasting, payload.length());
    return parts.pubSub().publish(broadcasting, payload);
  }

  Future<Void> publishDisconnect(Map<String, String> identifiers, boolean reconnect) {
    return publish(ControlMessage.disconnect(identifiers, reconnect));
  }

  Future<Void> publishRestart() {
    return publish(ControlMessage.restart());
  }

  private Future<Void> publish(ControlMessage message) {
    return parts.pubSub().publish(ControlMessage.BROADCASTING, message.encode());
  }

  @Override
  public void onMessage(PubSubMessage message) {
    if (message.broadcasting().equals(ControlMessage.BROADCASTING)) {
      obey(message.payload());
    } else {
      streams.deliver(message);
    }
  }

  private void obey(Buffer payload) {
    ControlMessage message;
    try {
      message = ControlMessage.decode(payload);
    } catch (IOException e) {
      log.warn("control message ignored: problem={}", e.getMessage());
      return;
    }
    switch (message.type()) {
      case ControlMessage.RESTART -> restart();
      case ControlMessage.DISCONNECT -> {
        boolean reconnect = message.reconnect() == null || message.reconnect();
        Map<String, String> identifiers = message.identifiers();
        if (identifiers != null) {
          registry
              .holdersOf(identifiers)
              .forEach(session -> session.close(DisconnectReason.REMOTE, reconnect));
        }
      }
      default -> log.debug("control message ignored: type={}", message.type());
    }
  }

  @Override
  public void onLinkLost(Throwable cause) {
    log.warn(
        "pub/sub link lost, messages may be missing from now on: problem={}", cause.getMessage());
    events().pubSubLinkChanged(false);
  }

  @Override
  public void onLinkRestored() {
    log.info("pub/sub link restored: messages in between may be missing");
    events().pubSubLinkChanged(true);
  }

  // -- JSON

  byte[] encode(@Nullable Object message) {
    try {
      return encoder.encode(message);
    } catch (MessageTooLargeException e) {
      limitReached("maxOutboundMessageBytes", String.valueOf(e.getMessage()));
      throw e;
    }
  }

  ObjectNode parseObject(String text, String what) throws ProtocolException {
    try {
      // From bytes, because Jackson reads them faster than text.
      JsonNode node = mapper().readTree(text.getBytes(StandardCharsets.UTF_8));
      if (node instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new ProtocolException(what + " is not valid JSON: " + ProtocolException.describe(e), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Nothing was read from anywhere.
    }
    throw new ProtocolException(what + " must be a JSON object");
  }

  // -- reports

  void limitReached(String option, String subject) {
    limits.log().reached(option, subject);
  }

  void limitNear(String option, String subject, long count, long most) {
    limits.log().filling(option, subject, count, most);
  }

  void callbackFailed(String callback, Throwable failure) {
    events().callbackFailed(callback, failure);
  }

  void subscriptionConfirmed(String channel, String identifier) {
    events().subscriptionConfirmed(channel, identifier);
  }

  void subscriptionRejected(@Nullable String channel, String identifier) {
    log.debug("subscription rejected: channel={}", channel == null ? "unknown" : channel);
    events().subscriptionRejected(channel, identifier);
  }

  void logAction(
      Session session, ChannelDefinition definition, String action, ObjectNode arguments) {
    if (log.isDebugEnabled()) {
      log.debug(
          "performing: connection={} channel={} action={} data={}",
          session.connectionIdentifier(),
          definition.wireName(),
          action,
          config().logParameters()
              ? ParameterFilter.filtered(arguments, config().filterParameters())
              : "(not logged)");
    }
  }

  private final class HubReports implements HubOptions.Listener {
    @Override
    public void broadcastDropped(String broadcasting) {
      limitReached("maxPendingBroadcasts", broadcasting);
    }

    @Override
    public void broadcastsFillUp(String broadcasting, int waiting, int most) {
      limitNear("maxPendingBroadcasts", broadcasting, waiting, most);
    }

    @Override
    public void failed(Throwable defect) {
      log.error("defect in the framework", defect);
    }
  }

  // -- parts

  private Connection createConnection() {
    try {
      return Objects.requireNonNull(parts.connectionFactory().get(), "the connection factory's");
    } catch (RuntimeException | Error e) {
      return new StillbornConnection(e);
    }
  }

  /** Stands in for a connection that could not be made, so that the client is told as usual. */
  private static final class StillbornConnection extends Connection {
    private final Throwable cause;

    StillbornConnection(Throwable cause) {
      this.cause = cause;
    }

    @Override
    protected void connect() {
      throw new IllegalStateException("the connection factory failed", cause);
    }
  }

  @Nullable ChannelDefinition channel(String wireName) {
    return parts.channels().get(wireName);
  }

  ChannelDefinition channel(Class<?> type) {
    for (ChannelDefinition definition : parts.channels().values()) {
      if (definition.type() == type) {
        return definition;
      }
    }
    throw new IllegalArgumentException(
        type.getName() + " is not registered; add .channel(" + type.getSimpleName() + ".class, …)");
  }

  List<ConnectionStatistics> connections() {
    return registry.all().stream().map(Session::statistics).toList();
  }

  int connectionCount() {
    return registry.size();
  }

  int slowConnectionCount() {
    return (int) registry.all().stream().filter(Session::isSlow).count();
  }

  int streamCount() {
    return streams.size();
  }

  CableConfig config() {
    return parts.config();
  }

  CableEvents events() {
    return parts.events();
  }

  StreamNames names() {
    return parts.names();
  }

  ObjectMapper mapper() {
    return parts.mapper();
  }

  ExecutorService callbacks() {
    return parts.callbacks();
  }

  NodeLimits limits() {
    return limits;
  }

  CommandDecoder decoder() {
    return decoder;
  }

  Streams streams() {
    return streams;
  }
}
