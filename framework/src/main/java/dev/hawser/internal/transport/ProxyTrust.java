// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which peers are proxies whose {@code X-Forwarded-*} headers are believed. Only declared ones are,
 * because any client can send these headers. Immutable.
 */
public final class ProxyTrust {
  private final List<IpSubnetFilterRule> trusted;

  private ProxyTrust(List<IpSubnetFilterRule> trusted) {
    this.trusted = trusted;
  }

  /**
   * Parses addresses such as {@code 127.0.0.1} and networks such as {@code 10.0.0.0/8}.
   *
   * @param networks addresses and networks of proxies
   * @return the trust in them
   * @throws IllegalArgumentException naming the entry that is neither
   */
  public static ProxyTrust of(List<String> networks) {
    List<IpSubnetFilterRule> rules = new ArrayList<>();
    for (String network : networks) {
      rules.add(parse(network));
    }
    return new ProxyTrust(rules);
  }

  private static IpSubnetFilterRule parse(String network) {
    int slash = network.indexOf('/');
    String address = slash < 0 ? network : network.substring(0, slash);
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
    if (bytes != null) {
      try {
        int bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(network.substring(slash + 1));
        return new IpSubnetFilterRule(
            InetAddress.getByAddress(bytes), bits, IpFilterRuleType.ACCEPT);
      } catch (IllegalArgumentException | UnknownHostException e) {
        throw new IllegalArgumentException(describe(network), e);
      }
    }
    throw new IllegalArgumentException(describe(network));
  }

  private static String describe(String network) {
    return "trustedProxies: \""
        + network
        + "\" (expected: an IP address or a network such as \"10.0.0.0/8\")";
  }

  /**
   * Returns where a request was sent to and who sent it, as far as trusted proxies say it.
   *
   * @param request the request
   * @return its endpoint
   */
  public Endpoint endpoint(HttpServerRequest request) {
    SocketAddress peer = request.connection().remoteAddress();
    String address = peer == null || peer.hostAddress() == null ? "unknown" : peer.hostAddress();
    String scheme = request.isSSL() ? "https" : "http";
    String host = request.getHeader("Host");
    if (isTrusted(address)) {
      scheme = forwardedScheme(request, scheme);
      host = last(request, "X-Forwarded-Host", host);
      address = clientAddress(request, address);
    }
    return new Endpoint(scheme, host == null ? "" : host.toLowerCase(Locale.ROOT), address);
  }

  private boolean isTrusted(String address) {
    byte[] bytes = trusted.isEmpty() ? null : NetUtil.createByteArrayFromIpAddressString(address);
    if (bytes == null) {
      return false;
    }
    try {
      InetSocketAddress socket = new InetSocketAddress(InetAddress.getByAddress(bytes), 0);
      return trusted.stream().anyMatch(rule -> rule.matches(socket));
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static String forwardedScheme(HttpServerRequest request, String otherwise) {
    String scheme = last(request, "X-Forwarded-Proto", otherwise);
    return switch (String.valueOf(scheme).toLowerCase(Locale.ROOT)) {
      case "https", "wss" -> "https";
      case "http", "ws" -> "http";
      default -> otherwise;
    };
  }

  /**
   * The last hop that is no proxy of ours: everything to the left of it may be invented. A hop
   * without an address leaves its clients with that of the proxy behind it.
   */
  private String clientAddress(HttpServerRequest request, String peer) {
    List<String> hops = list(request, "X-Forwarded-For");
    Collections.reverse(hops);
    String client = peer;
    for (String hop : hops) {
      String address = NodeName.addressIn(hop);
      if (address == null) {
        return client;
      }
      client = address;
      if (!isTrusted(address)) {
        return client;
      }
    }
    return client;
  }

  private static @Nullable String last(
      HttpServerRequest request, String header, @Nullable String otherwise) {
    List<String> values = list(request, header);
    return values.isEmpty() ? otherwise : values.get(values.size() - 1);
  }

  private static List<String> list(HttpServerRequest request, String header) {
    List<String> values = new ArrayList<>();
    for (String line : request.headers().getAll(header)) {
      for (String value : line.split(",")) {
        if (!value.isBlank()) {
          values.add(value.trim());
        }
      }
    }
    return values;
  }

  /**
   * Where a request was sent to, and who sent it.
   *
   * @param scheme {@code http} or {@code https}
   * @param host host and port as the client wrote them, in lower case; empty if it wrote none
   * @param clientAddress IP address of the client
   */
  public record Endpoint(String scheme, String host, String clientAddress) {

    /** Whether pages of the same host have this origin (RFC 6454 section 6.1). */
    boolean isOrigin(String origin) {
      String defaultPort = ":" + defaultPort(scheme);
      String plain = host.endsWith(defaultPort)
          ? host.substring(0, host.length() - defaultPort.length())
          : host;
      return !host.isEmpty() && origin.equals(scheme + "://" + plain);
    }

    /** The host without its port. */
    String hostName() {
      return portAt() < 0 ? host : host.substring(0, portAt());
    }

    /** The port, also if it is the default and was not written. */
    String port() {
      return portAt() < 0 ? defaultPort(scheme) : host.substring(portAt() + 1);
    }

    private int portAt() {
      int colon = host.lastIndexOf(':');
      return colon > host.lastIndexOf(']') ? colon : -1;
    }

    static String defaultPort(String scheme) {
      return scheme.equals("https") ? "443" : "80";
    }
  }
}
