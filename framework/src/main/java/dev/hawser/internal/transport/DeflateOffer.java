// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The negotiation of permessage-deflate (RFC 7692 section 7.1): always without context takeover in
 * either direction, so that a connection has no compression state and a message is compressed once
 * for all sockets.
 */
final class DeflateOffer {
  /** The answer to an acceptable offer. */
  static final String ANSWER =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

  private static final String NAME = "permessage-deflate";

  private DeflateOffer() {}

  /** Whether one of the offers in {@code Sec-WebSocket-Extensions} headers can be accepted. */
  static boolean isIn(List<String> headers) {
    for (String line : headers) {
      for (String offer : line.split(",")) {
        if (isAcceptable(offer.split(";", -1))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Takes the name of an extension and its parameters; each may be empty. */
  private static boolean isAcceptable(String[] parts) {
    Set<String> seen = new HashSet<>();
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].trim().toLowerCase(Locale.ROOT);
      String name = parameter.split("=", 2)[0].trim();
      if (!seen.add(name) || !isSupported(parameter, name)) {
        return false;
      }
    }
    return parts[0].trim().equalsIgnoreCase(NAME);
  }

  /** A smaller window for the server's messages is not supported: Java's zlib has only one size. */
  private static boolean isSupported(String parameter, String name) {
    return switch (name) {
      case "server_no_context_takeover", "client_no_context_takeover" -> parameter.equals(name);
      case "client_max_window_bits" -> true; // a hint; the answer does not take it up
      default -> false;
    };
  }
}
