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
 * Configures and builds a {@link Cable}. Only a connection is required; every option has a default.
 * {@link #build} checks everything and reports all problems at once.
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
 * <p>The parameter of each option states its range and its default. Values out of range are
 * reported by {@link #build}. Options that limit something are per node, unless they say otherwise;
 * when a limit takes effect, the log and {@link CableEvents#limitReached CableEvents.limitReached}
 * name the option.
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
   * Sets the factory of connections. This or {@link #connection(Class, Supplier)} is required.
   *
   * @param factory creates a new connection for each socket. It runs where callbacks of connections
   *     run, so it may block unless {@link #callbacksOnEventLoop callbacksOnEventLoop} is set. If
   *     it returns the same instance twice, the second client is disconnected
   * @return this
   */
  public CableBuilder connection(Supplier<? extends Connection> factory) {
    this.connectionType = null;
    this.connectionFactory = Objects.requireNonNull(factory, "factory");
    return this;
  }

  /**
   * Sets the factory and the class of connections. With the class, {@link #build} refuses channels
   * that need another class of connection; without it, that shows when a client subscribes. If the
   * class is annotated with {@link EventLoop}, the factory and all callbacks of connections run on
   * the event loop.
   *
   * @param <C> the connection class
   * @param type the connection class
   * @param factory creates a new connection for each socket, as for {@link #connection(Supplier)}
   * @return this
   */
  public <C extends Connection> CableBuilder connection(
      Class<C> type, Supplier<? extends C> factory) {
    connection(factory);
    this.connectionType = Objects.requireNonNull(type, "type");
    return this;
  }

  /**
   * Registers a channel under the simple name of its class. A class can be registered once.
   *
   * @param <T> the channel class
   * @param type the channel class; clients subscribe with {@code {channel: "ChatChannel"}}
   * @param factory creates a new channel for each subscription, where the channel's callbacks run.
   *     If it returns the same instance twice, the second subscription is rejected
   * @return this
   */
  public <T extends Channel<?>> CableBuilder channel(Class<T> type, Supplier<? extends T> factory) {
    return channel(type.getSimpleName(), type, factory);
  }

  /**
   * Registers a channel under another name than that of its class, such as
   * {@code Chats::RoomChannel} for clients that were written for Rails.
   *
   * @param <T> the channel class
   * @param wireName the name that clients subscribe with, not blank and used once; the names of its
   *     streams begin with it, as in ActionCable
   * @param type the channel class
   * @param factory creates a new channel for each subscription, as for {@link #channel(Class,
   *     Supplier)}
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
   * Lets clients subscribe, without a channel class, to streams whose names the application has
   * signed. Clients subscribe with {@code {channel: "$pubsub", signed_stream_name: …}}, as
   * AnyCable's do. Default: off. <b>Security:</b> every client that has a signed name may subscribe
   * to its stream; nothing else is checked.
   *
   * @param signer verifies the names; the application signs them with the same one
   * @param options what the clients of such streams may do, such as {@link StreamOption#whispers}
   * @return this
   */
  public CableBuilder signedStreams(StreamSigner signer, StreamOption... options) {
    channels.signedStreams(Objects.requireNonNull(signer, "signer"), options);
    return this;
  }

  /**
   * Lets every client subscribe to every stream of the cable by its plain name. Clients subscribe
   * with {@code {channel: "$pubsub", stream_name: …}}, as AnyCable's do. Default: off.
   * <b>Security:</b> this includes the streams of all channels, whatever these check. Use it for
   * prototypes, and for cables that have public streams only; the log says at the start that it is
   * on.
   *
   * @param options what the clients of such streams may do, such as {@link StreamOption#whispers}
   * @return this
   */
  public CableBuilder publicStreams(StreamOption... options) {
    channels.publicStreams(options);
    return this;
  }

  /**
   * Sets the pub/sub adapter, which connects the nodes of an application. The cable starts and
   * closes it. Default: a {@link MemoryPubSub}, for a single node.
   *
   * @param pubSub an adapter that no other cable uses, such as
   *     {@link dev.hawser.pubsub.redis.RedisPubSub}
   * @return this
   */
  public CableBuilder pubSub(PubSubAdapter pubSub) {
    settings.setOnce("pubSub", Objects.requireNonNull(pubSub, "pubSub"));
    this.pubSub = pubSub;
    return this;
  }

  /**
   * Sets the store that keeps who is present. The cable starts and closes it. Default: the store of
   * the pub/sub adapter ({@link PubSubAdapter#presence}), which is Redis with the Redis adapter,
   * and otherwise a {@link dev.hawser.presence.MemoryPresence} for a single node.
   *
   * @param store a store that no other cable uses
   * @return this
   */
  public CableBuilder presence(PresenceStore store) {
    settings.setOnce("presence", Objects.requireNonNull(store, "store"));
    this.presence = store;
    return this;
  }

  /**
   * Sets how models of a type are named, for {@link Channel#streamFor Channel.streamFor},
   * {@link Cable#broadcastTo Cable.broadcastTo} and {@link Connection#identifiedBy
   * Connection.identifiedBy}. Subclasses are included. A model class can implement
   * {@link Streamable} instead.
   *
   * @param <M> the type of the models
   * @param type a class or interface of models
   * @param namer returns a model's name within its channel, not empty; called from any thread
   * @return this
   */
  public <M> CableBuilder streamName(Class<M> type, Function<? super M, String> namer) {
    Objects.requireNonNull(namer, "namer");
    namers.put(type, model -> namer.apply(type.cast(model)));
    return this;
  }

  /**
   * Allows pages of other origins to connect, besides those of the cable's own host (RFC 6454, RFC
   * 6455 section 10.2). Default: none.
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
   * Names the hosts that the cable is served under. Default: none. A page of the cable's own host
   * may connect only if that host is named here or in {@link #allowedOrigins allowedOrigins}. If
   * neither names a host, any host that a request asks for counts as the cable's own.
   * <b>Security:</b> then a page of an attacker's domain can connect if its DNS name resolves to
   * this server (DNS rebinding). Name your hosts, unless a proxy in front accepts requests for your
   * hosts only. IP addresses and {@code localhost} need not be named.
   *
   * @param hosts exact hosts such as {@code example.com}, for any port; {@code example.com:8443}
   *     for one port; {@code *.example.com} for the subdomains of a host
   * @return this
   */
  public CableBuilder allowedHosts(String... hosts) {
    rules.allowHosts(hosts);
    return this;
  }

  /**
   * Sets whether pages of the cable's own host may connect. Default: {@code true}.
   * {@link #allowedHosts allowedHosts} names the own hosts.
   *
   * @param allow whether they may
   * @return this
   */
  public CableBuilder allowSameOrigin(boolean allow) {
    return set(CableSwitch.ALLOW_SAME_ORIGIN, allow);
  }

  /**
   * Sets whether clients that send no {@code Origin} header may connect. Those are native apps and
   * servers; browsers always send it. Default: {@code false}, as in ActionCable.
   *
   * @param allow whether they may; this is safe if clients are authenticated by a token, and not by
   *     a cookie
   * @return this
   */
  public CableBuilder allowMissingOrigin(boolean allow) {
    return set(CableSwitch.ALLOW_MISSING_ORIGIN, allow);
  }

  /**
   * Sets whether origins are checked. Default: {@code true}. <b>Security:</b> without the check,
   * any web page can connect with the cookies of its visitor (cross-site WebSocket hijacking).
   *
   * @param check whether they are
   * @return this
   */
  public CableBuilder checkOrigin(boolean check) {
    return set(CableSwitch.CHECK_ORIGIN, check);
  }

  /**
   * Names the proxies whose {@code X-Forwarded-Host}, {@code X-Forwarded-Proto} and
   * {@code X-Forwarded-For} headers are trusted. Default: none. Without it, all clients behind a
   * proxy have the proxy's address, and share the limits of one address.
   *
   * @param networks IP addresses such as {@code 127.0.0.1}, or networks in CIDR notation such as
   *     {@code 10.0.0.0/8} (RFC 4632)
   * @return this
   */
  public CableBuilder trustedProxies(String... networks) {
    rules.trustProxies(networks);
    return this;
  }

  /**
   * Sets the time between the {@code ping} messages to a client. ActionCable's clients reconnect if
   * they get no ping for 6 s.
   *
   * @param interval 30 ms to 6 s; default 3 s
   * @return this
   */
  public CableBuilder pingInterval(Duration interval) {
    return set(CableOption.PING_INTERVAL, interval);
  }

  /**
   * Sets how long a client may send nothing before its connection is closed. After a third of this
   * time it gets a WebSocket ping, which every client answers with a pong (RFC 6455 section 5.5.2).
   *
   * @param timeout 3 times {@link #pingInterval pingInterval} to 1 h; 0 for never; default 30 s
   * @return this
   */
  public CableBuilder deadPeerTimeout(Duration timeout) {
    return set(CableOption.DEAD_PEER_TIMEOUT, timeout);
  }

  /**
   * Sets how long {@link Connection#connect} may take. After that the client is disconnected with
   * {@code server_error}, and reconnects.
   *
   * @param timeout 1 ms to 1 h; default 30 s
   * @return this
   */
  public CableBuilder connectTimeout(Duration timeout) {
    return set(CableOption.CONNECT_TIMEOUT, timeout);
  }

  /**
   * Sets how often {@link Connection#reauthenticate} decides whether a client may stay. It is
   * called for each connection after a random time between half of this time and all of it, and
   * again after each call.
   *
   * @param every 1 ms to 1 day; 0 for never; default 0
   * @return this
   */
  public CableBuilder reauthenticate(Duration every) {
    return set(CableOption.REAUTHENTICATE, every);
  }

  /**
   * Sets how long the streams of a new subscription may take to become live. After that the client
   * is disconnected with {@code pubsub_unavailable}, and reconnects.
   *
   * @param timeout 1 ms to 1 h; default 10 s
   * @return this
   */
  public CableBuilder subscribeTimeout(Duration timeout) {
    return set(CableOption.SUBSCRIBE_TIMEOUT, timeout);
  }

  /**
   * Sets how long a client may take to answer a Close frame (RFC 6455 section 7.1.1). After that
   * its socket is dropped. When the cable closes, its presence store and its pub/sub adapter get
   * this time, too.
   *
   * @param timeout 1 ms to 1 h; default 5 s
   * @return this
   */
  public CableBuilder closeTimeout(Duration timeout) {
    return set(CableOption.CLOSE_TIMEOUT, timeout);
  }

  /**
   * Sets how long {@link Cable#close} waits until all connections have ended and their callbacks
   * have run.
   *
   * @param timeout 1 ms to 1 h; default 30 s
   * @return this
   */
  public CableBuilder drainTimeout(Duration timeout) {
    return set(CableOption.DRAIN_TIMEOUT, timeout);
  }

  /**
   * Sets how many connections per second {@link Cable#close} and {@link Cable#restart} end, because
   * all their clients reconnect. A tenth of that number ends at once.
   *
   * @param connectionsPerSecond connections per second, 1 to 1,000,000; default 2,500
   * @return this
   */
  public CableBuilder drainRate(int connectionsPerSecond) {
    return set(CableOption.DRAIN_RATE, connectionsPerSecond);
  }

  /**
   * Sets how many bytes may wait to be sent to a client. Beyond that the connection is closed with
   * {@code slow_consumer} and code 1013, and the client reconnects. A connection counts as slow
   * ({@link ConnectionStatistics#slow()}) when a quarter of this waits.
   *
   * @param bytes 1 KiB to 1 GiB; default 1 MiB
   * @return this
   */
  public CableBuilder maxOutboundBytes(int bytes) {
    return set(CableOption.MAX_OUTBOUND_BYTES, bytes);
  }

  /**
   * Sets how long a connection may be slow, as {@link #maxOutboundBytes maxOutboundBytes} defines
   * it. After that it is closed with {@code slow_consumer} and code 1013, and the client
   * reconnects.
   *
   * @param timeout 1 ms to 1 h; default 30 s
   * @return this
   */
  public CableBuilder slowConsumerTimeout(Duration timeout) {
    return set(CableOption.SLOW_CONSUMER_TIMEOUT, timeout);
  }

  /**
   * Sets the size from which messages are compressed, for clients that offer permessage-deflate
   * (RFC 7692). Messages of these clients may then be compressed, too. A broadcast is compressed
   * once on each event loop for all its receivers. <b>Security:</b> do not send a secret in one
   * message with text that others chose, because the compressed size reveals something about the
   * content. Has no effect on {@link #portableSockets portableSockets}.
   *
   * @param bytes size of the JSON text, 64 B to 64 MiB; 0 for never, so that compression is not
   *     negotiated; default 0
   * @return this
   */
  public CableBuilder compressFromBytes(int bytes) {
    return set(CableOption.COMPRESS_FROM_BYTES, bytes);
  }

  /**
   * Sets the size of the largest message that a client may send. A larger one closes its socket
   * with code 1009 (RFC 6455 section 7.4.1).
   *
   * @param bytes 1 KiB to 64 MiB; default 64 KiB
   * @return this
   */
  public CableBuilder maxMessageBytes(int bytes) {
    return set(CableOption.MAX_MESSAGE_BYTES, bytes);
  }

  /**
   * Sets how many frames a message of a client may have (RFC 6455 section 5.4). A message of more
   * frames closes its socket with code 1009.
   *
   * @param count 1 to 65,536; default 256
   * @return this
   */
  public CableBuilder maxFragments(int count) {
    return set(CableOption.MAX_FRAGMENTS, count);
  }

  /**
   * Sets the size of the longest identifier of a subscription, as JSON text in UTF-8. A
   * subscription with a longer one is rejected. An identifier consists of the channel's name and
   * the params, and every message of the subscription repeats it.
   *
   * @param bytes 1 B to 64 MiB; default 4 KiB
   * @return this
   */
  public CableBuilder maxIdentifierBytes(int bytes) {
    return set(CableOption.MAX_IDENTIFIER_BYTES, bytes);
  }

  /**
   * Sets the size of the largest data of an action, as JSON text in UTF-8. An action with larger
   * data is not performed, and logged as a bad command.
   *
   * @param bytes 1 B to 64 MiB; default as {@link #maxMessageBytes maxMessageBytes}
   * @return this
   */
  public CableBuilder maxDataBytes(int bytes) {
    return set(CableOption.MAX_DATA_BYTES, bytes);
  }

  /**
   * Sets the size of the largest message that may be transmitted or broadcast, as JSON text in
   * UTF-8. The call throws {@link MessageTooLargeException} for a larger one.
   *
   * @param bytes 1 B to {@link #maxOutboundBytes maxOutboundBytes}; default seven eighths of that,
   *     896 KiB
   * @return this
   */
  public CableBuilder maxOutboundMessageBytes(int bytes) {
    return set(CableOption.MAX_OUTBOUND_MESSAGE_BYTES, bytes);
  }

  /**
   * Sets how many bytes of messages are kept of each stream with history. Beyond that the oldest
   * broadcasts are deleted before their time. See {@link Channel#history Channel.history}.
   *
   * @param bytes 1 KiB to 1 GiB; default 4 MiB
   * @return this
   */
  public CableBuilder maxHistoryBytesPerStream(int bytes) {
    return set(CableOption.MAX_HISTORY_BYTES_PER_STREAM, bytes);
  }

  /**
   * Sets how many bytes of missed messages of a stream with history a client gets at once. A client
   * that missed more is told that messages are lost, and gets a {@linkplain Channel#snapshot
   * snapshot} if the channel has one.
   *
   * @param bytes 1 B to {@link #maxOutboundBytes maxOutboundBytes}; default half of that, 512 KiB
   * @return this
   */
  public CableBuilder maxReplayBytes(int bytes) {
    return set(CableOption.MAX_REPLAY_BYTES, bytes);
  }

  /**
   * Sets how many commands of a connection may wait for their callbacks. Beyond that its socket is
   * not read until half of them are done. No command is lost.
   *
   * @param count 2 to 65,536; default 64
   * @return this
   */
  public CableBuilder maxPendingCommands(int count) {
    return set(CableOption.MAX_PENDING_COMMANDS, count);
  }

  /**
   * Sets how many calls of a connection may wait for their replies. Further calls are answered with
   * the error {@code too_many_calls} and not carried out.
   *
   * @param count 1 to 65,536; default 1,000
   * @return this
   */
  public CableBuilder maxCallsPerConnection(int count) {
    return set(CableOption.MAX_CALLS_PER_CONNECTION, count);
  }

  /**
   * Sets for how long a client may repeat a call that must be carried out only once. A call that
   * asks for a longer time is answered with the error {@code bad_request}. Answers are kept a
   * minute longer than this.
   *
   * @param time 1 s to 1 h; default 5 min
   * @return this
   */
  public CableBuilder maxAnswerTime(Duration time) {
    return set(CableOption.MAX_ANSWER_TIME, time);
  }

  /**
   * Sets how many answers this node keeps for clients that may repeat their calls. Beyond that such
   * calls are answered with the error {@code unavailable} and not carried out.
   *
   * @param count 1 to 16,777,216; default 100,000
   * @return this
   */
  public CableBuilder maxKeptAnswers(int count) {
    return set(CableOption.MAX_KEPT_ANSWERS, count);
  }

  /**
   * Sets how many bytes of answers this node keeps for clients that may repeat their calls. An
   * answer that does not fit is not kept, and a repetition of its call is answered with the error
   * {@code unknown_outcome}.
   *
   * @param bytes 1 KiB to 1 GiB; default 64 MiB
   * @return this
   */
  public CableBuilder maxKeptAnswerBytes(int bytes) {
    return set(CableOption.MAX_KEPT_ANSWER_BYTES, bytes);
  }

  /**
   * Sets for how long a client of the extended subprotocol may resume its session after its socket
   * was lost. If its identifiers are the same after {@link Connection#connect}, the server restores
   * its subscriptions.
   *
   * @param time 1 ms to 1 h; 0 for never; default 5 min
   * @return this
   */
  public CableBuilder sessionRestoreTime(Duration time) {
    return set(CableOption.SESSION_RESTORE_TIME, time);
  }

  /**
   * Sets how many sessions with a lost socket this node keeps. The client of a session that is not
   * kept subscribes again by itself.
   *
   * @param count 1 to 16,777,216; default 100,000
   * @return this
   */
  public CableBuilder maxKeptSessions(int count) {
    return set(CableOption.MAX_KEPT_SESSIONS, count);
  }

  /**
   * Sets how many bytes of sessions with a lost socket this node keeps. They consist mostly of the
   * identifiers of their subscriptions. A session of more than 64 KiB is not kept.
   *
   * @param bytes 1 KiB to 1 GiB; default 64 MiB
   * @return this
   */
  public CableBuilder maxKeptSessionBytes(int bytes) {
    return set(CableOption.MAX_KEPT_SESSION_BYTES, bytes);
  }

  /**
   * Sets how many callbacks of a connection may wait in all, including those of stream handlers and
   * timers. Beyond that the connection is closed with {@code overloaded} and code 1013, and the
   * client reconnects.
   *
   * @param count more than {@link #maxPendingCommands maxPendingCommands}, to 1,048,576; default
   *     1,024
   * @return this
   */
  public CableBuilder maxPendingCallbacks(int count) {
    return set(CableOption.MAX_PENDING_CALLBACKS, count);
  }

  /**
   * Sets how many people may be present in a stream. Beyond that a join fails with
   * {@link dev.hawser.presence.PresenceFullException}, and a join by a client with the error
   * {@code presence_full}.
   *
   * @param count 1 to 100,000, the same on all nodes; default 10,000
   * @return this
   */
  public CableBuilder maxPresentPerStream(int count) {
    return set(CableOption.MAX_PRESENT_PER_STREAM, count);
  }

  /**
   * Sets with how many tabs, which are subscriptions, one person may be present in a stream. Beyond
   * that a join fails as with {@link #maxPresentPerStream maxPresentPerStream}.
   *
   * @param count 1 to 1,000, the same on all nodes; default 100
   * @return this
   */
  public CableBuilder maxTabsPerPresent(int count) {
    return set(CableOption.MAX_TABS_PER_PRESENT, count);
  }

  /**
   * Sets the size of the largest id and info together of a person who is present, as JSON text in
   * UTF-8. A join with a larger one is refused.
   *
   * @param bytes 16 B to 16 KiB; default 1 KiB
   * @return this
   */
  public CableBuilder maxPresenceInfoBytes(int bytes) {
    return set(CableOption.MAX_PRESENCE_INFO_BYTES, bytes);
  }

  /**
   * Sets how long a person stays present after the connection was lost. A person who is back within
   * this time does not leave.
   *
   * @param grace 1 ms to 1 h, the same on all nodes; 0 for leaving at once; default 15 s
   * @return this
   */
  public CableBuilder presenceGrace(Duration grace) {
    return set(CableOption.PRESENCE_GRACE, grace);
  }

  /**
   * Sets how long people stay present after their node has died or has lost the presence store.
   *
   * @param lease 100 ms to 1 h, the same on all nodes; default 12 s
   * @return this
   */
  public CableBuilder presenceLease(Duration lease) {
    return set(CableOption.PRESENCE_LEASE, lease);
  }

  /**
   * Sets how many broadcasts may wait for one event loop. Further broadcasts are dropped on that
   * event loop, and each is reported to {@link CableEvents#limitReached CableEvents.limitReached}.
   *
   * @param count 1 to 16,777,216; default 65,536
   * @return this
   */
  public CableBuilder maxPendingBroadcasts(int count) {
    return set(CableOption.MAX_PENDING_BROADCASTS, count);
  }

  /**
   * Sets how many subscriptions a connection may have. Further subscriptions are rejected.
   *
   * @param count 1 to 1,048,576; default 1,000
   * @return this
   */
  public CableBuilder maxSubscriptionsPerConnection(int count) {
    return set(CableOption.MAX_SUBSCRIPTIONS_PER_CONNECTION, count);
  }

  /**
   * Sets how many streams a subscription may have. Beyond that {@link Channel#streamFrom
   * Channel.streamFrom} throws {@code IllegalStateException}.
   *
   * @param count 1 to 1,048,576; default 1,000
   * @return this
   */
  public CableBuilder maxStreamsPerSubscription(int count) {
    return set(CableOption.MAX_STREAMS_PER_SUBSCRIPTION, count);
  }

  /**
   * Sets how many timers a subscription may have. Beyond that {@link Channel#periodically
   * Channel.periodically} throws {@code IllegalStateException}.
   *
   * @param count 1 to 1,048,576; default 100
   * @return this
   */
  public CableBuilder maxTimersPerSubscription(int count) {
    return set(CableOption.MAX_TIMERS_PER_SUBSCRIPTION, count);
  }

  /**
   * Sets how many connections this node accepts. Further connections are refused with 503 and
   * {@code Retry-After} (RFC 9110 section 10.2.3), and the node is not {@linkplain Cable#readiness
   * ready}. A connection counts from its handshake until its callbacks have run.
   *
   * @param count 1 to 16,777,216; default 100,000
   * @return this
   */
  public CableBuilder maxConnections(int count) {
    return set(CableOption.MAX_CONNECTIONS, count);
  }

  /**
   * Sets how many connections of one client address this node accepts. Further connections are
   * refused with 429 and {@code Retry-After} (RFC 6585 section 4). An address is an IPv4 address or
   * an IPv6 /64 network. It is that of the client if {@link #trustedProxies trustedProxies} names
   * all proxies in front; otherwise all clients of a proxy have the proxy's address.
   *
   * @param count 1 to 16,777,216; default 10,000
   * @return this
   */
  public CableBuilder maxConnectionsPerAddress(int count) {
    return set(CableOption.MAX_CONNECTIONS_PER_ADDRESS, count);
  }

  /**
   * Sets how many connections per second one client address may open on this node. The number of
   * ten seconds may come at once; further connections are refused with 429 and {@code Retry-After}.
   *
   * @param perSecond connections per second, 1 to 1,000,000; default 500
   * @return this
   */
  public CableBuilder maxConnectsPerSecondPerAddress(int perSecond) {
    return set(CableOption.MAX_CONNECTS_PER_SECOND_PER_ADDRESS, perSecond);
  }

  /**
   * Sets how many commands per second are read from a connection. The number of ten seconds may
   * come at once; beyond that the socket is read more slowly. No command is lost. Every frame
   * counts, including pings and fragments.
   *
   * @param perSecond commands per second, 1 to 1,000,000; default 200
   * @return this
   */
  public CableBuilder maxCommandsPerSecond(int perSecond) {
    return set(CableOption.MAX_COMMANDS_PER_SECOND, perSecond);
  }

  /**
   * Sets how many commands per second of a subscription are carried out. Further commands are lost,
   * and go to {@link Channel#onError Channel.onError} as {@link RateLimitedException}.
   * {@link Action#perSecond} sets a rate for a single action.
   *
   * @param perSecond commands per second, 1 to 1,000,000; 0 for no limit; default 0
   * @return this
   */
  public CableBuilder maxCommandsPerSecondPerSubscription(int perSecond) {
    return set(CableOption.MAX_COMMANDS_PER_SECOND_PER_SUBSCRIPTION, perSecond);
  }

  /**
   * Sets how many callbacks of all connections may wait before this node counts as overloaded. An
   * overloaded node refuses new connections with 503 and {@code Retry-After}, and is not
   * {@linkplain Cable#readiness ready}, until the number is 20 % below this.
   *
   * @param count 1 to 2,147,483,647; default 65,536
   * @return this
   */
  public CableBuilder maxPendingCallbacksPerNode(int count) {
    return set(CableOption.MAX_PENDING_CALLBACKS_PER_NODE, count);
  }

  /**
   * Sets how much memory of the node one connection may take. Its subscriptions with their
   * identifiers, streams and timers count, and commands and messages that wait. Beyond that,
   * subscriptions are rejected, {@link Channel#streamFrom Channel.streamFrom} and
   * {@link Channel#periodically Channel.periodically} throw {@code IllegalStateException}, and the
   * socket is not read for a while. The sizes are estimates, which {@code docs/operations.md}
   * lists.
   *
   * @param bytes 64 KiB to 1 GiB; default 4 MiB, or in general the larger of 64 ×
   *     {@link #maxMessageBytes maxMessageBytes} and 4 × {@link #maxOutboundBytes maxOutboundBytes}
   * @return this
   */
  public CableBuilder maxMemoryPerConnection(int bytes) {
    return set(CableOption.MAX_MEMORY_PER_CONNECTION, bytes);
  }

  /**
   * Sets how much of the heap the connections of one client address may take together. The first 8
   * KiB of each connection do not count. Beyond that, subscriptions are rejected, and a connection
   * that needs more is closed: with {@code overloaded} if its commands wait, with
   * {@code slow_consumer} if messages to it wait. The client may reconnect.
   *
   * @param percent percent of the largest possible heap, 1 to 100; default 12
   * @return this
   */
  public CableBuilder maxMemoryPercentPerAddress(int percent) {
    return set(CableOption.MAX_MEMORY_PERCENT_PER_ADDRESS, percent);
  }

  /**
   * Sets how much of the heap all connections of this node may take together. Beyond that the same
   * happens as with {@link #maxMemoryPercentPerAddress maxMemoryPercentPerAddress}.
   *
   * @param percent percent of the largest possible heap, 1 to 100; default 25
   * @return this
   */
  public CableBuilder maxMemoryPercent(int percent) {
    return set(CableOption.MAX_MEMORY_PERCENT, percent);
  }

  /**
   * Sets how full the heap may be after a garbage collection before this node counts as overloaded.
   * An overloaded node refuses new connections with 503 and {@code Retry-After}, rejects new
   * subscriptions, and is not {@linkplain Cable#readiness ready}, until the heap is 20 % below
   * this.
   *
   * @param percent percent of the largest possible heap, 1 to 100; 100 for never; default 90
   * @return this
   */
  public CableBuilder maxHeapPercent(int percent) {
    return set(CableOption.MAX_HEAP_PERCENT, percent);
  }

  /**
   * Sets how long a client may take to send the head of its first request, on HTTP servers that
   * {@link Cable#guard Cable.guard} guards. The time begins when the connection is accepted; a
   * connection that takes longer is closed.
   *
   * @param timeout 1 ms to 1 h; default 10 s
   * @return this
   */
  public CableBuilder handshakeTimeout(Duration timeout) {
    return set(CableOption.HANDSHAKE_TIMEOUT, timeout);
  }

  /**
   * Sets after how long a callback is reported that still runs or waits for its future. The log
   * shows its stack, and {@link CableEvents#limitReached CableEvents.limitReached} is called.
   *
   * @param time 1 ms to 1 day; 0 for never; default 5 s
   * @return this
   */
  public CableBuilder slowCallbackWarning(Duration time) {
    return set(CableOption.SLOW_CALLBACK_WARNING, time);
  }

  /**
   * Sets after how long an event loop is reported that a callback blocks, so that all its
   * connections wait. The log names the callback and shows its stack, and
   * {@link CableEvents#limitReached CableEvents.limitReached} is called. This concerns only
   * callbacks that run on event loops: see {@link EventLoop}. The report may come later by up to
   * half of this time.
   *
   * @param time 1 ms to 1 day; 0 for never; default 200 ms
   * @return this
   */
  public CableBuilder blockedLoopWarning(Duration time) {
    return set(CableOption.BLOCKED_LOOP_WARNING, time);
  }

  /**
   * Sets how long a callback may run or wait for its future. After that its thread is interrupted,
   * or the future is no longer waited for, and the callback fails with
   * {@link CallbackTimeoutException}. Code that ignores the interrupt delays its own connection
   * until it returns. Code on an event loop is not interrupted.
   *
   * @param timeout 1 ms to 1 day; 0 for never; default 5 min
   * @return this
   */
  public CableBuilder callbackTimeout(Duration timeout) {
    return set(CableOption.CALLBACK_TIMEOUT, timeout);
  }

  /**
   * Sets how many threads run callbacks on Java 17 to 20. On newer versions callbacks run on
   * virtual threads, and this has no effect.
   *
   * @param threads 1 to 32,768; default 4 per processor, at least 16
   * @return this
   */
  public CableBuilder workerPoolSize(int threads) {
    return set(CableOption.WORKER_POOL_SIZE, threads);
  }

  /**
   * Sets whether all callbacks of connections and channels run on the event loop. Default:
   * {@code false}. Use it only for an application whose callbacks never block; {@link EventLoop}
   * does the same for a single class.
   *
   * @param onEventLoop whether they do
   * @return this
   */
  public CableBuilder callbacksOnEventLoop(boolean onEventLoop) {
    return set(CableSwitch.CALLBACKS_ON_EVENT_LOOP, onEventLoop);
  }

  /**
   * Sets whether the log shows the data of actions, at level DEBUG. Default: {@code true}.
   * {@link #filterParameters(String...) filterParameters} masks parts of it.
   *
   * @param log whether it is
   * @return this
   */
  public CableBuilder logParameters(boolean log) {
    return set(CableSwitch.LOG_PARAMETERS, log);
  }

  /**
   * Adds names of keys whose values the log masks. Keys that contain password, passwd, secret,
   * token, credential or authorization are always masked.
   *
   * @param names parts of key names; case does not matter
   * @return this
   */
  public CableBuilder filterParameters(String... names) {
    for (String name : names) {
      filterParameters.add(name.toLowerCase(Locale.ROOT));
    }
    return this;
  }

  /**
   * Sets the mapper that writes messages, and reads params and data of actions. To add types to the
   * default mapper, use {@link #jacksonModules jacksonModules} instead. The default mapper knows
   * Vert.x's types such as {@code JsonObject}, {@code Instant}, and the other types of
   * {@code java.time} as ISO 8601 text if {@code jackson-datatype-jsr310} is on the class path. It
   * refuses duplicate keys and trailing tokens, bounds nesting, names and numbers, and ignores
   * unknown properties. <b>Security:</b> a mapper of your own reads what clients send, so give it
   * stream read constraints, and never default typing.
   *
   * @param mapper a mapper that is not changed afterwards
   * @return this
   */
  public CableBuilder objectMapper(ObjectMapper mapper) {
    mapping.use(Objects.requireNonNull(mapper, "mapper"));
    return this;
  }

  /**
   * Adds modules to the default mapper, for types such as {@code Optional} or for serializers of
   * your own. The mapper stays strict and bounded. A later module takes precedence over an earlier
   * one.
   *
   * @param modules the modules, such as {@code new Jdk8Module()}; cannot be combined with
   *     {@link #objectMapper objectMapper}
   * @return this
   */
  public CableBuilder jacksonModules(Module... modules) {
    mapping.add(List.of(modules));
    return this;
  }

  /**
   * Sets whether clients are told why the server refused something, for the console of the browser.
   * They get a message about unknown channels and actions, data that does not fit, rejected
   * subscriptions and failed callbacks, with the text of exceptions. Only clients of the extended
   * subprotocol {@code actioncable-v1-ext-json} get it, such as Hawser's. Default: {@code false},
   * or {@code true} if the JVM runs with {@code -Dhawser.developmentMode=true}.
   *
   * <p><b>Security:</b> do not use it in production, because exceptions may reveal internals to
   * clients.
   *
   * @param on whether clients are told
   * @return this
   */
  public CableBuilder developmentMode(boolean on) {
    return set(CableSwitch.DEVELOPMENT_MODE, on);
  }

  /**
   * Sets the listener that receives the events of the cable, for metrics and tracing. Default:
   * none.
   *
   * @param events a listener, which must be thread-safe
   * @return this
   */
  public CableBuilder events(CableEvents events) {
    this.events = Objects.requireNonNull(events, "events");
    return this;
  }

  /**
   * Sets whether sockets are served with the public API of Vert.x only. Such sockets are several
   * times slower, and each connection takes 15 kB more. Default: {@code false}; the cable uses
   * portable sockets anyway where the faster way is not possible. With portable sockets, turn
   * {@code perMessageWebSocketCompressionSupported} off in the options of the HTTP server, as
   * {@link Cable#httpServerOptions} does, because Vert.x inflates messages without a bound. If
   * {@link #maxMessageBytes maxMessageBytes} is more than 64 KiB, set {@code maxWebSocketFrameSize}
   * to it, because Vert.x closes sockets with larger frames with code 1009.
   *
   * @param portable whether sockets are portable
   * @return this
   */
  public CableBuilder portableSockets(boolean portable) {
    return set(CableSwitch.PORTABLE_SOCKETS, portable);
  }

  /**
   * Sets how long the node may warm up before it is ready. The first thousand connections of a
   * fresh JVM cost several times as much as later ones, and they come just when the clients of the
   * previous process reconnect. While it warms up, the node opens connections to itself over
   * loopback, with connections and channels of its own, until the JIT compilers have little left to
   * do, 10,000 clients have come and gone, or the time is over. {@link Cable#started()} and
   * {@link Cable#readiness} wait for it. The warm-up does not touch the application, its events or
   * its metrics, and cannot be reached from outside; the application's own code is not warmed up.
   * {@code docs/tuning.md} shows what it costs and gains.
   *
   * @param most 1 ms to 5 min, where 5 s to 15 s are worthwhile; 0 for no warm-up; default 0
   * @return this
   */
  public CableBuilder warmUp(Duration most) {
    return set(CableOption.WARM_UP, most);
  }

  /**
   * Builds the cable and starts its pub/sub adapter. It does not wait for the adapter:
   * {@link Cable#started()} does.
   *
   * @return a new cable, to be mounted on a route
   * @throws CableConfigurationException if options, channels or connections are wrong; it lists all
   *     problems
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
