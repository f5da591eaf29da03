// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.embedded.core.ExecutableProvider;

/**
 * The Redis that the tests run: the one on the PATH if it is version 7 or newer, otherwise the 6.2
 * from the jar of embedded-redis. The system property {@code hawser.test.redis=embedded} forces the
 * latter.
 */
public final class RedisBinary {
  private static final Pattern VERSION = Pattern.compile("v=(\\d+)\\.");
  private static final RedisBinary CHOSEN = choose();

  private final Path path;
  private final int majorVersion;

  private RedisBinary(Path path, int majorVersion) {
    this.path = path;
    this.majorVersion = majorVersion;
  }

  public static Path path() {
    return CHOSEN.path;
  }

  /** Whether it knows sharded pub/sub. */
  public static boolean isSharded() {
    return CHOSEN.majorVersion >= 7;
  }

  private static RedisBinary choose() {
    if (!"embedded".equals(System.getProperty("hawser.test.redis"))) {
      for (String directory : System.getenv("PATH").split(File.pathSeparator)) {
        Path candidate = Path.of(directory, "redis-server");
        if (Files.isExecutable(candidate) && versionOf(candidate) >= 7) {
          return new RedisBinary(candidate, versionOf(candidate));
        }
      }
    }
    try {
      Path embedded = ExecutableProvider.newJarResourceProvider().get().toPath();
      return new RedisBinary(embedded, versionOf(embedded));
    } catch (IOException e) {
      throw new AssertionError("no Redis for this platform in embedded-redis", e);
    }
  }

  private static int versionOf(Path binary) {
    try {
      Process process = new ProcessBuilder(binary.toString(), "--version").start();
      String answer = new String(process.getInputStream().readAllBytes(), UTF_8);
      process.waitFor(10, TimeUnit.SECONDS);
      Matcher version = VERSION.matcher(answer);
      return version.find() ? Integer.parseInt(version.group(1)) : 0;
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
