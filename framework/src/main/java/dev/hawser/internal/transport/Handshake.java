// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import dev.hawser.internal.log.LogText;
import dev.hawser.internal.log.LogThrottle;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.internal.protocol.ServerMessages;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The upgrade from HTTP to the cable's protocol (RFC 6455 section 4.2). It answers 426 to a GET
 * that is no upgrade, with what this is; and like ActionCable 404 to whatever else is none, or
 * comes from a page that may not connect.
 */
public final class Handshake {
  private static final Logger log = LoggerFactory.getLogger(Handshake.class);
  private static final String SUBPROTOCOL = "Sec-WebSocket-Protocol";
  private static final Set<String> SPOKEN =
      Set.of(ServerMessages.EXTENDED_PROTOCOL, ServerMessages.PROTOCOL);
  private static final int KEY_BYTES = 16;
  private static final int NOT_FOUND = 404;
  private static final int UPGRADE_REQUIRED = 426;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int INTERNAL_SERVER_ERROR = 500;

  private static final String WHAT_THIS_IS =
      "This is a WebSocket endpoint, not a page: connect with a"
          + " client of ActionCable's protocol, such as createConsumer(\"/cable\"). If a client got this"
          + " answer, a proxy on the way has dropped the headers Upgrade and Connection.";

  private final OriginPolicy origins;
  private final LogThrottle refusals = new LogThrottle(Duration.ofSeconds(1));

  /**
   * Creates a handshake.
   *
   * @param origins decides which pages may connect
   */
  public Handshake(OriginPolicy origins) {
    this.origins = origins;
  }

  /**
   * Returns whether a request may be upgraded; if not, it has been answered.
   *
   * @param request the request
   * @param endpoint where it was sent to, and by whom
   * @return whether it may
   */
  public boolean accepts(HttpServerRequest request, ProxyTrust.Endpoint endpoint) {
    if (!isUpgrade(request)) {
      explain(request);
      return false;
    }
    List<String> sent = request.headers().getAll(HttpHeaders.ORIGIN);
    if (!origins.permits(sent, endpoint)) {
      refusals.pass().ifPresent(more -> logRefusal(request, endpoint, sent, more));
      notFound(request);
      return false;
    }
    if (!isUnambiguous(request) || !isWebSocket13(request)) {
      return false;
    }
    selectSubprotocol(request);
    return true;
  }

  /**
   * Returns the path of a request, without its query.
   *
   * @param request the request
   * @return the path; empty if there is none
   */
  public static String path(HttpServerRequest request) {
    return Objects.requireNonNullElse(request.path(), "");
  }

  private void logRefusal(
      HttpServerRequest request, ProxyTrust.Endpoint endpoint, List<String> sent, long more) {
    log.warn(
        "connection refused: origin={} host={} path={} unlogged={}; to allow it: {}",
        sent.isEmpty() ? "none" : ProtocolException.quote(String.join(", ", sent)),
        ProtocolException.quote(endpoint.host()),
        ProtocolException.quote(path(request)),
        more,
        LogText.of(origins.advice(sent, endpoint)));
  }

  /** Refuses what a proxy and this server could read differently (RFC 9112 sections 3.2, 11.2). */
  private static boolean isUnambiguous(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if ((length != null && !length.equals("0"))
        || request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
      answerAndClose(request, 400, "Bad request: an upgrade has no body");
      return false;
    }
    if (request.headers().getAll(HttpHeaders.HOST).size() > 1) {
      answerAndClose(request, 400, "Bad request: Host");
      return false;
    }
    return true;
  }

  /** RFC 6455 sections 4.2.1 and 4.4. */
  private static boolean isWebSocket13(HttpServerRequest request) {
    if (!"13".equals(request.getHeader("Sec-WebSocket-Version"))) {
      request.response().putHeader("Sec-WebSocket-Version", "13");
      answer(request, UPGRADE_REQUIRED, "Upgrade required: WebSocket version 13");
      return false;
    }
    if (!isKey(request.getHeader("Sec-WebSocket-Key"))) {
      answerAndClose(request, 400, "Bad request: Sec-WebSocket-Key");
      return false;
    }
    return true;
  }

  private static boolean isKey(@Nullable String text) {
    try {
      return text != null && Base64.getDecoder().decode(text).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Returns whether the extended subprotocol was chosen for a request that was accepted.
   *
   * @param request the request
   * @return whether it was
   */
  public static boolean isExtended(HttpServerRequest request) {
    return ServerMessages.EXTENDED_PROTOCOL.equals(request.response().headers().get(SUBPROTOCOL));
  }

  private static void selectSubprotocol(HttpServerRequest request) {
    String chosen = chooseSubprotocol(request.headers().getAll(SUBPROTOCOL));
    if (chosen != null) {
      request.response().putHeader(SUBPROTOCOL, chosen);
    }
  }

  /**
   * Asks a client to come back later (RFC 9110 section 10.2.3), and closes its connection.
   *
   * @param request the request
   * @param status 503, or 429 if the client itself asks for too much (RFC 6585 section 4)
   * @param retryAfterSeconds when it may come back, in seconds
   */
  public static void unavailable(HttpServerRequest request, int status, int retryAfterSeconds) {
    request.response().putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(retryAfterSeconds));
    answerAndClose(
        request, status, status == TOO_MANY_REQUESTS ? "Too many requests" : "Service unavailable");
  }

  /**
   * Answers an HTTP/1.1 request whose upgrade failed, unless it is answered already, and closes its
   * connection.
   *
   * @param request the request
   */
  public static void failed(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    if (!response.headWritten() && !response.ended()) {
      response.headers().clear(); // Some may be those of an upgrade.
      answerAndClose(request, INTERNAL_SERVER_ERROR, "Internal server error");
    } else {
      request.connection().close();
    }
  }

  /**
   * Says what this is when the URL is opened in a browser. Other methods get what ActionCable
   * answers. Only HTTP/1.1 has upgrades to ask for (RFC 9110 section 15.5.22).
   */
  private static void explain(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.GET)) {
      notFound(request);
    } else if (request.version() == HttpVersion.HTTP_1_1) {
      request.response().putHeader(HttpHeaders.UPGRADE, "websocket");
      request.response().putHeader(HttpHeaders.CONNECTION, "Upgrade");
      answer(request, UPGRADE_REQUIRED, WHAT_THIS_IS);
    } else {
      answer(request, NOT_FOUND, WHAT_THIS_IS);
    }
  }

  private static void notFound(HttpServerRequest request) {
    answer(request, NOT_FOUND, "Page not found");
  }

  /**
   * Answers, and closes the connection after the answer. A client that is refused for what it has
   * too much of must not keep a socket that no limit counts; and what follows a malformed request
   * could be read differently than it was meant (RFC 9112 section 9.3). HTTP/2 has many requests on
   * a connection, which stays.
   */
  private static void answerAndClose(HttpServerRequest request, int status, String text) {
    boolean closes = request.version() != HttpVersion.HTTP_2;
    if (closes) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    answer(request, status, text);
    if (closes) {
      request.connection().close();
    }
  }

  private static void answer(HttpServerRequest request, int status, String text) {
    request
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
        .end(text);
  }

  private static boolean isUpgrade(HttpServerRequest request) {
    return request.method().equals(HttpMethod.GET)
        && request.version() == HttpVersion.HTTP_1_1
        && lists(request.headers().getAll(HttpHeaders.CONNECTION), "upgrade")
        && "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
  }

  private static boolean lists(List<String> lines, String token) {
    for (String line : lines) {
      for (String value : line.split(",")) {
        if (value.trim().equalsIgnoreCase(token)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * The first one offered of those spoken here, because the official client refuses to work unless
   * its own is chosen, which it offers first.
   */
  private static @Nullable String chooseSubprotocol(List<String> lines) {
    List<String> offers = lines.stream()
        .flatMap(line -> Stream.of(line.split(",")))
        .map(String::trim)
        .toList();
    return offers.stream()
        .filter(SPOKEN::contains)
        .findFirst()
        .orElse(
            offers.contains(ServerMessages.UNSUPPORTED_PROTOCOL)
                ? ServerMessages.UNSUPPORTED_PROTOCOL
                : null);
  }
}
