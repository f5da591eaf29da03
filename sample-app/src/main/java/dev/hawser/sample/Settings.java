// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What can be set from outside, by environment variables.
 *
 * @param port {@code PORT}: where to listen; default 8080; 0 for any free port
 * @param dataDirectory {@code DATA_DIR}: where the database file is; default {@code data}
 * @param databaseUrl {@code DATABASE_URL}: the JDBC URL of a database server instead of the file
 * @param redisUrl {@code REDIS_URL}: the Redis that connects the nodes; without it there is only
 *     one node
 * @param drainRate {@code DRAIN_RATE}: how many connections a second it closes when it stops,
 *     because other nodes have to accept the clients; default 2,500
 * @param hosts {@code HOSTS}: the names under which browsers find it, separated by commas; default
 *     {@code localhost}; IP addresses need no name
 * @param trustedProxies {@code TRUSTED_PROXIES}: the IP addresses of proxies in front of it, whose
 *     {@code X-Forwarded-*} headers are believed, separated by commas; default none
 * @param signInsPerMinute {@code SIGN_INS_PER_MINUTE}: how often one address may sign in; default
 *     20
 * @param warmUpSeconds {@code WARM_UP}: for how many seconds at most it warms up before it is
 *     ready; default 10; 0 for not at all
 */
record Settings(
    int port,
    Path dataDirectory,
    Optional<String> databaseUrl,
    Optional<String> redisUrl,
    int drainRate,
    List<String> hosts,
    List<InetAddress> trustedProxies,
    int signInsPerMinute,
    int warmUpSeconds) {
  static Settings from(Map<String, String> environment) {
    String data = environment.getOrDefault("DATA_DIR", System.getProperty("data.dir", "data"));
    return new Settings(
        number(environment, "PORT", 8080, 0, 65_535),
        Path.of(data).toAbsolutePath().normalize(),
        set(environment, "DATABASE_URL"),
        set(environment, "REDIS_URL"),
        number(environment, "DRAIN_RATE", 2500, 1, 1_000_000),
        list(environment.getOrDefault("HOSTS", "localhost")),
        list(environment.getOrDefault("TRUSTED_PROXIES", "")).stream()
            .map(Settings::proxy)
            .toList(),
        number(environment, "SIGN_INS_PER_MINUTE", 20, 1, 1_000_000),
        number(environment, "WARM_UP", 10, 0, 300));
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .filter(each -> !each.isEmpty())
        .toList();
  }

  private static InetAddress proxy(String address) {
    return IpAddress.parse(address)
        .orElseThrow(() -> new IllegalArgumentException(
            "TRUSTED_PROXIES: \"%s\" (expected: an IP address)".formatted(address)));
  }

  private static Optional<String> set(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  private static int number(
      Map<String, String> environment, String name, int unset, int least, int most) {
    String text = environment.getOrDefault(name, String.valueOf(unset));
    if (text.matches("\\d{1,7}")) {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw new IllegalArgumentException(
        "%s: \"%s\" (expected: %d to %d)".formatted(name, text, least, most));
  }
}
