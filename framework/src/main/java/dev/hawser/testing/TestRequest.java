// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hawser.internal.node.RequestHead;
import dev.hawser.internal.protocol.ServerMessages;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.Session;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Describes the request with which a client of a {@link ChannelTest} connects. The connection of
 * the application gets it as {@code request()}.
 *
 * <pre>{@code
 * TestConnection ann = test.connect(request -> request
 *     .cookie("user", "ann")
 *     .header("Accept-Language", "de")
 *     .query("tab", "3")
 *     .remoteAddress("192.0.2.7"));
 * }</pre>
 *
 * <p>By default the URL is {@code http://localhost/cable}, each client has another address, and the
 * subprotocol is the extended one. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class TestRequest {
  private final List<Map.Entry<String, String>> headers = new ArrayList<>();
  private final StringJoiner cookies = new StringJoiner("; ").setEmptyValue("");
  private final StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
  private String path = "/cable";
  private String scheme = "http";
  private String host = "localhost";
  private String subprotocol = ServerMessages.EXTENDED_PROTOCOL;
  private String remoteAddress;
  private @Nullable User user;
  private @Nullable Session session;

  TestRequest(String remoteAddress) {
    this.remoteAddress = remoteAddress;
  }

  /**
   * Adds a header.
   *
   * @param name its name
   * @param value its value, without line breaks
   * @return this
   */
  public TestRequest header(String name, String value) {
    headers.add(Map.entry(name, value));
    return this;
  }

  /**
   * Adds a cookie.
   *
   * @param name its name
   * @param value its value, which this method percent-encodes
   * @return this
   */
  public TestRequest cookie(String name, String value) {
    cookies.add(name + "=" + encode(value));
    return this;
  }

  /**
   * Adds a query parameter, such as a token.
   *
   * @param name its name
   * @param value its value
   * @return this
   */
  public TestRequest query(String name, String value) {
    query.add(encode(name) + "=" + encode(value));
    return this;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  /**
   * Sets the path.
   *
   * @param path the path without a query, such as {@code /cable}; default {@code /cable}
   * @return this
   */
  public TestRequest path(String path) {
    this.path = path;
    return this;
  }

  /**
   * Sets the scheme that the client connects with.
   *
   * @param scheme {@code http} or {@code https}; default {@code http}
   * @return this
   */
  public TestRequest scheme(String scheme) {
    this.scheme = scheme;
    return this;
  }

  /**
   * Sets the host that the client asks for.
   *
   * @param host the host, with a port if there is one; default {@code localhost}
   * @return this
   */
  public TestRequest host(String host) {
    this.host = host.toLowerCase(Locale.ROOT);
    return this;
  }

  /**
   * Sets the client's IP address.
   *
   * @param address the address as text, which is not checked; by default one that no other client
   *     has
   * @return this
   */
  public TestRequest remoteAddress(String address) {
    this.remoteAddress = address;
    return this;
  }

  /**
   * Sets the user that earlier handlers of the route have authenticated.
   *
   * @param user the user that {@code request().user()} returns
   * @return this
   */
  public TestRequest user(User user) {
    this.user = user;
    return this;
  }

  /**
   * Sets the web session that an earlier handler of the route has found.
   *
   * @param session the session that {@code request().session()} returns
   * @return this
   */
  public TestRequest session(Session session) {
    this.session = session;
    return this;
  }

  /**
   * Sets the subprotocol that the client speaks.
   *
   * @param name name of the subprotocol, such as {@code actioncable-v1-json} for Rails' client;
   *     default {@code actioncable-v1-ext-json}
   * @return this
   */
  public TestRequest subprotocol(String name) {
    this.subprotocol = name;
    return this;
  }

  RequestHead head() {
    List<Map.Entry<String, String>> all = new ArrayList<>();
    all.add(Map.entry("Host", host));
    all.add(Map.entry("Sec-WebSocket-Protocol", subprotocol));
    if (cookies.length() > 0) {
      all.add(Map.entry("Cookie", cookies.toString()));
    }
    all.addAll(headers);
    return new RequestHead(
        path + query,
        all,
        scheme,
        host,
        remoteAddress,
        user,
        session,
        subprotocol.equals(ServerMessages.EXTENDED_PROTOCOL));
  }
}
