// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import dev.hawser.internal.options.CableOption;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Closes HTTP connections on which no request head arrives in time. Every byte restarts the idle
 * timeout of the HTTP server, so a head that is sent byte by byte would keep its socket for hours.
 *
 * <p>The API of Vert.x reports whole heads only. So each connection is checked: for its first
 * request after {@code handshakeTimeout}, and then each time a pause between requests and one more
 * {@code handshakeTimeout} are over. It is closed if no request has arrived since the last check
 * and no answer was pending then. Nothing is left of a connection that has become a WebSocket.
 *
 * <p>Thread-safe.
 */
public final class HeadDeadlines {
  private static final int SWITCHING_PROTOCOLS = 101;

  private final Vertx vertx;
  private final long firstMs;
  private final long laterMs;
  private final LimitLog limits;
  private final Map<HttpConnection, Watch> watches = new ConcurrentHashMap<>();

  /**
   * Creates deadlines.
   *
   * @param headMs time for the first request head, in ms
   * @param pauseMs time between two requests of a connection, in ms
   */
  public HeadDeadlines(Vertx vertx, long headMs, long pauseMs, LimitLog limits) {
    this.vertx = vertx;
    this.firstMs = headMs;
    this.laterMs = pauseMs + headMs;
    this.limits = limits;
  }

  /**
   * Watches the connections of a server that has its request handler and does not listen yet.
   *
   * @param arrived is given each HTTP connection when it begins
   * @throws IllegalStateException if it has no request handler or has a WebSocket handler
   */
  public void guard(HttpServer http, Consumer<HttpConnection> arrived) {
    Handler<HttpServerRequest> next = http.requestHandler();
    if (next == null) {
      throw new IllegalStateException(
          "the HTTP server has no request handler (expected: requestHandler(…) before guard)");
    }
    if (http.webSocketHandler() != null) {
      throw new IllegalStateException("the HTTP server has a webSocketHandler, whose sockets would"
          + " be taken for connections without a request (expected: request.toWebSocket())");
    }
    http.connectionHandler(connection -> {
      watch(connection);
      arrived.accept(connection);
    });
    http.requestHandler(request -> {
      arrived(request);
      next.handle(request);
    });
  }

  private void watch(HttpConnection connection) {
    Watch watch = new Watch(connection);
    watches.put(connection, watch);
    connection.closeHandler(closed -> forget(connection));
    watch.lookIn(firstMs);
  }

  private void arrived(HttpServerRequest request) {
    Watch watch = watches.get(request.connection());
    if (request.version() == HttpVersion.HTTP_2) {
      forget(request.connection()); // Its requests are many at a time; the first was in time.
    } else if (watch != null) {
      watch.latest = request;
    }
  }

  /** The connection is closed, or no longer one for requests. */
  public void forget(HttpConnection connection) {
    Watch watch = watches.remove(connection);
    if (watch != null) {
      vertx.cancelTimer(watch.timer);
    }
  }

  /** How many connections are watched. */
  public int size() {
    return watches.size();
  }

  /** Looks are on the connection's event loop; requests are handled wherever the server's are. */
  private final class Watch {
    private final HttpConnection connection;
    private volatile @Nullable HttpServerRequest latest;
    private @Nullable HttpServerRequest answered;
    private volatile long timer;

    Watch(HttpConnection connection) {
      this.connection = connection;
    }

    void lookIn(long ms) {
      timer = vertx.setTimer(ms, due -> look());
    }

    private void look() {
      HttpServerRequest request = latest;
      if (watches.get(connection) != this) {
        return;
      }
      if (request == null || request == answered) {
        cut();
      } else if (isUpgraded(request)) {
        forget(connection);
      } else {
        answered = request.response().ended() ? request : null;
        lookIn(laterMs);
      }
    }

    private void cut() {
      forget(connection);
      limits.reached(
          CableOption.HANDSHAKE_TIMEOUT,
          Objects.requireNonNullElse(connection.remoteAddress().hostAddress(), "unknown"));
      // Behind what is still being sent, if the client only reads slowly.
      connection.close();
    }
  }

  /** Upgraded by other code than ours, or made a tunnel (RFC 9110 sections 7.8 and 9.3.6). */
  private static boolean isUpgraded(HttpServerRequest request) {
    int status = request.response().getStatusCode();
    return request.response().ended()
        && (status == SWITCHING_PROTOCOLS
            || (request.method().equals(HttpMethod.CONNECT) && status == 200));
  }
}
