// SPDX-License-Identifier: Apache-2.0
package dev.hawser.interop;

import java.io.IOException;
import java.nio.file.Path;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis for machines that have none, from the jar of embedded-redis. Argument: the port. Ends
 * when its standard input does.
 */
public final class RedisServer {
  private RedisServer() {}

  public static void main(String[] args) throws IOException {
    Path binary = ExecutableProvider.newJarResourceProvider().get().toPath();
    Process redis = new ProcessBuilder(
            binary.toString(), "--port", args[0], "--bind", "127.0.0.1", "--save", "")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .start();
    Runtime.getRuntime().addShutdownHook(new Thread(redis::destroyForcibly));
    while (System.in.read() != -1) {
      // Nobody writes anything; only the end counts.
    }
  }
}
