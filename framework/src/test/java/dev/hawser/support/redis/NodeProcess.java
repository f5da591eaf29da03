// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hawser.support.ChildProcesses;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A node of an application in a process of its own. */
public final class NodeProcess implements AutoCloseable {
  private final Process process;
  private final int port;

  private NodeProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts a {@link NodeMain} and waits until it is ready. */
  public static NodeProcess start(String name, String redisUrl) {
    return start(NodeMain.class, name, redisUrl);
  }

  /**
   * Starts a node and waits until it is ready.
   *
   * @param main prints the port of the node, which says at {@code /ready} whether it is ready
   */
  public static NodeProcess start(Class<?> main, String... arguments) {
    try {
      List<String> command = new ArrayList<>(List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-Xmx256m",
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
          "-cp",
          System.getProperty("java.class.path"),
          main.getName()));
      command.addAll(List.of(arguments));
      Process process = ChildProcesses.start(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD));
      BufferedReader out =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
      String line = out.readLine();
      while (line != null && !line.startsWith("port=")) {
        line = out.readLine();
      }
      if (line == null) {
        throw new AssertionError("the node ended before it listened");
      }
      NodeProcess node =
          new NodeProcess(process, Integer.parseInt(line.substring("port=".length())));
      Until.isTrue("the node is ready", node::isReady);
      return node;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What its readiness probe says. */
  public boolean isReady() throws IOException {
    HttpURLConnection probe = (HttpURLConnection)
        URI.create("http://127.0.0.1:" + port + "/ready").toURL().openConnection();
    probe.setConnectTimeout(1_000);
    probe.setReadTimeout(1_000);
    return probe.getResponseCode() == 200;
  }

  public int port() {
    return port;
  }

  /** Kills it with signal 9. */
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
