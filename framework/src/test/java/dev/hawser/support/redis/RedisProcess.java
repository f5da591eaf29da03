// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support.redis;

import dev.hawser.support.ChildProcesses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** One Redis server or Sentinel as a process: on loopback, without persistence. */
public final class RedisProcess implements AutoCloseable {
  private static final String PASSWORD = "requirepass ";
  private static final int START_ATTEMPTS = 5;

  private final int port;
  private final String password;
  private final Path directory;
  private final List<String> command;
  private Process process;

  private RedisProcess(int port, List<String> config, List<String> arguments) {
    try {
      this.port = port;
      this.password = config.stream()
          .filter(line -> line.startsWith(PASSWORD))
          .map(line -> line.substring(PASSWORD.length()))
          .findFirst()
          .orElse(null);
      this.directory = Files.createTempDirectory("hawser-redis-");
      Path file = directory.resolve("redis.conf");
      Files.write(file, config);
      this.command = new ArrayList<>(List.of(RedisBinary.path().toString(), file.toString()));
      this.command.addAll(arguments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a server on a free port, with more lines of configuration. */
  public static RedisProcess start(String... moreConfig) {
    return onFreePort(port -> {
      List<String> config = new ArrayList<>(List.of(moreConfig));
      config.add("port " + port);
      config.add("bind 127.0.0.1");
      config.add("save \"\"");
      config.add("appendonly no");
      config.add("repl-diskless-sync-delay 0");
      return new RedisProcess(port, config, List.of());
    });
  }

  /** Starts a Sentinel that watches a master. */
  public static RedisProcess startSentinel(RedisProcess master, int quorum) {
    return onFreePort(port -> {
      List<String> config = new ArrayList<>(List.of(
          "port " + port,
          "bind 127.0.0.1",
          "sentinel monitor mymaster 127.0.0.1 " + master.port() + " " + quorum,
          "sentinel down-after-milliseconds mymaster 500",
          "sentinel failover-timeout mymaster 2000",
          "sentinel parallel-syncs mymaster 1"));
      if (master.password != null) {
        config.add("sentinel auth-pass mymaster " + master.password);
      }
      return new RedisProcess(port, config, List.of("--sentinel"));
    });
  }

  /** A port may be taken between the look and the start; then another one will do. */
  private static RedisProcess onFreePort(IntFunction<RedisProcess> create) {
    for (int attempt = 1; ; attempt++) {
      RedisProcess server = create.apply(freePort());
      try {
        server.launch();
        return server;
      } catch (AssertionError e) {
        if (attempt == START_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private void launch() {
    try {
      process = ChildProcesses.start(new ProcessBuilder(command)
          .directory(directory.toFile())
          .redirectErrorStream(true)
          .redirectOutput(directory.resolve("redis.log").toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Until.isTrue("Redis answers on " + port, () -> {
      if (!process.isAlive()) {
        throw new AssertionError(Files.readString(directory.resolve("redis.log")));
      }
      return String.valueOf(call("INFO", "server")).contains("process_id:" + process.pid());
    });
  }

  /** Kills the server, as a power cut would. */
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Stops it with SIGSTOP: it is there and does not answer. */
  public void pause() {
    signal("-STOP");
  }

  /** Lets it go on after {@link #pause}. */
  public void resume() {
    signal("-CONT");
  }

  private void signal(String signal) {
    try {
      Process kill =
          ChildProcesses.start(new ProcessBuilder("kill", signal, String.valueOf(process.pid())));
      if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
        throw new AssertionError("kill " + signal + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public boolean isRunning() {
    return process.isAlive();
  }

  /** Starts it again, on the same port. */
  public void restart() {
    launch();
  }

  public int port() {
    return port;
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  public RespClient client() {
    RespClient client = new RespClient(port);
    if (password != null) {
      client.call("AUTH", password);
    }
    return client;
  }

  /** Runs one command. */
  public Object call(Object... words) {
    try (RespClient client = client()) {
      return client.call(words);
    }
  }

  /** Number of connections whose name is this. */
  public long connectionsNamed(String name) {
    return String.valueOf(call("CLIENT", "LIST"))
        .lines()
        .filter(line -> line.contains(" name=" + name + " "))
        .count();
  }

  /** Cuts the connections of that name off, and says how many there were. */
  public long killConnectionsNamed(String name) {
    try (RespClient client = client()) {
      List<String> ids = client
          .text("CLIENT", "LIST")
          .lines()
          .filter(line -> line.contains(" name=" + name + " "))
          .map(line -> line.substring("id=".length(), line.indexOf(' ')))
          .toList();
      ids.forEach(id -> client.call("CLIENT", "KILL", "ID", id));
      return ids.size();
    }
  }

  /** A port that is free, and whose Cluster bus port is free too. */
  public static int freePort() {
    for (int attempt = 0; attempt < 1000; attempt++) {
      int candidate = ThreadLocalRandom.current().nextInt(11_000, 21_000);
      if (isFree(candidate) && isFree(candidate + 10_000)) {
        return candidate;
      }
    }
    throw new AssertionError("no free port");
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    kill();
    try (var files = Files.walk(directory)) { // Redis 7 has a directory of its own in it.
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
