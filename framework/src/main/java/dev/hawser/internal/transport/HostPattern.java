// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import io.netty.util.NetUtil;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A host as lists of origins and hosts name it: exact or any subdomain, with one port or any.
 *
 * @param subdomains whether the subdomains are meant, and not the host itself
 * @param name the host in lower case, an IPv6 address in brackets
 * @param port the port; {@code null} for any
 */
record HostPattern(
    boolean subdomains, String name, @Nullable String port) {
  private static final Pattern ENTRY =
      Pattern.compile("(\\*\\.)?([a-z0-9_][a-z0-9_.-]*|\\[[0-9a-f:.]+\\])(?::(\\d{1,5}|\\*))?");

  /**
   * Parses an entry of {@code allowedHosts}.
   *
   * @throws IllegalArgumentException naming the entry that is no host
   */
  static HostPattern parse(String entry) {
    Matcher parts = ENTRY.matcher(entry);
    if (!parts.matches()) {
      throw new IllegalArgumentException("allowedHosts: \""
          + entry
          + "\" (expected: a host in lower case such as \"example.com\", \"*.example.com\" or"
          + " \"example.com:8443\")");
    }
    String port = parts.group(3);
    return new HostPattern(parts.group(1) != null, parts.group(2), "*".equals(port) ? null : port);
  }

  HostPattern withAnyPort() {
    return new HostPattern(subdomains, name, null);
  }

  boolean matches(String candidate, String itsPort) {
    return (port == null || port.equals(itsPort)) && matchesName(candidate);
  }

  private boolean matchesName(String candidate) {
    // The dot is the label boundary: without it "evil-example.com" would pass for a subdomain.
    return subdomains ? candidate.endsWith("." + name) : candidate.equals(name);
  }

  /**
   * Whether a host is an address, or this machine by name (RFC 6761 section 6.3): no answer of the
   * DNS can point it elsewhere.
   */
  static boolean isFixed(String name) {
    return name.startsWith("[")
        || NetUtil.isValidIpV4Address(name)
        || name.equals("localhost")
        || name.endsWith(".localhost");
  }
}
