// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import java.nio.file.Path;
import java.util.Map;

/**
 * What can be set from outside, by environment variables.
 *
 * @param port {@code PORT}: where to listen; default 8080; 0 for any free port
 * @param dataDirectory {@code DATA_DIR}: where the database file is; default {@code data}
 */
record Settings(int port, Path dataDirectory) {
  static Settings from(Map<String, String> environment) {
    String port = environment.getOrDefault("PORT", "8080");
    String data = environment.getOrDefault("DATA_DIR", System.getProperty("data.dir", "data"));
    return new Settings(port(port), Path.of(data).toAbsolutePath().normalize());
  }

  private static int port(String text) {
    if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65_535) {
      throw new IllegalArgumentException("PORT: \"%s\" (expected: 0 to 65535)".formatted(text));
    }
    return Integer.parseInt(text);
  }
}
