// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, on a processor of its own where the machine has two. */
final class ServerProcess implements AutoCloseable {
  private static final double TICKS_PER_SECOND = 100;

  private final Process process;

  private ServerProcess(Process process) {
    this.process = process;
  }

  /** The framework. */
  static ServerProcess hawser(int port) throws IOException {
    return java(HawserServer.class, port);
  }

  /** Netty alone: what the machine and the JVM give. */
  static ServerProcess netty(int port) throws IOException {
    return java(NettyServer.class, port);
  }

  private static ServerProcess java(Class<?> main, int port) throws IOException {
    List<String> command = new ArrayList<>();
    if (Runtime.getRuntime().availableProcessors() > 1
        && Files.exists(Path.of("/usr/bin/taskset"))) {
      command.addAll(List.of("taskset", "-c", "0"));
    }
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(List.of("-Xms32m", "-Xmx1g", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.add(String.valueOf(port));
    return start(command);
  }

  private static ServerProcess start(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = output.readLine();
    if (!"ready".equals(line)) {
      process.destroy();
      throw new IOException("the server did not start: " + line);
    }
    return new ServerProcess(process);
  }

  /** Processor time it has used, in seconds; 0 where there is no such figure. */
  double cpuSeconds() throws IOException {
    return cpuSeconds(process.pid());
  }

  static double cpuSeconds(long pid) throws IOException {
    Path stat = Path.of("/proc/" + pid + "/stat");
    if (!Files.exists(stat)) {
      return 0;
    }
    String text = Files.readString(stat);
    String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
