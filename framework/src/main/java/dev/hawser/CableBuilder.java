// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hawser.internal.dispatch.CallbackExecutor;
import dev.hawser.internal.transport.Handshake;
import dev.hawser.internal.transport.OriginPolicy;
import dev.hawser.internal.transport.ProxyTrust;
import dev.hawser.internal.transport.SocketOptions;
import dev.hawser.internal.transport.SocketUpgrader;
import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.pubsub.PubSubAdapter;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Configures a {@link Cable}. Everything is checked by {@link #build}, which tells all problems at
 * once.
 *
 * <p>Not thread-safe.
 *
 * @since 0.1.0
 */
public final class CableBuilder extends CableLimits {
  final Vertx vertx;
  private final Registrations channels = new Registrations();
  final Map<Class<?>, Function<Object, String>> namers = new HashMap<>();
  private final List<String> allowedOrigins = new ArrayList<>();
  private final List<String> allowedHosts = new ArrayList<>();
  private final List<String> trustedProxies = new ArrayList<>();
  final Set<String> filterParameters =
      new TreeSet<>(Set.of("password", "passwd", "secret", "token", "credential", "authorization"));

  private @Nullable Supplier<? extends Connection> connectionFactory;

  @Nullable PubSubAdapter pubSub;

  private @Nullable ObjectMapper objectMapper;
  CableEvents events = new CableEvents() {};
  private boolean allowSameOrigin = true;
  private boolean allowMissingOrigin;
  private boolean checkOrigin = true;
  boolean callbacksOnEventLoop;
  boolean logParameters = true;
  private boolean portableSockets;
  Duration pingInterval = Duration.ofSeconds(3);
  Duration deadPeerTimeout = Duration.ofSeconds(30);
  Duration connectTimeout = Duration.ofSeconds(30);
  Duration subscribeTimeout = Duration.ofSeconds(10);
  Duration closeTimeout = Duration.ofSeconds(5);
  Duration drainTimeout = Duration.ofSeconds(30);
  int drainRate = 2500;
  int maxOutboundBytes = MIB;
  Duration slowConsumerTimeout = Duration.ofSeconds(30);
  int compressFromBytes;
  int workerPoolSize = Math.max(16, 4 * Runtime.getRuntime().availableProcessors());

  CableBuilder(Vertx vertx) {
    this.vertx = Objects.requireNonNull(vertx, "vertx");
  }

  @Override
  CableBuilder builder() {
    return this;
  }

  /**
   * Sets how connections are made. Required.
   *
   * @param factory makes one connection per socket; called on event loops, so it must not block
   * @return this
   */
  public CableBuilder connection(Supplier<? extends Connection> factory) {
    this.connectionFactory = Objects.requireNonNull(factory, "factory");
    return this;
  }

  /**
   * Registers a channel under the simple name of its class.
   *
   * @param <T> the channel class
   * @param type the channel class; clients subscribe with {@code {channel: "ChatChannel"}}
   * @param factory makes one channel per subscription, in any style of dependency injection
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
   * @param factory makes one channel per subscription
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
   * Sets the pub/sub adapter, which the cable then owns. Default: a {@link MemoryPubSub}, for a
   * single node.
   *
   * @param pubSub an adapter that serves no other cable
   * @return this
   */
  public CableBuilder pubSub(PubSubAdapter pubSub) {
    this.pubSub = Objects.requireNonNull(pubSub, "pubSub");
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
    allowedOrigins.addAll(Arrays.asList(origins));
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
    allowedHosts.addAll(Arrays.asList(hosts));
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
    this.allowSameOrigin = allow;
    return this;
  }

  /**
   * Sets whether clients that send no {@code Origin} may connect: native apps and servers, never
   * browsers. Default: {@code false}, as in ActionCable.
   *
   * @param allow whether they may; safe when clients are authenticated by a token, not a cookie
   * @return this
   */
  public CableBuilder allowMissingOrigin(boolean allow) {
    this.allowMissingOrigin = allow;
    return this;
  }

  /**
   * Turns the origin check off or on. Default: on. Off, any web page can connect with its visitor's
   * cookies.
   *
   * @param check whether origins are checked
   * @return this
   */
  public CableBuilder checkOrigin(boolean check) {
    this.checkOrigin = check;
    return this;
  }

  /**
   * Declares the proxies whose {@code X-Forwarded-Host}, {@code -Proto} and {@code -For} headers
   * are believed. Default: none.
   *
   * @param networks IP addresses such as {@code 127.0.0.1}, or networks such as {@code 10.0.0.0/8}
   * @return this
   */
  public CableBuilder trustedProxies(String... networks) {
    trustedProxies.addAll(Arrays.asList(networks));
    return this;
  }

  /**
   * Sets the time between pings of a connection. ActionCable's clients reconnect after 6 s without.
   *
   * @param interval 30 ms to 6 s; default 3 s
   * @return this
   */
  public CableBuilder pingInterval(Duration interval) {
    this.pingInterval = interval;
    return this;
  }

  /**
   * Sets how long a client may be silent, RFC 6455 pongs included, before it is given up. A client
   * is asked for a pong after a third of this.
   *
   * @param timeout at least 3 times the ping interval, at most 1 h; 0 for never; default 30 s
   * @return this
   */
  public CableBuilder deadPeerTimeout(Duration timeout) {
    this.deadPeerTimeout = timeout;
    return this;
  }

  /**
   * Sets how long {@link Connection#connect} may take before the client is sent away to try again.
   *
   * @param timeout 1 ms to 1 h; default 30 s
   * @return this
   */
  public CableBuilder connectTimeout(Duration timeout) {
    this.connectTimeout = timeout;
    return this;
  }

  /**
   * Sets how long the streams of a subscription may take to become live before the client is sent
   * away to try again.
   *
   * @param timeout 1 ms to 1 h; default 10 s
   * @return this
   */
  public CableBuilder subscribeTimeout(Duration timeout) {
    this.subscribeTimeout = timeout;
    return this;
  }

  /**
   * Sets how long a client has to answer a Close frame before its socket is dropped.
   *
   * @param timeout 1 ms to 1 h; default 5 s
   * @return this
   */
  public CableBuilder closeTimeout(Duration timeout) {
    this.closeTimeout = timeout;
    return this;
  }

  /**
   * Sets how long {@link Cable#close} waits for connections and their callbacks.
   *
   * @param timeout 1 ms to 1 h; default 30 s
   * @return this
   */
  public CableBuilder drainTimeout(Duration timeout) {
    this.drainTimeout = timeout;
    return this;
  }

  /**
   * Sets how many connections {@link Cable#close} and {@link Cable#restart} send away in a second,
   * because all of them come back elsewhere. A tenth of that leaves at once.
   *
   * @param connectionsPerSecond 1 to 1,000,000; default 2,500
   * @return this
   */
  public CableBuilder drainRate(int connectionsPerSecond) {
    this.drainRate = connectionsPerSecond;
    return this;
  }

  /**
   * Sets how much may wait to be sent to a client. One that reads more slowly is closed with
   * {@code slow_consumer} and code 1013, and reconnects. It counts as slow from a quarter on.
   *
   * @param bytes 1 KiB to 1 GiB; default 1 MiB
   * @return this
   */
  public CableBuilder maxOutboundBytes(int bytes) {
    this.maxOutboundBytes = bytes;
    return this;
  }

  /**
   * Sets how long a client may be slow before it is closed, too.
   *
   * @param timeout 1 ms to 1 h; default 30 s
   * @return this
   */
  public CableBuilder slowConsumerTimeout(Duration timeout) {
    this.slowConsumerTimeout = timeout;
    return this;
  }

  /**
   * Sets the size from which messages are compressed for clients that offer permessage-deflate (RFC
   * 7692); what these send may then be compressed, too. A broadcast is compressed once for all who
   * take it, on each event loop. Do not send secrets together with text that others chose: the size
   * of what is compressed tells of its content. Has no effect on portable sockets.
   *
   * @param bytes 64 B to 64 MiB; 0 for never, and nothing is negotiated then; default 0
   * @return this
   */
  public CableBuilder compressFromBytes(int bytes) {
    this.compressFromBytes = bytes;
    return this;
  }

  /**
   * Sets how many threads run callbacks on Java 17 to 20. Newer versions use virtual threads.
   *
   * @param threads 1 to 32,768; default 4 per processor, at least 16
   * @return this
   */
  public CableBuilder workerPoolSize(int threads) {
    this.workerPoolSize = threads;
    return this;
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
    this.callbacksOnEventLoop = onEventLoop;
    return this;
  }

  /**
   * Sets whether the data of actions is logged, at level DEBUG. Default: {@code true}.
   *
   * @param log whether it is
   * @return this
   */
  public CableBuilder logParameters(boolean log) {
    this.logParameters = log;
    return this;
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
   * {@code JsonObject} and {@code Instant}, strict about duplicate keys and trailing tokens, with
   * nesting, names and numbers bounded, and lenient about unknown properties.
   *
   * @param mapper a mapper that is not changed afterwards; it must not use default typing
   * @return this
   */
  public CableBuilder objectMapper(ObjectMapper mapper) {
    this.objectMapper = Objects.requireNonNull(mapper, "mapper");
    return this;
  }

  /**
   * Sets who hears what happens in the cable.
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
    this.portableSockets = portable;
    return this;
  }

  /**
   * Builds the cable and starts its pub/sub adapter.
   *
   * @return a cable, to be mounted on a route
   * @throws CableConfigurationException listing everything that is wrong
   */
  public Cable build() {
    List<String> problems = new ArrayList<>();
    if (connectionFactory == null) {
      problems.add("connection: not set (expected: .connection(AppConnection::new))");
    }
    OptionRanges.check(this, problems);
    if (objectMapper != null
        && objectMapper.getDeserializationConfig().getDefaultTyper(null) != null) {
      problems.add("objectMapper: uses default typing (expected: none, for with it clients choose"
          + " which classes are made)");
    }
    ObjectMapper mapper =
        objectMapper == null ? DefaultMapper.create(maxMessageBytes) : objectMapper;
    Map<String, ChannelDefinition> definitions =
        channels.define(callbacksOnEventLoop, mapper, problems);
    definitions.values().forEach(channel -> checkTimers(channel, problems));
    OriginPolicy origins = attempt(
        problems,
        () -> new OriginPolicy(
            !checkOrigin, allowSameOrigin, allowMissingOrigin, allowedOrigins, allowedHosts));
    ProxyTrust proxies = attempt(problems, () -> ProxyTrust.of(trustedProxies));
    if (!problems.isEmpty() || origins == null || proxies == null || connectionFactory == null) {
      throw new CableConfigurationException(problems);
    }
    ExecutorService callbacks = CallbackExecutor.create(workerPoolSize);
    Server server =
        new Server(CableParts.of(this, connectionFactory, definitions, mapper, callbacks));
    return new Cable(
        server, new Handshake(origins), proxies, socketUpgrader(), headDeadlines(server));
  }

  private HeadDeadlines headDeadlines(Server server) {
    return new HeadDeadlines(
        vertx,
        handshakeTimeout.toMillis(),
        pauseBetweenRequests.toMillis(),
        server.limits().log());
  }

  private void checkTimers(ChannelDefinition channel, List<String> problems) {
    int declared = channel.timers().size();
    if (declared > maxTimersPerSubscription) {
      problems.add(channel.type().getName()
          + " declares "
          + declared
          + " timers (expected: at most maxTimersPerSubscription, "
          + maxTimersPerSubscription
          + ")");
    }
  }

  private SocketUpgrader socketUpgrader() {
    SocketOptions options = new SocketOptions(
        maxMessageBytes,
        maxFragments,
        maxOutboundBytes,
        compressFromBytes,
        closeTimeout.toMillis());
    return new SocketUpgrader(vertx, options, portableSockets);
  }

  private static <T> @Nullable T attempt(List<String> problems, Supplier<T> step) {
    try {
      return step.get();
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
      return null;
    }
  }
}
