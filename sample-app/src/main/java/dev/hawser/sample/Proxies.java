// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the proxies in front of the application say of a request. Only the named ones are believed,
 * because any client can send their headers. The cable does the same for itself. Immutable.
 */
final class Proxies {
  private final Set<InetAddress> addresses;

  Proxies(List<InetAddress> addresses) {
    this.addresses = Set.copyOf(addresses);
  }

  /** Whether the browser speaks TLS, with this server or with a proxy. */
  boolean isSecure(HttpServerRequest request) {
    List<String> schemes = list(request, "X-Forwarded-Proto");
    if (isTrusted(peer(request)) && !schemes.isEmpty()) {
      return schemes.get(0).equals("https");
    }
    return request.isSSL();
  }

  /** The browser's address: the last one that no proxy of ours has, if all before it are known. */
  Optional<InetAddress> client(HttpServerRequest request) {
    Optional<InetAddress> client = peer(request);
    for (String hop : list(request, "X-Forwarded-For")) {
      Optional<InetAddress> before = IpAddress.parse(withoutPort(hop));
      if (!isTrusted(client) || before.isEmpty()) {
        break;
      }
      client = before;
    }
    return client;
  }

  private boolean isTrusted(Optional<InetAddress> address) {
    return address.filter(addresses::contains).isPresent();
  }

  private static Optional<InetAddress> peer(HttpServerRequest request) {
    String address = request.remoteAddress().hostAddress();
    return address == null ? Optional.empty() : IpAddress.parse(address.split("%", 2)[0]);
  }

  /** The values of a header, that of the nearest proxy first. */
  private static List<String> list(HttpServerRequest request, String header) {
    List<String> values =
        Arrays.asList(String.join(",", request.headers().getAll(header)).split(","));
    Collections.reverse(values);
    return values.stream().map(String::strip).filter(value -> !value.isEmpty()).toList();
  }

  /** Some proxies write {@code 203.0.113.7:4711} and {@code [2001:db8::7]:4711}. */
  private static String withoutPort(String hop) {
    if (hop.startsWith("[") && hop.contains("]")) {
      return hop.substring(1, hop.indexOf(']'));
    }
    return hop.indexOf(':') == hop.lastIndexOf(':') ? hop.split(":", 2)[0] : hop;
  }
}
