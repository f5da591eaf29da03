// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.peers;

import dev.hawser.benchmarks.load.CableDialect;
import dev.hawser.benchmarks.load.Dialect;
import dev.hawser.benchmarks.load.SocketIoDialect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One server to be measured, and how it is started.
 *
 * @param software what it is
 * @param java the home of the JDK it runs on, if it runs on one
 * @param transport the transport it uses, if there is a choice
 * @param jvmOptions options of its JVM, if it runs on one
 * @param label its name in tables: the software, and what else distinguishes it
 */
public record Peer(
    Software software,
    @Nullable Path java,
    @Nullable String transport,
    List<String> jvmOptions,
    String label) {
  /** The system property that names AnyCable's program. */
  public static final String ANYCABLE_PROGRAM = "benchmarks.anycable";

  private static final Path DEBIAN_GEMS =
      Path.of("/usr/share/rubygems-integration/all/specifications");
  private static final Pattern NPM_VERSION = Pattern.compile("\"version\": *\"([^\"]+)\"");

  /** All the software there is to choose from, in the order of the tables. */
  public enum Software {
    /** Hawser with a channel that is declared not to block. */
    HAWSER,
    /** Hawser with callbacks on virtual threads, or on workers before Java 21. */
    HAWSER_THREADS,
    /** Netty alone. */
    NETTY,
    /** A broadcaster written by hand with Vert.x. */
    VERTX,
    /** The ws package of npm. */
    WS,
    /** The socket.io package of npm. */
    SOCKET_IO,
    /** Rails' Action Cable on puma. */
    RAILS,
    /** AnyCable's benchmark server: its own hub, and channels in Go instead of remote calls. */
    ANYCABLE;

    /** The name on the command line and in tables. */
    public String label() {
      return this == SOCKET_IO ? "socket.io" : name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean isJava() {
      return switch (this) {
        case HAWSER, HAWSER_THREADS, NETTY, VERTX -> true;
        case WS, SOCKET_IO, RAILS, ANYCABLE -> false;
      };
    }

    /** Finds software by its label. */
    public static Software of(String label) {
      return Arrays.stream(values())
          .filter(software -> software.label().equals(label))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("peer: " + label + " (expected one of: "
              + String.join(", ", Arrays.stream(values()).map(Software::label).toList()) + ")"));
    }

    /** What is missing on this machine to run it; null if nothing. */
    public @Nullable String missing() {
      return switch (this) {
        case WS, SOCKET_IO -> {
          String name = label();
          yield Files.isDirectory(home().resolve("node_modules").resolve(name))
              ? null
              : "npm ci in benchmarks/peers installs it";
        }
        case RAILS ->
          onPath("puma") && debianGem("actioncable").isPresent()
              ? null
              : "Debian's ruby-actioncable, ruby-railties and puma are not installed";
        case ANYCABLE ->
          Files.isExecutable(anycable())
              ? null
              : "--anycable names its gobench-cable, which Go builds from its sources";
        default -> null;
      };
    }

    /** Its version, where that is neither the framework's nor a library's of this build. */
    public Optional<String> version() throws IOException {
      return switch (this) {
        case WS, SOCKET_IO -> {
          Path file = home().resolve("node_modules").resolve(label()).resolve("package.json");
          Matcher version = NPM_VERSION.matcher(Files.readString(file));
          yield version.find() ? Optional.of(version.group(1)) : Optional.empty();
        }
        case RAILS -> debianGem("actioncable");
        default -> Optional.empty();
      };
    }
  }

  /** The variants of one software: all combinations of what matters to it. */
  public static List<Peer> variants(
      Software software, List<Path> javas, List<String> transports, List<String> jvmOptions) {
    if (!software.isJava()) {
      return List.of(new Peer(software, null, null, List.of(), software.label()));
    }
    List<Peer> peers = new ArrayList<>();
    for (Path java : javas) {
      for (String transport : transports) {
        for (String options : jvmOptions) {
          List<String> suffix = new ArrayList<>();
          if (javas.size() > 1) {
            suffix.add("JDK " + javaVersion(java).replaceAll("\\..*", ""));
          }
          if (transports.size() > 1) {
            suffix.add(transport);
          }
          if (jvmOptions.size() > 1) {
            suffix.add(options);
          }
          String label = software.label() + (suffix.isEmpty() ? "" : " " + suffix);
          peers.add(new Peer(software, java, transport, List.of(options.split(" +")), label));
        }
      }
    }
    return peers;
  }

  /** How the generator talks to it. */
  public Dialect dialect() {
    return switch (software) {
      case SOCKET_IO -> new SocketIoDialect();
      case HAWSER -> new CableDialect("LoopChannel");
      default -> new CableDialect("BenchmarkChannel");
    };
  }

  /** The most subscriptions it is asked to carry; more would take it minutes. */
  public int capacity() {
    return software == Software.RAILS ? 1000 : Integer.MAX_VALUE;
  }

  /** The command that starts it. */
  List<String> command(int port, List<String> heap, List<String> arguments) {
    List<String> command = new ArrayList<>();
    switch (software) {
      case HAWSER, HAWSER_THREADS -> command.addAll(java(HawserServer.class, heap));
      case NETTY -> command.addAll(java(NettyServer.class, heap));
      case VERTX -> command.addAll(java(VertxServer.class, heap));
      case WS -> command.addAll(List.of("node", home().resolve("ws.mjs").toString()));
      case SOCKET_IO ->
        command.addAll(List.of("node", home().resolve("socket.io.mjs").toString()));
      case ANYCABLE -> {
        // Or it would tell its makers.
        return List.of(
            "env",
            "ANYCABLE_DISABLE_TELEMETRY=true",
            anycable().toString(),
            "--host=127.0.0.1",
            "--port=" + port,
            "--log_level=error");
      }
      case RAILS -> {
        String bind = "tcp://127.0.0.1:" + port;
        Path app = home().resolve("rails.ru");
        return List.of("puma", "--quiet", "-e", "production", "-b", bind, app.toString());
      }
    }
    command.add(String.valueOf(port));
    command.addAll(arguments);
    return command;
  }

  private List<String> java(Class<?> main, List<String> heap) {
    List<String> command = new ArrayList<>();
    command.add(java + "/bin/java");
    command.addAll(heap);
    command.addAll(jvmOptions);
    command.add("-Dtransport=" + transport);
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    return command;
  }

  /** AnyCable's program. */
  public static Path anycable() {
    return Path.of(System.getProperty(ANYCABLE_PROGRAM, "gobench-cable"));
  }

  private static Path home() {
    return Path.of(System.getProperty("benchmarks.home", "."), "peers").toAbsolutePath();
  }

  /** The version of the JDK in a directory; the directory's name if it does not say. */
  public static String javaVersion(Path java) {
    try (Stream<String> lines = Files.lines(java.resolve("release"))) {
      return lines
          .filter(line -> line.startsWith("JAVA_VERSION="))
          .map(line -> line.replaceAll(".*=|\"", ""))
          .findFirst()
          .orElseThrow(() -> new IOException("no version"));
    } catch (IOException e) {
      return String.valueOf(java.getFileName());
    }
  }

  /** The feature version of the JDK, such as 25; 0 if the peer does not run on one. */
  public int javaFeature() {
    String digits = java == null ? "" : javaVersion(java).replaceAll("\\D.*", "");
    return digits.isEmpty() ? 0 : Integer.parseInt(digits);
  }

  /** Whether a program is on the PATH. */
  public static boolean onPath(String program) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  /** The version of a gem that Debian installed. */
  private static Optional<String> debianGem(String name) {
    Pattern specification = Pattern.compile(name + "-([\\d.]+)\\.gemspec");
    try (Stream<Path> files = Files.list(DEBIAN_GEMS)) {
      return files
          .map(file -> specification.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(matcher -> matcher.group(1))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
