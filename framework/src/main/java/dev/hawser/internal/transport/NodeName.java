// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import io.netty.util.NetUtil;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names of hops in {@code X-Forwarded-For}: addresses, with a port and with brackets around an
 * IPv6 address if the proxy writes them, in quotes as RFC 7239 section 4 has them. The other names
 * of section 6, {@code unknown} and {@code _hidden}, are no addresses.
 */
final class NodeName {
  private static final String PORT = "(?::(?:\\d{1,5}|_[\\w.-]+))?";
  private static final Pattern IPV4 = Pattern.compile("([\\d.]+)" + PORT);
  private static final Pattern IPV6 = Pattern.compile("\\[([^\\]]+)\\]" + PORT);

  private NodeName() {}

  /** Returns the IP address without anything around it; {@code null} if the name is none. */
  static @Nullable String addressIn(String name) {
    String plain = name.length() > 1 && name.startsWith("\"") && name.endsWith("\"")
        ? name.substring(1, name.length() - 1)
        : name;
    Matcher ipv4 = IPV4.matcher(plain);
    if (ipv4.matches()) {
      return NetUtil.isValidIpV4Address(ipv4.group(1)) ? ipv4.group(1) : null;
    }
    Matcher ipv6 = IPV6.matcher(plain);
    String address = withoutZone(ipv6.matches() ? ipv6.group(1) : plain);
    return !address.startsWith("[") && NetUtil.isValidIpV6Address(address) ? address : null;
  }

  /** A zone means something on the proxy's host only (RFC 4007 section 6). */
  private static String withoutZone(String address) {
    int zone = address.indexOf('%');
    return zone < 0 ? address : address.substring(0, zone);
  }
}
