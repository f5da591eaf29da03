// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hawser.internal.advice.Development;
import dev.hawser.internal.advice.SingleSettings;
import dev.hawser.internal.calls.KeptAnswers;
import dev.hawser.internal.dispatch.Place;
import dev.hawser.internal.history.CatchUps;
import dev.hawser.internal.json.CableMapper;
import dev.hawser.internal.limits.NodeLimits;
import dev.hawser.internal.log.ActionLog;
import dev.hawser.internal.log.ClientLog;
import dev.hawser.internal.node.NodeRuntime;
import dev.hawser.internal.node.SocketlessNode;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.CableSwitch;
import dev.hawser.internal.options.OptionValues;
import dev.hawser.internal.presence.Presences;
import dev.hawser.internal.protocol.CommandDecoder;
import dev.hawser.internal.protocol.SharedStrings;
import dev.hawser.internal.restore.KeptSessions;
import dev.hawser.internal.streams.Streams;
import dev.hawser.internal.transport.Handshake;
import dev.hawser.internal.transport.HandshakeRules;
import dev.hawser.internal.transport.OriginPolicy;
import dev.hawser.internal.transport.ProxyTrust;
import dev.hawser.internal.transport.SocketUpgrader;
import dev.hawser.presence.PresenceStore;
import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.signed.StreamSigner;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Configures a {@link Cable}. Everything is checked by {@link #build}, which lists all problems at
 * once.
 *
 * <pre>{@code
 * Cable cable = Cable.builder(vertx)
 *     .connection(AppConnection::new)
 *     .channel(ChatChannel.class, ChatChannel::new)
 *     .pubSub(RedisPubSub.create(vertx, "redis://localhost:6379"))
 *     .allowedHosts("chat.example.com")
 *     .pingInterval(Duration.ofSeconds(5))
 *     .build();
 * }</pre>
 *
 * <p>Not thread-safe.
 *
 * @since 0.1.0
 */
public final class CableBuilder {
  static {
    SocketlessNode.Opener.provide(
        (builder, runtime) -> ((CableBuilder) builder).build(runtime).withoutSockets());
  }

  private final Vertx vertx;
  private final OptionValues<CableOption> options = new OptionValues<>(CableOption.class);
  private final Registrations channels = new Registrations();
  private final SingleSettings settings = new SingleSettings();
  private final CableSwitch.Positions switches = new CableSwitch.Positions();
  private final CableMapper mapping = new CableMapper();
  private final Map<Class<?>, Function<Object, String>> namers = new HashMap<>();
  private final HandshakeRules rules = new HandshakeRules();
  private final Set<String> filterParameters =
      new TreeSet<>(Set.of("password", "passwd", "secret", "token", "credential", "authorization"));

  private @Nullable Class<? extends Connection> connectionType;
  private @Nullable Supplier<? extends Connection> connectionFactory;
  private @Nullable PubSubAdapter pubSub;
  private @Nullable PresenceStore presence;
  private CableEvents events = new CableEvents() {};

  /** Time between two requests of a connection; shorter in tests. */
  Duration pauseBetweenRequests = Duration.ofMinutes(1);

  CableBuilder(Vertx vertx) {
    this.vertx = Objects.requireNonNull(vertx, "vertx");
    switches.set(CableSwitch.DEVELOPMENT_MODE, Development.isWanted());
  }

  /**
   * Sets how connections are made. This or {@link #connection(Class, Supplier)} is required.
   *
   * @param factory makes a new connection for each socket; called where connections' callbacks run,
   *     so it may block unless {@link #callbacksOnEventLoop} is set; one that returns the same
   *     instance twice is a defect, and its client is disconnected
   * @return this
   */
  public CableBuilder connection(Supplier<? extends Connection> factory) {
    this.connectionType = null;
    this.connectionFactory = Objects.requireNonNull(factory, "factory");
    return this;
  }

  /**
   * Sets how connections are made, and of which class. {@link #build} then refuses channels that
   * need another class of connection, which is noticed when a client subscribes otherwise. If the
   * class is marked {@link EventLoop}, the factory and all callbacks of connections run on the
   * event loop.
   *
   * @param <C> the connection class
   * @param type the connection class
   * @param factory makes a new connection for each socket, as for {@link #connection(Supplier)}
   * @return this
   */
  public <C extends Connection> CableBuilder connection(
      Class<C> type, Supplier<? extends C> factory) {
    connection(factory);
    this.connectionType = Objects.requireNonNull(type, "type");
    return this;
  }

  /**
   * Registers a channel under the simple name of its class.
   *
   * @param <T> the channel class
   * @param type the channel class; clients subscribe with {@code {channel: "ChatChannel"}}
   * @param factory makes a new channel for each subscription; one that returns the same instance
   *     twice is a defect, and its client is rejected
   * @return this
   */
  public <T extends Channel<?>> CableBuilder channel(Class<T> type, Supplier<? extends T> factory) {
    return channel(type.getSimpleName(), type, factory);
  }

  /**
   * Registers a channel under a name of its own, such as {@code Chats::RoomChannel} for clients
   * that were written for Rails.
   *
   * @param <T> the channel class
   * @param wireName what clients subscribe with; also the stem of its stream names
   * @param type the channel class
   * @param factory makes a new channel for each subscription
   * @return this
   */
  public <T extends Channel<?>> CableBuilder channel(
      String wireName, Class<T> type, Supplier<? extends T> factory) {
    channels.add(
        Objects.requireNonNull(wireName, "wireName"),
        Objects.requireNonNull(type, "type"),
        Objects.requireNonNull(factory, "factory"));
    return this;
  }

  /**
   * Lets clients follow, without a channel class, the streams whose names the application has
   * signed for them: {@code {channel: "$pubsub", signed_stream_name: …}}, as AnyCable's clients do.
   * Every client that has a signed name may follow its stream; nothing else is checked. Default:
   * off.
   *
   * @param signer reads the names; keep it, to sign them with
   * @param options what the clients of such a stream may do
   * @return this
   */
  public CableBuilder signedStreams(StreamSigner signer, StreamOption... options) {
    channels.signedStreams(Objects.requireNonNull(signer, "signer"), options);
    return this;
  }

  /**
   * Lets every client follow every stream of the cable by its bare name: {@code {channel:
   * "$pubsub", stream_name: …}}. Default: off. <b>Security:</b> this includes the streams of all
   * channels, whatever these check. It is for prototypes, and for cables that have nothing but
   * public streams; the log says that it is on.
   *
   * @param options what the clients of such a stream may do
   * @return this
   */
  public CableBuilder publicStreams(StreamOption... options) {
    channels.publicStreams(options);
    return this;
  }

  /**
   * Sets the pub/sub adapter, which the cable then owns. Default: a {@link MemoryPubSub}, for a
   * single node.
   *
   * @param pubSub an adapter that serves no other cable
   * @return this
   */
  public CableBuilder pubSub(PubSubAdapter pubSub) {
    settings.setOnce("pubSub", Objects.requireNonNull(pubSub, "pubSub"));
    this.pubSub = pubSub;
    return this;
  }

  /**
   * Sets where is kept who is present, which the cable then owns. Default: what the pub/sub adapter
   * brings, see {@link PubSubAdapter#presence}: Redis with the Redis adapter, otherwise a
   * {@code MemoryPresence}, for a single node.
   *
   * @param store a store that serves no other cable
   * @return this
   */
  public CableBuilder presence(PresenceStore store) {
    settings.setOnce("presence", Objects.requireNonNull(store, "store"));
    this.presence = store;
    return this;
  }

  /**
   * Names models of a type, for {@link Channel#streamFor} and identifiers. Subclasses are included.
   *
   * @param <M> the type
   * @param type the type
   * @param namer returns a model's name within its channel, not empty; called from any thread
   * @return this
   */
  public <M> CableBuilder streamName(Class<M> type, Function<? super M, String> namer) {
    Objects.requireNonNull(namer, "namer");
    namers.put(type, model -> namer.apply(type.cast(model)));
    return this;
  }

  /**
   * Allows pages of more origins to connect, besides those of the cable's own host.
   *
   * @param origins exact origins such as {@code https://example.com}; {@code https://*.example.com}
   *     for the subdomains of a host; {@code http://localhost:*} for any port
   * @return this
   */
  public CableBuilder allowedOrigins(String... origins) {
    rules.allowOrigins(origins);
    return this;
  }

  /**
   * Names the hosts that the cable is served under. Pages of its own host may connect only if that
   * is one of these, or of a host in {@link #allowedOrigins}; as long as neither names any,
   * whatever host a client asks for is taken for the cable's own. So a stranger's page could
   * connect once the DNS points the stranger's host to the cable (DNS rebinding): name your hosts,
   * unless a proxy in front sees that no other is asked for. IP addresses and {@code localhost}
   * need not be named.
   *
   * @param hosts exact hosts such as {@code example.com}, with any port; {@code example.com:8443}
   *     for one port; {@code *.example.com} for the subdomains of a host
   * @return this
   */
  public CableBuilder allowedHosts(String... hosts) {
    rules.allowHosts(hosts);
    return this;
  }

  /**
   * Sets whether pages of the cable's own host may connect. Default: {@code true}. Which hosts are
   * its own, {@link #allowedHosts} says.
   *
   * @param allow whether they may
   * @return this
   */
  public CableBuilder allowSameOrigin(boolean allow) {
    return set(CableSwitch.ALLOW_SAME_ORIGIN, allow);
  }

  /**
   * Sets whether clients that send no {@code Origin} may connect: native apps and servers, never
   * browsers. Default: {@code false}, as in ActionCable.
   *
   * @param allow whether they may; safe when clients are authenticated by a token, not a cookie
   * @return this
   */
  public CableBuilder allowMissingOrigin(boolean allow) {
    return set(CableSwitch.ALLOW_MISSING_ORIGIN, allow);
  }

  /**
   * Turns the origin check off or on. Default: on. Off, any web page can connect with its visitor's
   * cookies.
   *
   * @param check whether origins are checked
   * @return this
   */
  public CableBuilder checkOrigin(boolean check) {
    return set(CableSwitch.CHECK_ORIGIN, check);
  }

  /**
   * Declares the proxies whose {@code X-Forwarded-Host}, {@code -Proto} and {@code -For} headers
   * are believed. Default: none.
   *
   * @param networks IP addresses such as {@code 127.0.0.1}, or networks such as {@code 10.0.0.0/8}
   * @return this
   */
  public CableBuilder trustedProxies(String... networks) {
    rules.trustProxies(networks);
    return this;
  }

  /**
   * Sets the time between pings of a connection. ActionCable's clients reconnect after 6 s without.
   *
   * @param interval 30 ms to 6 s; default 3 s
   * @return this
   */
  public CableBuilder pingInterval(Duration interval) {
    return set(CableOption.PING_INTERVAL, interval);
  }

  /**
   * Sets how long a client may be silent, RFC 6455 pongs included, before its connection is
   * dropped. A client is asked for a pong after a third of this.
   *
   * @param timeout at least 3 times the ping interval, at most 1 h; 0 for never; default 30 s
   * @return this
   */
  public CableBuilder deadPeerTimeout(Duration timeout) {
    return set(CableOption.DEAD_PEER_TIMEOUT, timeout);
  }

  /**
   * Sets how long {@link Connection#connect} may take before the client is disconnected and may try
   * again.
   *
   * @param timeout 1 ms to 1 h; default 30 s
   * @return this
   */
  public CableBuilder connectTimeout(Duration timeout) {
    return set(CableOption.CONNECT_TIMEOUT, timeout);
  }

  /**
   * Sets how often {@link Connection#reauthenticate} decides whether a client may stay: each
   * connection is asked after between half and all of this time, and again after each answer.
   *
   * @param every 1 ms to 1 day; 0 turns it off; default 0
   * @return this
   */
  public CableBuilder reauthenticate(Duration every) {
    return set(CableOption.REAUTHENTICATE, every);
  }

  /**
   * Sets how long the streams of a subscription may take to become live before the client is sent
   * away to try again.
   *
   * @param timeout 1 ms to 1 h; default 10 s
   * @return this
   */
  public CableBuilder subscribeTimeout(Duration timeout) {
    return set(CableOption.SUBSCRIBE_TIMEOUT, timeout);
  }

  /**
   * Sets how long a client has to answer a Close frame before its socket is dropped.
   *
   * @param timeout 1 ms to 1 h; default 5 s
   * @return this
   */
  public CableBuilder closeTimeout(Duration timeout) {
    return set(CableOption.CLOSE_TIMEOUT, timeout);
  }

  /**
   * Sets how long {@link Cable#close} waits for connections and their callbacks.
   *
   * @param timeout 1 ms to 1 h; default 30 s
   * @return this
   */
  public CableBuilder drainTimeout(Duration timeout) {
    return set(CableOption.DRAIN_TIMEOUT, timeout);
  }

  /**
   * Sets how many connections {@link Cable#close} and {@link Cable#restart} send away in a second,
   * because all of them come back elsewhere. A tenth of that leaves at once.
   *
   * @param connectionsPerSecond 1 to 1,000,000; default 2,500
   * @return this
   */
  public CableBuilder drainRate(int connectionsPerSecond) {
    return set(CableOption.DRAIN_RATE, connectionsPerSecond);
  }

  /**
   * Sets how much may wait to be sent to a client. One that reads more slowly is closed with
   * {@code slow_consumer} and code 1013, and reconnects. It counts as slow from a quarter on.
   *
   * @param bytes 1 KiB to 1 GiB; default 1 MiB
   * @return this
   */
  public CableBuilder maxOutboundBytes(int bytes) {
    return set(CableOption.MAX_OUTBOUND_BYTES, bytes);
  }

  /**
   * Sets how long a client may be slow before it is closed, too.
   *
   * @param timeout 1 ms to 1 h; default 30 s
   * @return this
   */
  public CableBuilder slowConsumerTimeout(Duration timeout) {
    return set(CableOption.SLOW_CONSUMER_TIMEOUT, timeout);
  }

  /**
   * Sets the size from which messages are compressed for clients that offer permessage-deflate (RFC
   * 7692); what these send may then be compressed, too. A broadcast is compressed once for all who
   * take it, on each event loop. Do not send secrets together with text that others chose: the size
   * of what is compressed says something about its content. Has no effect on portable sockets.
   *
   * @param bytes 64 B to 64 MiB; 0 for never, and nothing is negotiated then; default 0
   * @return this
   */
  public CableBuilder compressFromBytes(int bytes) {
    return set(CableOption.COMPRESS_FROM_BYTES, bytes);
  }

  /**
   * Sets the largest message a client may send; a larger one closes its socket with 1009.
   *
   * @param bytes 1 KiB to 64 MiB; default 64 KiB
   * @return this
   */
  public CableBuilder maxMessageBytes(int bytes) {
    return set(CableOption.MAX_MESSAGE_BYTES, bytes);
  }

  /**
   * Sets into how many frames a client may cut a message; more close its socket with 1009.
   *
   * @param count 1 to 65,536; default 256
   * @return this
   */
  public CableBuilder maxFragments(int count) {
    return set(CableOption.MAX_FRAGMENTS, count);
  }

  /**
   * Sets the size of the longest identifier, as JSON text in UTF-8; a subscription with a longer
   * one is rejected. An identifier is the params of a subscription, and is repeated in every
   * message to it.
   *
   * @param bytes 1 B to 64 MiB; default 4 KiB
   * @return this
   */
  public CableBuilder maxIdentifierBytes(int bytes) {
    return set(CableOption.MAX_IDENTIFIER_BYTES, bytes);
  }

  /**
   * Sets how large the data of an action may be, as JSON text in UTF-8. Larger data is reported as
   * a bad command, and its action not performed.
   *
   * @param bytes 1 B to 64 MiB; default as {@code maxMessageBytes}
   * @return this
   */
  public CableBuilder maxDataBytes(int bytes) {
    return set(CableOption.MAX_DATA_BYTES, bytes);
  }

  /**
   * Sets the size of the largest message that may be transmitted or broadcast, as JSON. The call
   * fails with {@link MessageTooLargeException} for a larger one.
   *
   * @param bytes 1 B to {@code maxOutboundBytes}; default seven eighths of that
   * @return this
   */
  public CableBuilder maxOutboundMessageBytes(int bytes) {
    return set(CableOption.MAX_OUTBOUND_MESSAGE_BYTES, bytes);
  }

  /**
   * Sets how many bytes of a stream with history are kept, of payload; beyond that the oldest
   * broadcasts go before their time.
   *
   * @param bytes 1 KiB to 1 GiB; default 4 MiB
   * @return this
   */
  public CableBuilder maxHistoryBytesPerStream(int bytes) {
    return set(CableOption.MAX_HISTORY_BYTES_PER_STREAM, bytes);
  }

  /**
   * Sets how many bytes of messages that it missed a client is sent at once. One that missed more
   * is told that they are lost, and gets a snapshot if the channel has one.
   *
   * @param bytes 1 B to {@code maxOutboundBytes}; default half of that
   * @return this
   */
  public CableBuilder maxReplayBytes(int bytes) {
    return set(CableOption.MAX_REPLAY_BYTES, bytes);
  }

  /**
   * Sets how many commands of a connection may wait for their callbacks. Beyond that its socket is
   * not read until half of them are done; none is lost.
   *
   * @param count 2 to 65,536; default 64
   * @return this
   */
  public CableBuilder maxPendingCommands(int count) {
    return set(CableOption.MAX_PENDING_COMMANDS, count);
  }

  /**
   * Sets how many calls of a connection may wait for their replies. Beyond that they are answered
   * with {@code too_many_calls} and not carried out.
   *
   * @param count 1 to 65,536; default 1,000
   * @return this
   */
  public CableBuilder maxCallsPerConnection(int count) {
    return set(CableOption.MAX_CALLS_PER_CONNECTION, count);
  }

  /**
   * Sets how long a client may repeat a call that is to have one effect. A call that asks for more
   * is answered with {@code bad_request}. The answer is kept a minute longer.
   *
   * @param time 1 s to 1 hour; default 5 minutes
   * @return this
   */
  public CableBuilder maxAnswerTime(Duration time) {
    return set(CableOption.MAX_ANSWER_TIME, time);
  }

  /**
   * Sets how many answers this node keeps for clients that may repeat their calls. Beyond that such
   * calls are answered with {@code unavailable} and not carried out.
   *
   * @param count 1 to 16,777,216; default 100,000
   * @return this
   */
  public CableBuilder maxKeptAnswers(int count) {
    return set(CableOption.MAX_KEPT_ANSWERS, count);
  }

  /**
   * Sets how many bytes of answers this node keeps for clients that may repeat their calls. What
   * does not fit is not kept: a repetition is answered with {@code unknown_outcome}.
   *
   * @param bytes 1 KiB to 1 GiB; default 64 MiB
   * @return this
   */
  public CableBuilder maxKeptAnswerBytes(int bytes) {
    return set(CableOption.MAX_KEPT_ANSWER_BYTES, bytes);
  }

  /**
   * Sets for how long a client of the extended subprotocol may restore its session after its socket
   * was lost: after {@link Connection#connect}, the server creates its subscriptions again if its
   * identifiers are the same.
   *
   * @param time 1 ms to 1 hour; 0 for never; default 5 minutes
   * @return this
   */
  public CableBuilder sessionRestoreTime(Duration time) {
    return set(CableOption.SESSION_RESTORE_TIME, time);
  }

  /**
   * Sets how many sessions whose sockets are lost this node keeps. The client of one that is not
   * kept subscribes again by itself.
   *
   * @param count 1 to 16,777,216; default 100,000
   * @return this
   */
  public CableBuilder maxKeptSessions(int count) {
    return set(CableOption.MAX_KEPT_SESSIONS, count);
  }

  /**
   * Sets how many bytes of such sessions this node keeps: mostly the identifiers of their
   * subscriptions. One with more than 64 KiB is not kept.
   *
   * @param bytes 1 KiB to 1 GiB; default 64 MiB
   * @return this
   */
  public CableBuilder maxKeptSessionBytes(int bytes) {
    return set(CableOption.MAX_KEPT_SESSION_BYTES, bytes);
  }

  /**
   * Sets how many callbacks of a connection may wait in all, those of stream handlers and timers
   * included. Beyond that the connection is closed with {@code overloaded}, and reconnects.
   *
   * @param count greater than {@code maxPendingCommands}, up to 1,048,576; default 1,024
   * @return this
   */
  public CableBuilder maxPendingCallbacks(int count) {
    return set(CableOption.MAX_PENDING_CALLBACKS, count);
  }

  /**
   * Sets how many people may be present in a stream. Beyond that a join fails with
   * {@code PresenceFullException}, or with the error {@code presence_full} if a client asked for
   * it.
   *
   * @param count 1 to 100,000, the same on all nodes; default 10,000
   * @return this
   */
  public CableBuilder maxPresentPerStream(int count) {
    return set(CableOption.MAX_PRESENT_PER_STREAM, count);
  }

  /**
   * Sets how many tabs of one person may be present in a stream, with the same outcome beyond.
   *
   * @param count 1 to 1,000, the same on all nodes; default 100
   * @return this
   */
  public CableBuilder maxTabsPerPresent(int count) {
    return set(CableOption.MAX_TABS_PER_PRESENT, count);
  }

  /**
   * Sets how large the id and the info of a person who is present may be together, as JSON text in
   * UTF-8. A larger join is refused.
   *
   * @param bytes 16 B to 16 KiB; default 1 KiB
   * @return this
   */
  public CableBuilder maxPresenceInfoBytes(int bytes) {
    return set(CableOption.MAX_PRESENCE_INFO_BYTES, bytes);
  }

  /**
   * Sets after which time a person whose connection was lost leaves. A person who is back by then
   * was never away.
   *
   * @param grace up to 1 h, the same on all nodes; 0 for at once; default 15 s
   * @return this
   */
  public CableBuilder presenceGrace(Duration grace) {
    return set(CableOption.PRESENCE_GRACE, grace);
  }

  /**
   * Sets after which time those leave whose node has died or cannot reach the store.
   *
   * @param lease 100 ms to 1 h, the same on all nodes; default 12 s
   * @return this
   */
  public CableBuilder presenceLease(Duration lease) {
    return set(CableOption.PRESENCE_LEASE, lease);
  }

  /**
   * Sets how many broadcasts may wait for one event loop. Beyond that they are dropped, and counted
   * by {@link CableEvents#limitReached}.
   *
   * @param count 1 to 16,777,216; default 65,536
   * @return this
   */
  public CableBuilder maxPendingBroadcasts(int count) {
    return set(CableOption.MAX_PENDING_BROADCASTS, count);
  }

  /**
   * Sets how many subscriptions a connection may have; more are rejected.
   *
   * @param count 1 to 1,048,576; default 1,000
   * @return this
   */
  public CableBuilder maxSubscriptionsPerConnection(int count) {
    return set(CableOption.MAX_SUBSCRIPTIONS_PER_CONNECTION, count);
  }

  /**
   * Sets how many streams a subscription may have; {@code streamFrom} fails beyond that.
   *
   * @param count 1 to 1,048,576; default 1,000
   * @return this
   */
  public CableBuilder maxStreamsPerSubscription(int count) {
    return set(CableOption.MAX_STREAMS_PER_SUBSCRIPTION, count);
  }

  /**
   * Sets how many timers a subscription may have; {@link Channel#periodically} fails beyond that.
   *
   * @param count 1 to 1,048,576; default 100
   * @return this
   */
  public CableBuilder maxTimersPerSubscription(int count) {
    return set(CableOption.MAX_TIMERS_PER_SUBSCRIPTION, count);
  }

  /**
   * Sets how many connections this node takes. More are refused with 503 and {@code Retry-After},
   * and the node is not ready. A connection counts from its handshake until its callbacks have run.
   *
   * @param count 1 to 16,777,216; default 100,000
   * @return this
   */
  public CableBuilder maxConnections(int count) {
    return set(CableOption.MAX_CONNECTIONS, count);
  }

  /**
   * Sets how many connections of one client address this node takes; more are refused with 429 and
   * {@code Retry-After}. An address is that of an IPv4 host or of an IPv6 /64 network, behind the
   * proxies declared by {@link #trustedProxies}: an undeclared proxy is one address.
   *
   * @param count 1 to 16,777,216; default 10,000
   * @return this
   */
  public CableBuilder maxConnectionsPerAddress(int count) {
    return set(CableOption.MAX_CONNECTIONS_PER_ADDRESS, count);
  }

  /**
   * Sets how fast one client address may connect to this node. Ten seconds' worth may come at once;
   * more are refused with 429 and {@code Retry-After}.
   *
   * @param perSecond connects per second, 1 to 1,000,000; default 500
   * @return this
   */
  public CableBuilder maxConnectsPerSecondPerAddress(int perSecond) {
    return set(CableOption.MAX_CONNECTS_PER_SECOND_PER_ADDRESS, perSecond);
  }

  /**
   * Sets how fast commands of a connection are read. Ten seconds' worth may come at once; beyond
   * that the socket is not read until the rate is kept again, and none is lost. Every frame counts,
   * pings and fragments too.
   *
   * @param perSecond commands per second, 1 to 1,000,000; default 200
   * @return this
   */
  public CableBuilder maxCommandsPerSecond(int perSecond) {
    return set(CableOption.MAX_COMMANDS_PER_SECOND, perSecond);
  }

  /**
   * Sets how many commands of a subscription are carried out in a second. What comes beyond that is
   * refused with a {@link RateLimitedException} and lost; {@link Action#perSecond} sets a rate for
   * a single action.
   *
   * @param perSecond commands per second, 1 to 1,000,000; 0 turns it off; default 0
   * @return this
   */
  public CableBuilder maxCommandsPerSecondPerSubscription(int perSecond) {
    return set(CableOption.MAX_COMMANDS_PER_SECOND_PER_SUBSCRIPTION, perSecond);
  }

  /**
   * Sets with how many waiting callbacks, of all its connections, this node counts as overloaded:
   * then it refuses new connections with 503 and {@code Retry-After}, and is not ready, until there
   * are 20 % fewer.
   *
   * @param count 1 to 2,147,483,647; default 65,536
   * @return this
   */
  public CableBuilder maxPendingCallbacksPerNode(int count) {
    return set(CableOption.MAX_PENDING_CALLBACKS_PER_NODE, count);
  }

  /**
   * Sets how much memory a connection may make the node keep: its subscriptions with their
   * identifiers, their streams and timers, commands that wait or run, and what waits to be sent.
   * Beyond that subscriptions are rejected, {@code streamFrom} and {@code periodically} fail, and
   * the socket is read later. The sizes are estimates, see docs/operations.md.
   *
   * @param bytes 64 KiB to 1 GiB; default the larger of 64 × {@code maxMessageBytes} and 4 ×
   *     {@code maxOutboundBytes}, so 4 MiB
   * @return this
   */
  public CableBuilder maxMemoryPerConnection(int bytes) {
    return set(CableOption.MAX_MEMORY_PER_CONNECTION, bytes);
  }

  /**
   * Sets how much of the heap the connections of one client address may take together, beyond the 8
   * KiB that each has anyway. Beyond that subscriptions are rejected, and a connection that sends
   * or is sent more is closed with reason {@code overloaded} or {@code slow_consumer} and may
   * reconnect.
   *
   * @param percent of the largest possible heap, 1 to 100; default 12
   * @return this
   */
  public CableBuilder maxMemoryPercentPerAddress(int percent) {
    return set(CableOption.MAX_MEMORY_PERCENT_PER_ADDRESS, percent);
  }

  /**
   * Sets how much of the heap all connections of this node may take together, as
   * {@link #maxMemoryPercentPerAddress} does for those of an address.
   *
   * @param percent of the largest possible heap, 1 to 100; default 25
   * @return this
   */
  public CableBuilder maxMemoryPercent(int percent) {
    return set(CableOption.MAX_MEMORY_PERCENT, percent);
  }

  /**
   * Sets how full the heap may be after garbage collections before this node counts as overloaded:
   * then it refuses new connections with 503 and {@code Retry-After}, rejects new subscriptions,
   * and is not ready, until it is 20 % below.
   *
   * @param percent of the largest possible heap, 1 to 100; default 90; 100 for never
   * @return this
   */
  public CableBuilder maxHeapPercent(int percent) {
    return set(CableOption.MAX_HEAP_PERCENT, percent);
  }

  /**
   * Sets how long a request head may take, from the first byte or none to the last, on HTTP servers
   * that {@link Cable#guard} watches. A connection that takes longer is closed.
   *
   * @param timeout 1 ms to 1 h; default 10 s
   * @return this
   */
  public CableBuilder handshakeTimeout(Duration timeout) {
    return set(CableOption.HANDSHAKE_TIMEOUT, timeout);
  }

  /**
   * Sets after how long a callback that still runs, or waits for its future, is reported: in the
   * log with its stack, and to {@link CableEvents#limitReached}.
   *
   * @param time up to 1 day; 0 for never; default 5 s
   * @return this
   */
  public CableBuilder slowCallbackWarning(Duration time) {
    return set(CableOption.SLOW_CALLBACK_WARNING, time);
  }

  /**
   * Sets after how long an event loop is reported on which a callback blocks: all its connections
   * wait then. In the log with the place and the stack, and to {@link CableEvents#limitReached}.
   * Only callbacks that run on event loops are concerned, see {@link EventLoop}. A loop is noticed
   * after half of this time more at the latest.
   *
   * @param time up to 1 day; 0 for never; default 200 ms
   * @return this
   */
  public CableBuilder blockedLoopWarning(Duration time) {
    return set(CableOption.BLOCKED_LOOP_WARNING, time);
  }

  /**
   * Sets how long a callback may run or wait for its future. Then its thread is interrupted, or the
   * future no longer waited for, and it fails with {@link CallbackTimeoutException}. Code that
   * ignores the interrupt holds up its own connection, and fails when it returns. Code on an event
   * loop is not interrupted.
   *
   * @param timeout up to 1 day; 0 for never; default 5 min
   * @return this
   */
  public CableBuilder callbackTimeout(Duration timeout) {
    return set(CableOption.CALLBACK_TIMEOUT, timeout);
  }

  /**
   * Sets how many threads run callbacks on Java 17 to 20. Newer versions use virtual threads.
   *
   * @param threads 1 to 32,768; default 4 per processor, at least 16
   * @return this
   */
  public CableBuilder workerPoolSize(int threads) {
    return set(CableOption.WORKER_POOL_SIZE, threads);
  }

  /**
   * Sets whether all callbacks, of connections and channels, run on the event loop. Default:
   * {@code false}. For an application that never blocks; see {@link EventLoop} for a single
   * channel.
   *
   * @param onEventLoop whether they do
   * @return this
   */
  public CableBuilder callbacksOnEventLoop(boolean onEventLoop) {
    return set(CableSwitch.CALLBACKS_ON_EVENT_LOOP, onEventLoop);
  }

  /**
   * Sets whether the data of actions is logged, at level DEBUG. Default: {@code true}.
   *
   * @param log whether it is
   * @return this
   */
  public CableBuilder logParameters(boolean log) {
    return set(CableSwitch.LOG_PARAMETERS, log);
  }

  /**
   * Adds names whose values are masked in the log. By default that is done for keys containing
   * password, passwd, secret, token, credential or authorization.
   *
   * @param names parts of keys, in any case
   * @return this
   */
  public CableBuilder filterParameters(String... names) {
    for (String name : names) {
      filterParameters.add(name.toLowerCase(Locale.ROOT));
    }
    return this;
  }

  /**
   * Sets the mapper for messages, params and action data. Give it stream read constraints of your
   * own: clients' data goes through it. Default: Jackson's with Vert.x's types such as
   * {@code JsonObject} and {@code Instant}, and those of {@code java.time} as ISO 8601 if
   * {@code jackson-datatype-jsr310} is on the class path; strict about duplicate keys and trailing
   * tokens, with nesting, names and numbers bounded, and lenient about unknown properties. To add
   * to it, use {@link #jacksonModules} instead.
   *
   * @param mapper a mapper that is not changed afterwards; it must not use default typing
   * @return this
   */
  public CableBuilder objectMapper(ObjectMapper mapper) {
    mapping.use(Objects.requireNonNull(mapper, "mapper"));
    return this;
  }

  /**
   * Adds modules to the default mapper, which stays strict and bounded; for types such as
   * {@code Optional}, or serializers of your own. A module that comes later wins over one before
   * it.
   *
   * @param modules such as {@code new Jdk8Module()}; not beside {@link #objectMapper}
   * @return this
   */
  public CableBuilder jacksonModules(Module... modules) {
    mapping.add(List.of(modules));
    return this;
  }

  /**
   * Sets whether pages are told what the server refuses, with the text of exceptions, for their
   * consoles: unknown channels and actions, data that does not fit, rejected subscriptions,
   * callbacks that fail. Only clients that speak {@code actioncable-v1-ext-json} get it, as this
   * library's does. Default: {@code false}, or what {@code -Dhawser.developmentMode=true} says.
   *
   * <p><b>Security:</b> never in production: these texts are not for strangers.
   *
   * @param on whether they are told
   * @return this
   */
  public CableBuilder developmentMode(boolean on) {
    return set(CableSwitch.DEVELOPMENT_MODE, on);
  }

  /**
   * Sets the listener for what happens in the cable.
   *
   * @param events a thread-safe listener
   * @return this
   */
  public CableBuilder events(CableEvents events) {
    this.events = Objects.requireNonNull(events, "events");
    return this;
  }

  /**
   * Sets whether sockets are served by public API of Vert.x alone: several times slower, and 15 kB
   * more for each connection. Default: {@code false}. Where the faster way is not possible this way
   * is taken anyhow. Turn {@code perMessageWebSocketCompressionSupported} off in the options of the
   * HTTP server then, because Vert.x inflates without a bound; and set its
   * {@code maxWebSocketFrameSize} if {@code maxMessageBytes} is more than 64 KiB, because Vert.x
   * refuses larger frames with 1009.
   *
   * @param portable whether they are
   * @return this
   */
  public CableBuilder portableSockets(boolean portable) {
    return set(CableSwitch.PORTABLE_SOCKETS, portable);
  }

  /**
   * Sets how long the node may warm up before it is ready. The first thousand connections of a
   * fresh JVM cost several times as much as later ones, just when the clients of the node before
   * come back. So the node runs the whole way of a connection over loopback, with connections and
   * channels of its own, until 3,000 clients have come and left or the time is over;
   * {@link Cable#started} and {@link Cable#readiness} wait for it. Nothing of it reaches the
   * application, its events or its metrics, and nothing from outside reaches it. The application's
   * own code stays cold. What it costs and gains is in {@code docs/tuning.md}. Default: zero, none.
   *
   * @param most 1 ms to 5 minutes, or zero; 5 to 10 seconds are worth it
   * @return this
   */
  public CableBuilder warmUp(Duration most) {
    return set(CableOption.WARM_UP, most);
  }

  /**
   * Builds the cable and starts its pub/sub adapter.
   *
   * @return a cable, to be mounted on a route
   * @throws CableConfigurationException listing everything that is wrong
   */
  public Cable build() {
    Cable cable = build(NodeRuntime.ofProcess(vertx));
    settings.own();
    return cable;
  }

  /** Builds the cable on the process, for a warm-up, or on the thread of a test. */
  Cable build(NodeRuntime runtime) {
    List<String> problems = new ArrayList<>();
    Supplier<? extends Connection> connections = connectionFactory;
    if (connections == null) {
      problems.add("connection: not set (expected: .connection(AppConnection::new))");
    }
    problems.addAll(options.problems());
    problems.addAll(settings.problems());
    ObjectMapper mapper = mapping.mapper(options.get(CableOption.MAX_MESSAGE_BYTES), problems);
    Map<String, ChannelDefinition> definitions = channels.define(place(), mapper, problems);
    channels.check(definitions.values(), connectionType, options, problems);
    OriginPolicy origins = rules.origins(
        switches.isOn(CableSwitch.CHECK_ORIGIN),
        switches.isOn(CableSwitch.ALLOW_SAME_ORIGIN),
        switches.isOn(CableSwitch.ALLOW_MISSING_ORIGIN),
        problems);
    ProxyTrust proxies = rules.proxies(problems);
    if (!problems.isEmpty() || origins == null || proxies == null || connections == null) {
      throw new CableConfigurationException("the cable", problems);
    }
    CableContext context = context(runtime, mapper, definitions);
    SocketUpgrader sockets =
        context.socketUpgrader(vertx, switches.isOn(CableSwitch.PORTABLE_SOCKETS));
    context.announce(sockets.isPortable(), switches);
    return new Cable(
        context,
        new CableLifecycle(context, connections, new WarmUp(context, vertx, sockets.isPortable())),
        new Handshake(origins),
        proxies,
        sockets,
        context.headDeadlines(vertx, pauseBetweenRequests));
  }

  private Place place() {
    return switches.isOn(CableSwitch.CALLBACKS_ON_EVENT_LOOP) ? Place.EVENT_LOOP : Place.BLOCKING;
  }

  private CableContext context(
      NodeRuntime runtime, ObjectMapper mapper, Map<String, ChannelDefinition> definitions) {
    OptionValues<CableOption> values = options.copy();
    PubSubAdapter adapter = runtime.pubSub(pubSub == null ? MemoryPubSub.create() : pubSub);
    GuardedEvents guarded = new GuardedEvents(events);
    NodeLimits limits = new NodeLimits(values, guarded, runtime.time(), adapter);
    BiConsumer<Long, Runnable> timer = runtime.time()::setTimer;
    Streams streams = new Streams(adapter, adapter.history(), timer);
    return new CableContext(
        runtime,
        values,
        definitions,
        ChannelDefinition.placeOf(connectionType, place()),
        runtime.callbacks(values.count(CableOption.WORKER_POOL_SIZE)),
        adapter,
        streams,
        new CatchUps(streams, timer),
        new StreamNames(namers),
        new Presences(
            runtime.time(),
            runtime.presence(presence == null ? adapter.presence() : presence),
            values,
            limits.log()),
        new CommandDecoder(values.count(CableOption.MAX_MESSAGE_BYTES)),
        new MessageEncoder(mapper, values.count(CableOption.MAX_OUTBOUND_MESSAGE_BYTES)),
        new ActionLog(switches.isOn(CableSwitch.LOG_PARAMETERS), Set.copyOf(filterParameters)),
        new ClientLog(),
        guarded,
        limits,
        new KeptAnswers(runtime.answers(adapter.answers()), values, limits.log(), runtime.time()),
        new KeptSessions(adapter.sessions(), values, limits.log()),
        new SharedStrings(),
        switches.isOn(CableSwitch.DEVELOPMENT_MODE));
  }

  private CableBuilder set(CableSwitch which, boolean on) {
    switches.set(which, on);
    return this;
  }

  private CableBuilder set(CableOption option, long value) {
    options.set(option, value);
    return this;
  }

  private CableBuilder set(CableOption option, Duration value) {
    options.set(option, value);
    return this;
  }
}
