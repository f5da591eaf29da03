// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What can be set from outside, by environment variables.
 *
 * @param port {@code PORT}: where to listen; default 8080; 0 for any free port
 * @param dataDirectory {@code DATA_DIR}: where the database file is; default {@code data}
 * @param databaseUrl {@code DATABASE_URL}: the JDBC URL of a database server instead of the file
 * @param redisUrl {@code REDIS_URL}: the Redis over which nodes hear of each other; without it
 *     there is only one
 */
record Settings(
    int port, Path dataDirectory, Optional<String> databaseUrl, Optional<String> redisUrl) {
  static Settings from(Map<String, String> environment) {
    String port = environment.getOrDefault("PORT", "8080");
    String data = environment.getOrDefault("DATA_DIR", System.getProperty("data.dir", "data"));
    return new Settings(
        port(port),
        Path.of(data).toAbsolutePath().normalize(),
        set(environment, "DATABASE_URL"),
        set(environment, "REDIS_URL"));
  }

  private static Optional<String> set(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  private static int port(String text) {
    if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65_535) {
      throw new IllegalArgumentException("PORT: \"%s\" (expected: 0 to 65535)".formatted(text));
    }
    return Integer.parseInt(text);
  }
}
