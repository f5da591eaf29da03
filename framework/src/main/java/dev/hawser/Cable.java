// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hawser.internal.advice.PortAdvice;
import dev.hawser.internal.limits.HeadDeadlines;
import dev.hawser.internal.limits.Refusal;
import dev.hawser.internal.log.LogText;
import dev.hawser.internal.log.LogThrottle;
import dev.hawser.internal.node.RequestHead;
import dev.hawser.internal.node.SocketlessNode;
import dev.hawser.internal.transport.ArrivalPace;
import dev.hawser.internal.transport.Handshake;
import dev.hawser.internal.transport.ProxyTrust;
import dev.hawser.internal.transport.SocketUpgrader;
import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import dev.hawser.presence.PresenceList;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The WebSocket endpoint for channels. Mount it on a route; broadcast through it from any thread.
 *
 * <pre>{@code
 * Cable cable = Cable.builder(vertx)
 *     .connection(AppConnection::new)
 *     .channel(ChatChannel.class, ChatChannel::new)
 *     .build();
 * router.route("/cable").handler(cable);
 *
 * cable.broadcast("chat:general", message);
 * }</pre>
 *
 * <p>It serves requests as soon as it is built. {@link #started()} completes when its adapter is
 * connected; broadcasts may fail before that. {@link #close} ends it. An application may have
 * several cables, which share nothing.
 *
 * <p>The protocol is ActionCable's ({@code actioncable-v1-json}, over RFC 6455 WebSockets), and
 * AnyCable's extension of it ({@code actioncable-v1-ext-json}) for clients that offer it.
 *
 * <p>Thread-safe.
 *
 * @since 0.1.0
 */
public final class Cable implements Handler<RoutingContext> {
  private static final Logger log = LoggerFactory.getLogger(Cable.class);
  private static final int ACCEPT_BACKLOG = 4096;
  private static final int MAX_REQUEST_LINE_BYTES = 4096;
  private static final int MAX_HEADER_BYTES = 8192;
  private static final int IDLE_TIMEOUT_SECONDS = 60;

  private final CableContext context;
  private final CableLifecycle lifecycle;
  private final Handshake handshake;
  private final ProxyTrust proxies;
  private final SocketUpgrader sockets;
  private final HeadDeadlines heads;
  private final Future<Void> started;
  private final LogThrottle failures = new LogThrottle(Duration.ofSeconds(1));

  Cable(
      CableContext context,
      CableLifecycle lifecycle,
      Handshake handshake,
      ProxyTrust proxies,
      SocketUpgrader sockets,
      HeadDeadlines heads) {
    this.context = context;
    this.lifecycle = lifecycle;
    this.handshake = handshake;
    this.proxies = proxies;
    this.sockets = sockets;
    this.heads = heads;
    this.started = lifecycle.start();
  }

  /** Ends without messages: for a cable of the framework's own whose clients have left. */
  void discard() {
    lifecycle.discard();
  }

  /**
   * Creates a builder of a cable.
   *
   * @param vertx the Vert.x instance of the HTTP server that the cable is mounted on
   * @return a new builder
   */
  public static CableBuilder builder(Vertx vertx) {
    return new CableBuilder(vertx);
  }

  /**
   * Returns recommended options for the HTTP server that a cable is mounted on. They differ from
   * Vert.x's defaults in this:
   *
   * <ul>
   *   <li>Vert.x's WebSocket compression is off, because it costs memory for each connection and
   *       saves little on small messages; {@link CableBuilder#compressFromBytes
   *       CableBuilder.compressFromBytes} compresses without that.
   *   <li>The accept backlog is large enough for all clients to come back at once.
   *   <li>A request line has at most 4 KiB, and all headers together at most 8 KiB.
   *   <li>A socket without traffic is closed after 60 s. An open connection always has traffic,
   *       because of its pings.
   *   <li>HTTP/2 without TLS is off: WebSockets do not need it, and it would hide a connection from
   *       {@link #guard guard} until its first byte.
   * </ul>
   *
   * <p>TLS handshakes are bounded by Vert.x's own {@code sslHandshakeTimeout}, 10 s.
   *
   * @return new options, which may be changed, for {@code Vertx.createHttpServer}
   */
  public static HttpServerOptions httpServerOptions() {
    return new HttpServerOptions()
        .setPerMessageWebSocketCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false)
        .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
        .setMaxHeaderSize(MAX_HEADER_BYTES)
        .setIdleTimeout(IDLE_TIMEOUT_SECONDS)
        .setHttp2ClearTextEnabled(false)
        .setAcceptBacklog(ACCEPT_BACKLOG);
  }

  /**
   * Closes HTTP connections of a server whose request head does not arrive in time. The first
   * request head must be complete within {@link CableBuilder#handshakeTimeout
   * CableBuilder.handshakeTimeout}, even if its bytes trickle in. On a kept-alive connection the
   * next head may take a minute after the last answer, and a connection that exceeds this is closed
   * after at most two minutes. Answers are never cut short, and WebSockets are not affected. With
   * HTTP/2 only the first request has a deadline.
   *
   * <p>When thousands of clients connect at once, each event loop lets in one of them every 250 µs,
   * or every millisecond while it is busy, so that connected clients are served in between. While
   * no connection of this cable has been open for five to ten seconds, as after a start, it lets in
   * 64 at a time. The time for which a connection waits for its turn counts towards its
   * {@code handshakeTimeout}.
   *
   * <p>It uses the server's connection handler and the close handlers of its connections. If
   * several cables are mounted on a server, one of them guards it for all. Call it before the
   * server listens:
   *
   * <pre>{@code
   * cable.guard(vertx.createHttpServer(Cable.httpServerOptions()).requestHandler(router)).listen();
   * }</pre>
   *
   * @param http a server that was created with {@link #httpServerOptions}, or with others that turn
   *     HTTP/2 without TLS off; it has a request handler and no WebSocket handlers
   * @return a view of the server; call {@code listen} on it, because its failure then says which
   *     port is in use
   * @throws IllegalStateException if the server has no request handler, has a WebSocket handler, or
   *     listens already
   */
  public HttpServer guard(HttpServer http) {
    heads.guard(
        http, ArrivalPace.ofServer(this::connectionCount, context.runtime().time()::nanos));
    return PortAdvice.of(http);
  }

  /** How many HTTP connections are guarded now: those that are no WebSockets. */
  int guardedConnections() {
    return heads.size();
  }

  /**
   * Serves one request of a Vert.x Web route: upgrades it to a WebSocket, or refuses it. A
   * {@code GET} without an upgrade gets 426, a page of another origin and any other method 404, a
   * malformed handshake 400 (RFC 6455 section 4.2.1). A request beyond a limit gets 503 or 429 with
   * {@code Retry-After}. A user and a session that earlier handlers of the route set are in
   * {@link ConnectionRequest#user()} and {@link ConnectionRequest#session()}. Mount the cable
   * before any handler that reads the body.
   *
   * @param context context of the request
   */
  @Override
  public void handle(RoutingContext context) {
    serve(context.request(), context);
  }

  /**
   * Returns a handler that serves the cable from an HTTP server without Vert.x Web. It serves every
   * path: {@code vertx.createHttpServer().requestHandler(cable.requestHandler())}.
   *
   * @return a request handler
   */
  public Handler<HttpServerRequest> requestHandler() {
    return request -> serve(request, null);
  }

  private void serve(HttpServerRequest request, @Nullable RoutingContext route) {
    if (lifecycle.isClosing()) {
      refuse(request, Refusal.CLOSING);
      return;
    }
    ProxyTrust.Endpoint endpoint = proxies.endpoint(request);
    if (!handshake.accepts(request, endpoint)) {
      context.events().connectionRefused(Handshake.path(request));
      return;
    }
    String address = endpoint.clientAddress();
    Refusal refusal = enter(address);
    if (refusal != null) {
      refuse(request, refusal);
      return;
    }
    upgrade(request, endpoint, route).onComplete(upgraded -> {
      try {
        if (upgraded.succeeded()) {
          open(upgraded.result(), request);
        } else {
          context.limits().admission().leave(address);
          fail(request, upgraded.cause());
        }
      } finally {
        lifecycle.sessions().endUpgrade();
      }
    });
  }

  /** Takes a place and begins an upgrade; or returns why there is none, and takes nothing. */
  private @Nullable Refusal enter(String address) {
    Refusal refusal = context.limits().admission().enter(address);
    if (refusal == null && !lifecycle.sessions().beginUpgrade()) {
      context.limits().admission().leave(address);
      return Refusal.CLOSING;
    }
    return refusal;
  }

  /** Fails rather than throws, so that a place that was taken is given back at one place. */
  private Future<ClientSession> upgrade(
      HttpServerRequest request, ProxyTrust.Endpoint endpoint, @Nullable RoutingContext route) {
    try {
      ConnectionRequest opening = ConnectionRequest.of(request, endpoint, route, context.strings());
      return sockets.upgrade(request, transport -> lifecycle.accept(transport, opening));
    } catch (RuntimeException | Error e) {
      return Future.failedFuture(e);
    }
  }

  /** The session has the place from now on, and gives it back when its socket is closed. */
  private void open(ClientSession session, HttpServerRequest request) {
    try {
      heads.forget(request.connection());
      lifecycle.open(session);
    } catch (RuntimeException | Error e) {
      log.error("defect in the framework", LogText.of(e));
      session.close(DisconnectReason.SERVER_ERROR, true);
    }
  }

  /** The cable as a test drives it. */
  SocketlessNode withoutSockets() {
    return new WithoutSockets();
  }

  /** Takes connections like {@link #serve}, but for the handshake. */
  private final class WithoutSockets implements SocketlessNode {

    @Override
    public Cable cable() {
      return Cable.this;
    }

    @Override
    public ObjectMapper mapper() {
      return context.mapper();
    }

    @Override
    public TransportListener open(
        Transport transport, RequestHead head, @Nullable Object connection) {
      ConnectionRequest request = ConnectionRequest.of(head);
      Refusal refusal = lifecycle.isClosing() ? Refusal.CLOSING : enter(request.remoteAddress());
      if (refusal != null) {
        throw new IllegalStateException(
            "the node refuses the connection with status " + refusal.status() + ": " + refusal);
      }
      ClientSession session = lifecycle.accept(transport, request);
      if (connection == null) {
        lifecycle.open(session);
      } else {
        session.open(() -> (Connection) connection);
      }
      lifecycle.sessions().endUpgrade();
      return session;
    }

    @Override
    public Connection connection(TransportListener client) {
      return ((ClientSession) client).callbacks().connection();
    }

    @Override
    public Map<String, String> identifiers(TransportListener client) {
      return ((ClientSession) client).identifiers();
    }

    @Override
    public @Nullable Channel<?> channel(TransportListener client, String identifier) {
      ChannelSubscription found = ((ClientSession) client).subscriptions().get(identifier);
      return found == null ? null : found.channel();
    }

    @Override
    public List<String> streams(TransportListener client, String identifier) {
      ChannelSubscription found = ((ClientSession) client).subscriptions().get(identifier);
      return found == null ? List.of() : found.streams().streamNames();
    }

    @Override
    public String channelName(Class<?> type) {
      return context.channel(type).wireName();
    }

    @Override
    public long pendingCallbacks() {
      return context.limits().pendingCallbacks().sum();
    }
  }

  private void fail(HttpServerRequest request, Throwable cause) {
    failures
        .pass()
        .ifPresent(unlogged -> log.info(
            "handshake failed: problem={} unlogged={}", LogText.of(cause.toString()), unlogged));
    Handshake.failed(request);
  }

  private void refuse(HttpServerRequest request, Refusal refusal) {
    Handshake.unavailable(request, refusal.status(), refusal.retryAfterSeconds());
    context.events().connectionRefused(Handshake.path(request));
  }

  /**
   * Sends a message to every subscriber of a stream, on all nodes.
   *
   * @param broadcasting name of the stream, not empty
   * @param message anything Jackson can write
   * @return completes when the pub/sub adapter has taken the message, which may be before it is
   *     delivered; fails if the adapter has not taken it, as
   *     {@link dev.hawser.pubsub.PubSubAdapter#publish PubSubAdapter.publish} says, such as after
   *     {@link #close}
   * @throws IllegalArgumentException if the name is empty or reserved, or Jackson cannot write the
   *     message
   * @throws MessageTooLargeException if it is larger than {@code maxOutboundMessageBytes} allows
   */
  public Future<Void> broadcast(String broadcasting, @Nullable Object message) {
    return context.broadcast(broadcasting, message);
  }

  /**
   * Sends a message to every subscriber of a model's stream in a channel class, on all nodes.
   *
   * @param channel a registered channel class
   * @param model as for {@link Channel#streamFor(Object)}
   * @param message anything Jackson can write
   * @return completes when the pub/sub adapter has taken the message, which may be before it is
   *     delivered; fails if the adapter has not taken it, as
   *     {@link dev.hawser.pubsub.PubSubAdapter#publish PubSubAdapter.publish} says, such as after
   *     {@link #close}
   * @throws IllegalArgumentException if the class is not registered, the model cannot be named, or
   *     Jackson cannot write the message
   * @throws MessageTooLargeException if it is larger than {@code maxOutboundMessageBytes} allows
   */
  public Future<Void> broadcastTo(
      Class<? extends Channel<?>> channel, Object model, @Nullable Object message) {
    return broadcast(broadcastingFor(channel, model), message);
  }

  /**
   * Sends a message to the subscribers of a stream, on all nodes, except those that an option
   * leaves out.
   *
   * @param broadcasting name of the stream, not empty
   * @param message anything Jackson can write
   * @param option which connection is left out, such as {@link BroadcastOption#except(String)
   *     BroadcastOption.except}
   * @return as for {@link #broadcast(String, Object)}
   * @throws IllegalArgumentException if the name is empty or reserved, or Jackson cannot write the
   *     message
   * @throws MessageTooLargeException if it is larger than {@code maxOutboundMessageBytes} allows
   */
  public Future<Void> broadcast(
      String broadcasting, @Nullable Object message, BroadcastOption option) {
    return context.broadcast(broadcasting, message, option);
  }

  /**
   * Sends a message to the subscribers of a model's stream in a channel class, on all nodes, except
   * those that an option leaves out.
   *
   * @param channel a registered channel class
   * @param model as for {@link Channel#streamFor(Object)}
   * @param message anything Jackson can write
   * @param option which connection is left out, such as {@link BroadcastOption#except(String)
   *     BroadcastOption.except}
   * @return as for {@link #broadcast(String, Object)}
   * @throws IllegalArgumentException if the class is not registered, the model cannot be named, or
   *     Jackson cannot write the message
   * @throws MessageTooLargeException if it is larger than {@code maxOutboundMessageBytes} allows
   */
  public Future<Void> broadcastTo(
      Class<? extends Channel<?>> channel,
      Object model,
      @Nullable Object message,
      BroadcastOption option) {
    return broadcast(broadcastingFor(channel, model), message, option);
  }

  /**
   * Returns who is present in the stream of a model in a channel class, on all nodes.
   *
   * @param channel a registered channel class
   * @param model as for {@link Channel#streamFor(Object)}
   * @return completes with the list. While the store cannot be reached, the list is the last known
   *     one and {@linkplain PresenceList#stale() stale}, or the future fails if no subscription on
   *     this node uses the stream
   * @throws IllegalArgumentException if the class is not registered or the model cannot be named
   */
  public Future<PresenceList> presence(Class<? extends Channel<?>> channel, Object model) {
    return presence(broadcastingFor(channel, model));
  }

  /**
   * Returns who is present in a stream, on all nodes.
   *
   * @param broadcasting name of the stream, not empty
   * @return as for {@link #presence(Class, Object)}
   * @throws IllegalArgumentException if the name is empty or reserved
   */
  public Future<PresenceList> presence(String broadcasting) {
    StreamNames.check(broadcasting);
    return context.presences().list(broadcasting);
  }

  /**
   * Returns the name of a model's stream in a channel class.
   *
   * @param channel a registered channel class
   * @param model as for {@link Channel#streamFor(Object)}
   * @return the name, such as {@code chat:general}
   * @throws IllegalArgumentException if the class is not registered or the model cannot be named
   */
  public String broadcastingFor(Class<? extends Channel<?>> channel, Object model) {
    return context.names().broadcastingFor(context.channel(channel).channelName(), model);
  }

  /**
   * Returns access to the connections of all nodes by their identifiers, to disconnect them.
   *
   * @return the connections
   */
  public RemoteConnections remoteConnections() {
    return new RemoteConnections(context.names(), lifecycle);
  }

  /**
   * Disconnects every connection of this node, and lets the clients reconnect (ActionCable:
   * {@code restart}). Clients get the reason {@code server_restart}, {@link CableBuilder#drainRate
   * CableBuilder.drainRate} of them in a second. All callbacks run, and the cable stays open. The
   * method returns at once.
   */
  public void restart() {
    lifecycle.restart();
  }

  /**
   * Disconnects every connection of all nodes, and lets the clients reconnect. Clients get the
   * reason {@code server_restart}, {@link CableBuilder#drainRate CableBuilder.drainRate} of them in
   * a second on each node. This node begins at once. A node that is cut off from the others carries
   * out the order when its link is back, as {@link RemoteConnections} describes.
   *
   * @return completes when the pub/sub adapter has taken the order, which is before the other nodes
   *     have carried it out; fails if the adapter has not taken it, and then only this node
   *     restarts its connections
   */
  public Future<Void> restartAll() {
    return lifecycle.restartAllNodes();
  }

  /**
   * Returns the open connections of this node.
   *
   * @return a snapshot, in no particular order
   */
  public List<ConnectionStatistics> connections() {
    return lifecycle.registry().statistics();
  }

  /**
   * Returns the number of open connections of this node.
   *
   * @return number of connections that were welcomed and have not ended
   */
  public int connectionCount() {
    return lifecycle.registry().size();
  }

  /**
   * Returns the number of open connections of this node whose clients read too slowly.
   * {@link ConnectionStatistics#slow()} says what that means.
   *
   * @return number of connections
   */
  public int slowConnectionCount() {
    return lifecycle.registry().slowCount();
  }

  /**
   * Returns the number of streams that have subscribers on this node.
   *
   * @return number of stream names
   */
  public int streamCount() {
    return context.streams().size();
  }

  /**
   * Returns how many messages of broadcasts this node has handed to subscriptions since it was
   * built. A broadcast to a thousand subscriptions counts a thousand times, so the growth shows
   * what broadcasts cost.
   *
   * @return number of messages, which only grows
   */
  public long deliveryCount() {
    return lifecycle.deliveries();
  }

  /**
   * Returns a future that completes when the cable has started: its pub/sub adapter is connected,
   * and {@link CableBuilder#warmUp CableBuilder.warmUp} is over. The cable serves requests before
   * that, too.
   *
   * @return the same future on each call; fails if the adapter cannot start
   */
  public Future<Void> started() {
    return started;
  }

  /**
   * Returns whether this node should get new connections.
   *
   * @return that it is ready, or the reasons why it is not
   */
  public Readiness readiness() {
    return lifecycle.readiness();
  }

  /**
   * Returns a handler for a load balancer's readiness probe. It answers 200 if {@link #readiness}
   * is ready, and otherwise 503 with the reasons as plain text, one per line.
   *
   * @return a route handler
   */
  public Handler<RoutingContext> readinessHandler() {
    return context -> {
      Readiness readiness = readiness();
      context
          .response()
          .setStatusCode(readiness.ready() ? 200 : 503)
          .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
          .end(readiness.ready() ? "ready" : String.join("\n", readiness.reasons()));
    };
  }

  /**
   * Closes the cable, and lets its clients reconnect to other nodes. It refuses new connections
   * with 503 and disconnects the open ones with {@code server_restart}, in random order and
   * {@link CableBuilder#drainRate CableBuilder.drainRate} of them in a second, or faster if that
   * would take more than half of {@link CableBuilder#drainTimeout CableBuilder.drainTimeout}. It
   * then waits until all callbacks have run, {@code drainTimeout} in all at most, and closes the
   * pub/sub adapter. Close the cable before its HTTP server. A second call returns the same future.
   *
   * @return completes with a report when everything is closed: within {@code drainTimeout}, or at
   *     most two {@link CableBuilder#closeTimeout CableBuilder.closeTimeout} later if callbacks
   *     have used that up; fails if the adapter cannot be closed
   */
  public Future<CloseReport> close() {
    return lifecycle.close();
  }
}
