// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server in a process of its own, on the processor that the system property {@code server.core}
 * names. What it prints is shown if it fails. It ends with this JVM, however this one ends.
 */
public final class ServerProcess implements AutoCloseable {
  private static final double TICKS_PER_SECOND = 100;
  private static final long START_SECONDS = 60;

  /** A JVM that makes an AOT cache takes its time to end. */
  private static final long END_SECONDS = 90;

  private static final Pattern HISTOGRAM_TOTAL =
      Pattern.compile("^Total\\s+\\d+\\s+(\\d+)", Pattern.MULTILINE);

  /** Kills a process when its standard input ends, as it does with the JVM that holds the pipe. */
  private static final String GUARD = "read -r pid && ! read -r _ && kill -9 \"$pid\"";

  private final Process process;
  private final Process guard;
  private final Path output;
  private final int port;
  private final @Nullable Path java;

  private ServerProcess(
      Process process, Process guard, Path output, int port, @Nullable Path java) {
    this.process = process;
    this.guard = guard;
    this.output = output;
    this.port = port;
    this.java = java;
  }

  /** Starts a peer, with a heap for its JVM if it has one and arguments after the port. */
  public static ServerProcess start(Peer peer, List<String> heap, List<String> arguments)
      throws IOException, InterruptedException {
    int port = freePort();
    return start(peer.command(port, heap, arguments), port, peer.java());
  }

  /** Starts a Redis that keeps nothing. */
  public static ServerProcess redis() throws IOException, InterruptedException {
    int port = freePort();
    String[] command = {
      "redis-server", "--port", String.valueOf(port), "--bind", "127.0.0.1", "--save", ""
    };
    return start(List.of(command), port, null);
  }

  private static ServerProcess start(List<String> command, int port, @Nullable Path java)
      throws IOException, InterruptedException {
    List<String> pinned = new ArrayList<>();
    String core = System.getProperty("server.core");
    if (core != null) {
      pinned.addAll(List.of("taskset", "-c", core));
    }
    pinned.addAll(command);
    Path output = Files.createTempFile("server", ".txt");
    Process guard = new ProcessBuilder("sh", "-c", GUARD).start();
    Process process = new ProcessBuilder(pinned)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    ServerProcess server = new ServerProcess(process, guard, output, port, java);
    server.tellGuard();
    server.awaitPort(command);
    return server;
  }

  private void tellGuard() throws IOException {
    OutputStream pipe = guard.getOutputStream();
    pipe.write((process.pid() + "\n").getBytes(UTF_8));
    pipe.flush();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitPort(List<String> command) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (process.isAlive() && System.nanoTime() < deadline) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.isConnected()) {
          return;
        }
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(20); // not yet
      }
    }
    String said = Files.readString(output, UTF_8);
    close();
    throw new IOException("the server did not start: " + String.join(" ", command) + "\n" + said);
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  /** Processor time it has used, in seconds; 0 where there is no such figure. */
  public double cpuSeconds() throws IOException {
    return cpuSeconds(process.pid());
  }

  /** Processor time that this process has used, in seconds; 0 where there is no such figure. */
  public static double ownCpuSeconds() throws IOException {
    return cpuSeconds(ProcessHandle.current().pid());
  }

  private static double cpuSeconds(long pid) throws IOException {
    Path stat = Path.of("/proc/" + pid + "/stat");
    if (!Files.exists(stat)) {
      return 0;
    }
    String text = Files.readString(stat);
    String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  /** Bytes of its resident set, which includes what a collector keeps; 0 without such a figure. */
  public long residentBytes() throws IOException {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    if (Files.exists(status)) {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    }
    return 0;
  }

  /** Bytes of the objects that live on a JVM's heap, after a full collection; no other heaps. */
  public OptionalLong liveHeapBytes() throws IOException, InterruptedException {
    if (java == null) {
      return OptionalLong.empty();
    }
    Process jcmd = new ProcessBuilder(
            java + "/bin/jcmd", String.valueOf(process.pid()), "GC.class_histogram")
        .redirectErrorStream(true)
        .start();
    String histogram = new String(jcmd.getInputStream().readAllBytes(), UTF_8);
    jcmd.waitFor(10, TimeUnit.SECONDS);
    Matcher total = HISTOGRAM_TOTAL.matcher(histogram);
    if (!total.find()) {
      throw new IOException("jcmd printed no histogram: " + histogram.lines().findFirst());
    }
    return OptionalLong.of(Long.parseLong(total.group(1)));
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    guard.destroyForcibly();
    Files.deleteIfExists(output);
  }
}
