// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import org.jspecify.annotations.Nullable;

/**
 * The address of one Redis server. Contains no secret, so it may be logged.
 *
 * @param scheme {@code redis}, {@code rediss} for TLS, or {@code unix}
 * @param host a name or address, without brackets; the path of a unix socket
 * @param port its port; 0 for a unix socket
 */
record Endpoint(String scheme, String host, int port) {
  static final String PLAIN = "redis";
  static final String TLS = "rediss";
  static final String UNIX = "unix";

  boolean isTls() {
    return scheme.equals(TLS);
  }

  /** Another server reached in the same way. */
  Endpoint at(String otherHost, int otherPort) {
    return new Endpoint(scheme, otherHost, otherPort);
  }

  /** The connection string for the Vert.x client, without the password. */
  String connectionString(String clientName, @Nullable Integer database) {
    if (scheme.equals(UNIX)) {
      String select = database == null ? "" : "&db=" + database;
      return "unix://" + host + "?client=" + clientName + select;
    }
    String path = database == null ? "" : "/" + database;
    return scheme + "://" + this + path + "?client=" + clientName;
  }

  @Override
  public String toString() {
    if (scheme.equals(UNIX)) {
      return host;
    }
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
