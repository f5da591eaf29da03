// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.peers;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Files in which a JVM finds classes, linked, and profiles of an earlier run (JEP 514 and 515).
 * Made once for each peer, in a training run; they are gone with this JVM.
 */
public final class AotCache {
  private static final int FIRST_JDK = 25;
  private static final Map<Peer, Path> MADE = new HashMap<>();

  private AotCache() {}

  /** Runs a server that writes a cache when it ends. */
  @FunctionalInterface
  public interface Training {
    /** Runs it, and waits for its end. */
    void run(Path cache) throws IOException, InterruptedException;
  }

  /**
   * Returns the cache of a peer; null if its JDK has none, or its class path has directories, which
   * no cache may have: {@code benchmarks/run.sh} makes it of jars.
   */
  public static synchronized @Nullable Path of(Peer peer, Training training)
      throws IOException, InterruptedException {
    if (peer.javaFeature() < FIRST_JDK || !isOfJars()) {
      return null;
    }
    Path known = MADE.get(peer);
    if (known == null) {
      known = Files.createTempFile("server", ".aot");
      known.toFile().deleteOnExit();
      training.run(known);
      MADE.put(peer, known);
    }
    return known;
  }

  private static boolean isOfJars() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .allMatch(entry -> entry.endsWith(".jar"));
  }

  /** The option of the JVM that makes a cache. */
  public static String make(Path cache) {
    return "-XX:AOTCacheOutput=" + cache;
  }

  /** The option of the JVM that uses a cache. */
  public static String use(Path cache) {
    return "-XX:AOTCache=" + cache;
  }
}
