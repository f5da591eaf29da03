// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import dev.hawser.internal.log.LogText;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Upgrades requests to sockets and serves them: by their channels where this version of Vert.x
 * gives them, else by its public API. Checked at construction; the first failed takeover switches
 * all later sockets to the public API. Thread-safe.
 */
public final class SocketUpgrader {
  private static final Logger log = LoggerFactory.getLogger(SocketUpgrader.class);

  private final Vertx vertx;
  private final SocketOptions options;
  private final SocketOptions compressing;
  private final SocketLog socketLog = new SocketLog();
  private volatile boolean portable;

  /**
   * Creates an upgrader.
   *
   * @param vertx the Vert.x instance of the HTTP server
   * @param options the bounds of each socket
   * @param portable whether sockets are served by the public API even where their channels are
   *     available
   */
  public SocketUpgrader(Vertx vertx, SocketOptions options, boolean portable) {
    this.vertx = vertx;
    this.options = options.withoutCompression();
    this.portable = portable || !canTakeChannels();
    this.compressing = compressionIfSafe(options, this.portable);
  }

  /** Returns whether sockets are served by the public API of Vert.x now. */
  public boolean isPortable() {
    return portable;
  }

  private static boolean canTakeChannels() {
    boolean can = ChannelTakeover.isPossible();
    if (can) {
      log.debug("sockets are served by their channels");
    } else {
      log.warn("sockets are served by the public API of Vert.x, more slowly: this version of it"
          + " does not give their channels");
    }
    return can;
  }

  private static SocketOptions compressionIfSafe(SocketOptions options, boolean portable) {
    if (options.compressFromBytes() == 0) {
      return options;
    }
    if (portable) {
      log.warn("compressFromBytes has no effect on portable sockets: they are never compressed");
      return options.withoutCompression();
    }
    if (!Deflate.isBounded(options.maxMessageBytes())) {
      log.error("compressFromBytes has no effect: inflating does not keep to maxMessageBytes here");
      return options.withoutCompression();
    }
    return options;
  }

  /**
   * Upgrades a valid upgrade request. Called on the event loop of the request.
   *
   * @param <L> the type of the listener
   * @param request a request that {@link Handshake#accepts} has accepted
   * @param owner takes the socket and returns its listener
   * @return completes with the listener once the socket is served, whose end it will be told; or
   *     fails with whatever went wrong, and then the socket has no listener. The response tells
   *     whether the request has been answered then.
   */
  public <L extends TransportListener> Future<L> upgrade(
      HttpServerRequest request, Function<Transport, L> owner) {
    try {
      UpgradeHandler handler = UpgradeHandler.behind(request);
      Future<L> served =
          portable ? serveByApi(request, owner) : serveByChannel(request, handler, owner);
      return served.onSuccess(listener -> handler.release());
    } catch (RuntimeException | Error e) {
      return Future.failedFuture(e);
    }
  }

  private <L extends TransportListener> Future<L> serveByChannel(
      HttpServerRequest request, UpgradeHandler handler, Function<Transport, L> owner) {
    return ChannelTakeover.upgrade(request, handler, options, compressing, socketLog)
        .onFailure(this::fallBack)
        .map(transport -> start(transport, transport::start, owner));
  }

  private void fallBack(Throwable cause) {
    if (cause instanceof TakeoverException) {
      portable = true;
      log.warn(
          "sockets are served by the public API of Vert.x from now on, more slowly: {}",
          LogText.of(cause.getMessage()));
    }
  }

  private <L extends TransportListener> Future<L> serveByApi(
      HttpServerRequest request, Function<Transport, L> owner) {
    HttpConnection connection = request.connection();
    return request.toWebSocket().map(socket -> {
      VertxTransport transport =
          new VertxTransport(socket, connection, vertx.getOrCreateContext(), options, socketLog);
      return start(transport, transport::start, owner);
    });
  }

  private static <L extends TransportListener> L start(
      Transport transport, Consumer<TransportListener> start, Function<Transport, L> owner) {
    try {
      L listener = owner.apply(transport);
      start.accept(listener);
      return listener;
    } catch (RuntimeException | Error e) {
      transport.abort();
      throw e;
    }
  }
}
