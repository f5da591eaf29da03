// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import io.netty.util.NetUtil;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What counts as one client address: an IPv4 address, or the /64 network of an IPv6 address, within
 * which a single host has as many addresses as it likes (RFC 4291 section 2.5.4).
 */
final class ClientAddress {
  private static final int IPV4_BYTES = 4;
  private static final int MAPPED_PREFIX_BYTES = 12;
  private static final long IPV4 = 0xFFFFL << 32;

  private ClientAddress() {}

  /** Returns a number for the address; {@code null} if the text is none, as with Unix sockets. */
  static @Nullable Long keyOf(String address) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
    if (bytes == null) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length == IPV4_BYTES) {
      return ipv4(buffer.getInt(0));
    }
    boolean mapped = buffer.getLong(0) == 0 && buffer.getInt(8) == 0xFFFF;
    return mapped ? ipv4(buffer.getInt(MAPPED_PREFIX_BYTES)) : Long.valueOf(buffer.getLong(0));
  }

  private static Long ipv4(int address) {
    return IPV4 | Integer.toUnsignedLong(address);
  }
}
