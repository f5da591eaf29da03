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
 * A WebSocket endpoint for channels: mount it on a route, broadcast from anywhere.
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
 * <p>Several cables may be mounted in one application; they share nothing.
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
   * Starts the configuration of a cable.
   *
   * @param vertx the Vert.x instance whose HTTP server the cable will be mounted on
   * @return a new builder
   */
  public static CableBuilder builder(Vertx vertx) {
    return new CableBuilder(vertx);
  }

  /**
   * Returns options for the HTTP server that carries cables: WebSocket compression off, because it
   * costs memory for each connection and little is won on small messages; a backlog that takes all
   * clients coming back at once; and bounds for handshakes: a request line of 4 KiB, headers of 8
   * KiB in all, and a minute for a socket on which nothing happens, which an open cable never is.
   * HTTP/2 without TLS is off: WebSockets do not need it, and it would hide a connection from
   * {@link #guard} until its first byte. Vert.x' own {@code sslHandshakeTimeout} of 10 s bounds TLS
   * handshakes.
   *
   * @return new options, to be completed and given to {@code Vertx.createHttpServer}
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
   * Puts {@code handshakeTimeout} on the HTTP server that carries this cable: a connection whose
   * first request head is not there in that time is closed, however busily its bytes trickle in. On
   * a kept-alive connection the next head may come a minute later; one that does not is noticed
   * after at most twice that. Answers are never cut short, and WebSockets are not concerned. Of
   * HTTP/2 only the first request has a deadline.
   *
   * <p>It also lets the clients of a storm in a few at a time, so that connected clients are served
   * in between: an event loop begins with at most 16 new connections per millisecond. The others
   * wait for their turn, which counts towards their {@code handshakeTimeout}.
   *
   * <p>It takes the server's connection handler and its connections' close handlers. One cable
   * guards a server for all that are mounted on it. Call it before the server listens:
   *
   * <pre>{@code
   * cable.guard(vertx.createHttpServer(Cable.httpServerOptions()).requestHandler(router)).listen();
   * }</pre>
   *
   * @param http a server made with {@link #httpServerOptions}, or with HTTP/2 without TLS turned
   *     off like there; its request handler is set, and it has no WebSocket handlers
   * @return a view of the server to listen with, whose failure names a port that is in use
   * @throws IllegalStateException if it has no request handler, has a WebSocket handler, or listens
   */
  public HttpServer guard(HttpServer http) {
    heads.guard(http, ArrivalPace::follow);
    return PortAdvice.of(http);
  }

  /** How many HTTP connections are guarded now: those that are no WebSockets. */
  int guardedConnections() {
    return heads.size();
  }

  /**
   * Serves one request of a Vert.x Web route: upgrades it, or answers 426 or 404. What earlier
   * handlers of the route authenticated is in {@link ConnectionRequest#user()}. Mount the cable
   * before any handler that reads the body.
   *
   * @param context the request
   */
  @Override
  public void handle(RoutingContext context) {
    serve(context.request(), context);
  }

  /**
   * Returns the same for a plain HTTP server, without Vert.x Web:
   * {@code vertx.createHttpServer().requestHandler(cable.requestHandler())}. It serves every path.
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
   *     delivered
   * @throws IllegalArgumentException if the name is empty or reserved, or the message cannot be
   *     written
   * @throws MessageTooLargeException if it is larger than {@code maxOutboundMessageBytes} allows
   */
  public Future<Void> broadcast(String broadcasting, @Nullable Object message) {
    return context.broadcast(broadcasting, message);
  }

  /**
   * Sends a message to everyone who streams for a model in a channel class, on all nodes.
   *
   * @param channel a registered channel class
   * @param model as for {@link Channel#streamFor(Object)}
   * @param message anything Jackson can write
   * @return completes when the pub/sub adapter has taken the message, which may be before it is
   *     delivered
   * @throws IllegalArgumentException if the class is not registered, the model cannot be named, or
   *     the message not be written
   * @throws MessageTooLargeException if it is larger than {@code maxOutboundMessageBytes} allows
   */
  public Future<Void> broadcastTo(
      Class<? extends Channel<?>> channel, Object model, @Nullable Object message) {
    return broadcast(broadcastingFor(channel, model), message);
  }

  /**
   * Sends a message to the subscribers of a stream, on all nodes, but not to all of them.
   *
   * @param broadcasting name of the stream, not empty
   * @param message anything Jackson can write
   * @param option which connection does not get it
   * @return completes when the pub/sub adapter has taken the message
   * @throws IllegalArgumentException if the name is empty or reserved, or the message cannot be
   *     written
   * @throws MessageTooLargeException if it is larger than {@code maxOutboundMessageBytes} allows
   */
  public Future<Void> broadcast(
      String broadcasting, @Nullable Object message, BroadcastOption option) {
    return context.broadcast(broadcasting, message, option);
  }

  /**
   * Sends a message to those who stream for a model in a channel class, on all nodes, but not to
   * all of them.
   *
   * @param channel a registered channel class
   * @param model as for {@link Channel#streamFor(Object)}
   * @param message anything Jackson can write
   * @param option which connection does not get it, such as {@link BroadcastOption#except}
   * @return completes when the pub/sub adapter has taken the message
   * @throws IllegalArgumentException if the class is not registered, the model cannot be named, or
   *     the message not be written
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
   * @return completes with the list; it is {@link PresenceList#stale} while the store cannot be
   *     reached; the future fails then if no subscription of this node uses the stream
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
   * Returns the stream name of a model in a channel class.
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
   * Returns access to connections by their identifiers, on all nodes.
   *
   * @return the connections
   */
  public RemoteConnections remoteConnections() {
    return new RemoteConnections(context.names(), lifecycle);
  }

  /**
   * Disconnects every connection of this node with {@code server_restart}; their clients reconnect.
   * {@code drainRate} of them leave in a second. All callbacks run, and the cable goes on
   * (ActionCable: {@code restart}).
   */
  public void restart() {
    lifecycle.restart();
  }

  /**
   * Disconnects every connection of all nodes with {@code server_restart}; their clients reconnect.
   * On each node {@code drainRate} of them leave in a second. This node begins at once; one that
   * was cut off from the others restarts the connections that it had then when its link is back, as
   * {@link RemoteConnections} says.
   *
   * @return completes when the pub/sub adapter has taken the order, not when the other nodes have
   *     carried it out; fails when it has not, and then only this node has
   */
  public Future<Void> restartAll() {
    return lifecycle.restartAllNodes();
  }

  /**
   * Returns the open connections of this node.
   *
   * @return a snapshot, in no order
   */
  public List<ConnectionStatistics> connections() {
    return lifecycle.registry().statistics();
  }

  /**
   * Returns the number of open connections of this node.
   *
   * @return a count
   */
  public int connectionCount() {
    return lifecycle.registry().size();
  }

  /**
   * Returns how many open connections of this node read more slowly than they are sent to; see
   * {@link ConnectionStatistics#slow}.
   *
   * @return a count
   */
  public int slowConnectionCount() {
    return lifecycle.registry().slowCount();
  }

  /**
   * Returns the number of streams that have subscribers on this node.
   *
   * @return a count
   */
  public int streamCount() {
    return context.streams().size();
  }

  /**
   * Returns how many messages of broadcasts this node has handed to subscriptions since it began: a
   * broadcast to a thousand of them counts a thousand times. Its growth is what broadcasts cost.
   *
   * @return a count
   */
  public long deliveryCount() {
    return lifecycle.deliveries();
  }

  /**
   * Waits for the pub/sub adapter, and for the end of {@code warmUp}.
   *
   * @return completes when the cable can publish and subscribe, and is warm; fails when the adapter
   *     could not start
   */
  public Future<Void> started() {
    return started;
  }

  /**
   * Returns whether this node should get new connections.
   *
   * @return {@code ready}, or the reasons why not
   */
  public Readiness readiness() {
    return lifecycle.readiness();
  }

  /**
   * Returns a handler for a load balancer's readiness probe: 200 when ready, else 503, with the
   * reasons as plain text.
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
   * Closes the cable: refuses new connections with 503, disconnects the open ones with
   * {@code server_restart} so that their clients reconnect elsewhere, {@code drainRate} of them in
   * a second and in random order, waits until all callbacks have run, at most {@code drainTimeout},
   * and closes the pub/sub adapter. So many connections that they would need more than half of
   * {@code drainTimeout} leave faster. Close the cable before its HTTP server. A second call
   * returns the same future.
   *
   * @return completes when all is done, with how it went; within {@code drainTimeout}, and
   *     {@code closeTimeout} for the adapter if callbacks have used that up; fails if the adapter
   *     could not be closed
   */
  public Future<CloseReport> close() {
    return lifecycle.close();
  }
}
