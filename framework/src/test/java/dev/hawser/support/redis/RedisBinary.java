// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hawser.support.ChildProcesses;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.embedded.core.ExecutableProvider;

/**
 * The Redis that the tests run: the one on the PATH if it is version 6.2 or newer, otherwise the
 * 6.2 from the jar of embedded-redis.
 */
public final class RedisBinary {
  private static final Pattern VERSION = Pattern.compile("v=(\\d+)\\.(\\d+)");
  private static final Version OLDEST = new Version(6, 2);
  private static final RedisBinary CHOSEN = choose(System.getenv("PATH"));

  private final Path path;
  private final Version version;

  private record Version(int major, int minor) {
    boolean isAtLeast(Version other) {
      return major > other.major || (major == other.major && minor >= other.minor);
    }
  }

  private RedisBinary(Path path, Version version) {
    this.path = path;
    this.version = version;
  }

  public static Path path() {
    return CHOSEN.path;
  }

  /** Whether it knows sharded pub/sub. */
  public static boolean isSharded() {
    return CHOSEN.version.isAtLeast(new Version(7, 0));
  }

  /** The one that tests run on a machine with this search path. */
  static Path pathOn(String searchPath) {
    return choose(searchPath).path;
  }

  private static RedisBinary choose(String searchPath) {
    for (String directory : searchPath.split(File.pathSeparator)) {
      Path candidate = Path.of(directory, "redis-server");
      if (Files.isExecutable(candidate)) {
        Version version = versionOf(candidate);
        if (version.isAtLeast(OLDEST)) {
          return new RedisBinary(candidate, version);
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

  private static Version versionOf(Path binary) {
    try {
      Process process = ChildProcesses.start(new ProcessBuilder(binary.toString(), "--version"));
      String answer = new String(process.getInputStream().readAllBytes(), UTF_8);
      process.waitFor(10, TimeUnit.SECONDS);
      Matcher version = VERSION.matcher(answer);
      return version.find()
          ? new Version(Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2)))
          : new Version(0, 0);
    } catch (IOException e) {
      return new Version(0, 0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
