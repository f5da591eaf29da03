// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Decides which pages may connect (cross-site WebSocket hijacking: RFC 6455 section 10.2). Browsers
 * send cookies with any site's upgrade request, so only the {@code Origin} header tells the sites
 * apart. Immutable.
 */
public final class OriginPolicy {
  private static final String ANY_LABELS = "*.";

  private final boolean allowAny;
  private final boolean allowSameOrigin;
  private final boolean allowMissing;
  private final List<Allowed> allowed;

  /** The cable's own hosts; empty if they are not known. */
  private final List<HostPattern> hosts;

  /**
   * Creates a policy.
   *
   * @param allowAny whether every origin may connect
   * @param allowSameOrigin whether pages of the cable's own host may
   * @param allowMissing whether clients may that send no origin, as browsers always do
   * @param allowedOrigins more origins: exact, or with {@code *.} for one or more labels before a
   *     host, or with {@code :*} for any port
   * @param allowedHosts the cable's own hosts, with any port if they name none; those of the
   *     allowed origins are added
   * @throws IllegalArgumentException naming the entry that is no origin or no host
   */
  public OriginPolicy(
      boolean allowAny,
      boolean allowSameOrigin,
      boolean allowMissing,
      List<String> allowedOrigins,
      List<String> allowedHosts) {
    this.allowAny = allowAny;
    this.allowSameOrigin = allowSameOrigin;
    this.allowMissing = allowMissing;
    this.allowed = allowedOrigins.stream().map(Allowed::parse).toList();
    Stream<HostPattern> named =
        allowed.stream().filter(Allowed::namesHost).map(entry -> entry.host().withAnyPort());
    this.hosts =
        Stream.concat(allowedHosts.stream().map(HostPattern::parse), named).toList();
  }

  /**
   * Returns whether a request may connect.
   *
   * @param origins its {@code Origin} headers
   * @param endpoint where it was sent to
   * @return whether it may
   */
  public boolean permits(List<String> origins, ProxyTrust.Endpoint endpoint) {
    if (allowAny) {
      return true;
    }
    if (origins.isEmpty()) {
      return allowMissing;
    }
    if (origins.size() > 1) {
      return false;
    }
    String origin = origins.get(0);
    if (allowSameOrigin && endpoint.isOrigin(origin) && isOwnHost(endpoint)) {
      return true;
    }
    return isOrigin(origin) && allowed.stream().anyMatch(entry -> entry.matches(origin));
  }

  /**
   * Whether a page of the host that was asked for is one of ours. A stranger's page is of the same
   * origin as the cable once the DNS points the stranger's host to it (DNS rebinding), so that only
   * the name of the host tells.
   */
  private boolean isOwnHost(ProxyTrust.Endpoint endpoint) {
    String name = endpoint.hostName();
    return hosts.isEmpty()
        || HostPattern.isFixed(name)
        || hosts.stream().anyMatch(host -> host.matches(name, endpoint.port()));
  }

  /** Whether the text is an origin as a browser serializes it: scheme, host, perhaps a port. */
  private static boolean isOrigin(String text) {
    try {
      URI uri = new URI(text);
      return uri.getScheme() != null
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawPath().isEmpty()
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null
          && text.equals(text.toLowerCase(Locale.ROOT));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** One entry of the allow-list, cut into what must be equal and what may vary. */
  private record Allowed(String scheme, HostPattern host) {

    static Allowed parse(String entry) {
      int schemeEnd = entry.indexOf("://");
      String rest = schemeEnd < 0 ? "" : entry.substring(schemeEnd + 3);
      boolean subdomains = rest.startsWith(ANY_LABELS);
      String hostAndPort = subdomains ? rest.substring(ANY_LABELS.length()) : rest;
      boolean anyPort = hostAndPort.endsWith(":*");
      String plain = anyPort ? hostAndPort.substring(0, hostAndPort.length() - 2) : hostAndPort;
      if (schemeEnd < 1 || !isOrigin(entry.substring(0, schemeEnd) + "://" + plain)) {
        throw new IllegalArgumentException("allowedOrigins: \""
            + entry
            + "\" (expected: an origin in lower case such as \"https://example.com\","
            + " \"https://*.example.com\" or \"http://localhost:*\")");
      }
      URI uri = URI.create(entry.substring(0, schemeEnd) + "://" + plain);
      return new Allowed(
          uri.getScheme(), new HostPattern(subdomains, uri.getHost(), anyPort ? null : port(uri)));
    }

    boolean matches(String origin) {
      URI uri = URI.create(origin);
      return uri.getScheme().equals(scheme) && host.matches(uri.getHost(), port(uri));
    }

    /** Whether it names a host of the web by a name that the DNS resolves. */
    boolean namesHost() {
      return scheme.startsWith("http") && !HostPattern.isFixed(host.name());
    }

    private static String port(URI uri) {
      return uri.getPort() >= 0
          ? String.valueOf(uri.getPort())
          : ProxyTrust.Endpoint.defaultPort(uri.getScheme());
    }
  }

  /** The builder calls that would let these origins in, for the log. */
  String advice(List<String> origins, ProxyTrust.Endpoint endpoint) {
    if (origins.isEmpty()) {
      return ".allowMissingOrigin(true)";
    }
    if (allowSameOrigin && origins.size() == 1 && endpoint.isOrigin(origins.get(0))) {
      return ".allowedHosts(\"" + endpoint.host() + "\")";
    }
    List<String> calls = new ArrayList<>();
    for (String origin : origins) {
      if (isOrigin(origin)) {
        calls.add(".allowedOrigins(\"" + origin + "\")");
      }
    }
    return calls.isEmpty() ? "none: it is no valid origin" : String.join(" ", calls);
  }
}
