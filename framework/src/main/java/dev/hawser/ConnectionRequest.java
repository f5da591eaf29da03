// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import dev.hawser.internal.node.RequestHead;
import dev.hawser.internal.protocol.SessionId;
import dev.hawser.internal.protocol.SharedStrings;
import dev.hawser.internal.transport.Handshake;
import dev.hawser.internal.transport.ProxyTrust;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.Session;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP request that opened a connection, as it was then.
 *
 * <pre>{@code
 * @Override
 * protected void connect() {
 *   ConnectionRequest request = request();
 *   String token = request.queryParam("token");
 *   if (token == null) {
 *     throw unauthorized();
 *   }
 *   identifiedBy("user", users.byToken(token).id());
 * }
 * }</pre>
 *
 * <p>It is kept as long as the connection, so it is kept small: one text, parsed when asked.
 *
 * <p>Immutable. {@link #toString} contains no header, because cookies and tokens are among them.
 *
 * @since 0.1.0
 */
public final class ConnectionRequest {
  /** A percent sign that is not followed by two hexadecimal digits. */
  private static final Pattern NO_ENCODING = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  /** It means nothing after the handshake, and no two are equal. */
  private static final String HANDSHAKE_KEY = "Sec-WebSocket-Key";

  private static final Set<String> COMMON = caseInsensitive(
      "Host",
      "Upgrade",
      "Connection",
      "Origin",
      "User-Agent",
      "Accept-Encoding",
      "Accept-Language",
      "Cache-Control",
      "Pragma",
      "Sec-WebSocket-Version",
      "Sec-WebSocket-Extensions");

  private static final Pattern ACTION_CABLE =
      Pattern.compile("(actioncable-(v1-json|v1-ext-json|unsupported)(, ?|$)){1,3}");

  /** AnyCable's header; it goes before the query parameter. */
  private static final String RESTORED_SID = "X-ANYCABLE-RESTORE-SID";

  private final String uri;

  /** Headers that tell browsers apart, not people: many connections have the same. */
  private final String commonLines;

  private final String ownLines;
  private final String scheme;
  private final String host;
  private final String remoteAddress;
  private final @Nullable User user;
  private final @Nullable Session session;
  private final boolean extended;
  private final boolean restoring;

  private ConnectionRequest(
      HttpServerRequest request,
      ProxyTrust.Endpoint endpoint,
      @Nullable RoutingContext context,
      SharedStrings strings) {
    StringBuilder common = new StringBuilder();
    StringBuilder own = new StringBuilder();
    for (Map.Entry<String, String> header : request.headers()) {
      if (!header.getKey().equalsIgnoreCase(HANDSHAKE_KEY)) {
        append(isCommon(header) ? common : own, header);
      }
    }
    // A query may be a token: rarely the same twice, and nothing to keep beyond its connection.
    this.uri = request.query() == null ? strings.share(request.uri()) : request.uri();
    this.commonLines = strings.share(common.toString());
    this.ownLines = own.toString();
    this.scheme = endpoint.scheme();
    this.host = strings.share(endpoint.host());
    this.remoteAddress = endpoint.clientAddress();
    this.user = context == null ? null : context.user();
    this.session = context == null ? null : context.session();
    this.extended = Handshake.isExtended(request);
    this.restoring = extended && asksToRestore(request.headers().contains(RESTORED_SID));
  }

  private static Set<String> caseInsensitive(String... names) {
    Set<String> all = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    all.addAll(List.of(names));
    return Collections.unmodifiableSet(all);
  }

  private static void append(StringBuilder lines, Map.Entry<String, String> header) {
    lines.append(header.getKey()).append(':').append(header.getValue()).append('\n');
  }

  /** A subprotocol may be a token, unless it is ActionCable's. */
  private static boolean isCommon(Map.Entry<String, String> header) {
    return COMMON.contains(header.getKey())
        || (header.getKey().equalsIgnoreCase("Sec-WebSocket-Protocol")
            && ACTION_CABLE.matcher(header.getValue()).matches());
  }

  private ConnectionRequest(RequestHead head) {
    StringBuilder lines = new StringBuilder();
    head.headers().forEach(header -> append(lines, header));
    this.uri = head.uri();
    this.commonLines = "";
    this.ownLines = lines.toString();
    this.scheme = head.scheme();
    this.host = head.host();
    this.remoteAddress = head.remoteAddress();
    this.user = head.user();
    this.session = head.session();
    this.extended = head.extended();
    this.restoring = extended && asksToRestore(!headers(RESTORED_SID).isEmpty());
  }

  /** Returns a request that no socket has brought. */
  static ConnectionRequest of(RequestHead head) {
    return new ConnectionRequest(head);
  }

  static ConnectionRequest of(
      HttpServerRequest request,
      ProxyTrust.Endpoint endpoint,
      @Nullable RoutingContext context,
      SharedStrings strings) {
    return new ConnectionRequest(request, endpoint, context, strings);
  }

  /** A fast check that is seldom true; only then is the query parsed. */
  private boolean asksToRestore(boolean hasHeader) {
    return hasHeader || uri.contains("sid=");
  }

  /** The sid of the connection whose session the client wants to go on with, if it is one. */
  @Nullable SessionId restoredSid() {
    if (!restoring) {
      return null;
    }
    String header = header(RESTORED_SID);
    String sid = header == null ? queryParam("sid") : header.trim();
    return sid == null ? null : SessionId.parse(sid);
  }

  /** Whether the client speaks the extended subprotocol, and so knows its messages. */
  boolean isExtended() {
    return extended;
  }

  /**
   * Returns the first value of a header. All are kept but {@code Sec-WebSocket-Key}.
   *
   * @param name name of the header, in any case
   * @return its value, or {@code null} if it was not sent
   */
  public @Nullable String header(String name) {
    List<String> values = headers(name);
    return values.isEmpty() ? null : values.get(0);
  }

  /**
   * Returns all values of a header.
   *
   * @param name name of the header, in any case
   * @return its values, empty if it was not sent
   */
  public List<String> headers(String name) {
    List<String> values = new ArrayList<>(1);
    addHeaders(commonLines, name, values);
    addHeaders(ownLines, name, values);
    return values;
  }

  private static void addHeaders(String lines, String name, List<String> values) {
    for (String line : lines.split("\n")) {
      int colon = line.indexOf(':');
      if (colon == name.length() && line.regionMatches(true, 0, name, 0, colon)) {
        values.add(line.substring(colon + 1));
      }
    }
  }

  /**
   * Returns a cookie's value.
   *
   * @param name name of the cookie
   * @return its value, percent-decoded, or empty if it was not sent
   */
  public Optional<String> cookie(String name) {
    return Optional.ofNullable(cookies().get(name));
  }

  /**
   * Returns all cookies, percent-decoded. Where a name was sent twice the first counts, which is
   * the one with the more specific path (RFC 6265 section 5.4).
   *
   * @return values by name
   */
  public Map<String, String> cookies() {
    Map<String, String> cookies = new LinkedHashMap<>();
    for (String line : headers("Cookie")) {
      // Lax, as browsers and ActionCable are: an odd value must not hide the session's cookie.
      for (Cookie cookie : ServerCookieDecoder.LAX.decodeAll(line)) {
        cookies.putIfAbsent(cookie.name(), decode(cookie.value()));
      }
    }
    return cookies;
  }

  /** A plus sign stands for itself in a cookie; what is not percent-encoding stays as it is. */
  private static String decode(String value) {
    try {
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return value;
    }
  }

  /**
   * Returns the first value of a query parameter, decoded.
   *
   * @param name name of the parameter
   * @return its value, or {@code null} if it was not sent
   */
  public @Nullable String queryParam(String name) {
    List<String> values = queryParams().get(name);
    return values == null ? null : values.get(0);
  }

  /**
   * Returns all query parameters, decoded. At most 1,024 are read. As in browsers, a percent sign
   * that encodes nothing stands for itself.
   *
   * @return values by name
   */
  public Map<String, List<String>> queryParams() {
    // Netty would throw, with the text, which may be a token.
    String decodable = NO_ENCODING.matcher(uri).replaceAll("%25");
    return new QueryStringDecoder(decodable, StandardCharsets.UTF_8).parameters();
  }

  /**
   * Returns the path, without the query.
   *
   * @return the path as the client sent it, such as {@code /cable}
   */
  public String path() {
    return new QueryStringDecoder(uri, StandardCharsets.UTF_8).rawPath();
  }

  /**
   * Returns the host the client asked for, with its port if it wrote one. {@code X-Forwarded-Host}
   * counts only if a trusted proxy sent it.
   *
   * @return the host in lower case
   */
  public String host() {
    return host;
  }

  /**
   * Returns how the client connected. {@code X-Forwarded-Proto} counts only if a trusted proxy sent
   * it.
   *
   * @return {@code http} or {@code https}
   */
  public String scheme() {
    return scheme;
  }

  /**
   * Returns the client's IP address. {@code X-Forwarded-For} counts only if a trusted proxy sent
   * it.
   *
   * @return the address as text
   */
  public String remoteAddress() {
    return remoteAddress;
  }

  /**
   * Returns the user that handlers before the cable on its route authenticated.
   *
   * @return the user, or {@code null}
   */
  public @Nullable User user() {
    return user;
  }

  /**
   * Returns the web session that handlers before the cable on its route found.
   *
   * @return the session, or {@code null}
   */
  public @Nullable Session session() {
    return session;
  }

  @Override
  public String toString() {
    return scheme + "://" + host + path() + " from " + remoteAddress;
  }
}
