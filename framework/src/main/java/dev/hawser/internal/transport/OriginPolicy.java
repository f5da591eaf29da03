// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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

  /**
   * Creates a policy.
   *
   * @param allowAny whether every origin may connect
   * @param allowSameOrigin whether pages of the cable's own host may
   * @param allowMissing whether clients may that send no origin, as browsers always do
   * @param allowed more origins: exact, or with {@code *.} for one or more labels before a host, or
   *     with {@code :*} for any port
   * @throws IllegalArgumentException naming the entry that is no origin
   */
  public OriginPolicy(
      boolean allowAny, boolean allowSameOrigin, boolean allowMissing, List<String> allowed) {
    this.allowAny = allowAny;
    this.allowSameOrigin = allowSameOrigin;
    this.allowMissing = allowMissing;
    this.allowed = allowed.stream().map(Allowed::parse).toList();
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
    if (allowSameOrigin && !endpoint.host().isEmpty() && origin.equals(endpoint.origin())) {
      return true;
    }
    return isOrigin(origin) && allowed.stream().anyMatch(entry -> entry.matches(origin));
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
  private record Allowed(String scheme, boolean subdomains, String host, String port) {

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
      return new Allowed(uri.getScheme(), subdomains, uri.getHost(), anyPort ? "*" : port(uri));
    }

    boolean matches(String origin) {
      URI uri = URI.create(origin);
      return uri.getScheme().equals(scheme)
          && (port.equals("*") || port.equals(port(uri)))
          && matchesHost(uri.getHost());
    }

    private boolean matchesHost(String candidate) {
      if (!subdomains) {
        return candidate.equals(host);
      }
      // The dot is the label boundary: without it "evil-example.com" would pass for a subdomain.
      return candidate.endsWith("." + host);
    }

    private static String port(URI uri) {
      if (uri.getPort() >= 0) {
        return String.valueOf(uri.getPort());
      }
      return uri.getScheme().equals("https") ? "443" : "80";
    }
  }

  /** The builder calls that would let these origins in, for the log. */
  static String advice(List<String> origins) {
    List<String> calls = new ArrayList<>();
    for (String origin : origins) {
      if (isOrigin(origin)) {
        calls.add(".allowedOrigins(\"" + origin + "\")");
      }
    }
    if (origins.isEmpty()) {
      calls.add(".allowMissingOrigin(true)");
    }
    return calls.isEmpty() ? "none: it is no valid origin" : String.join(" ", calls);
  }
}
