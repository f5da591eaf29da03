// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks;

import dev.hawser.benchmarks.peers.Peer;
import dev.hawser.benchmarks.peers.Peer.Software;
import dev.hawser.benchmarks.scenarios.Scenario;
import dev.hawser.benchmarks.scenarios.Scenarios;
import dev.hawser.benchmarks.scenarios.Settings;
import io.netty.channel.epoll.Epoll;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The command line.
 *
 * @param scenarios what to measure
 * @param software which peers to measure
 * @param javas homes of the JDKs that the servers run on
 * @param transports of the servers on a JVM
 * @param jvmOptions of those servers: each a set of options, separated by spaces
 * @param settings how much
 * @param out where the JSON goes
 */
record Options(
    List<Scenario> scenarios,
    List<Software> software,
    List<Path> javas,
    List<String> transports,
    List<String> jvmOptions,
    Settings settings,
    Path out) {
  static final String HELP = """
      --scenario A,B   default: all of %s
      --peers A,B      default: all of %s
      --runs N         runs of each server in each scenario, interleaved; default 5
      --duration S     seconds of each measurement; default 3
      --warm-up S      seconds of each warm-up; default 3
      --jdk HOME,...   JDKs that servers run on; default: the one that runs this
      --transport T,.. nio, epoll or io_uring, of servers on a JVM; default: epoll where there is
      --jvm-options .. sets of options of those servers, such as "-XX:+UseG1GC,-XX:+UseZGC -Xlog:gc";
                       default: -XX:+UseSerialGC; -DportableSockets=true is one for Hawser
      --anycable FILE  AnyCable's gobench-cable: go build ./cmd/gobench-cable in its sources
      --scale N        divides numbers of sockets, to try the programs; default 1
      --out FILE       the JSON; default benchmarks/target/results.json
      """.formatted(
      String.join(", ", Scenarios.ALL.stream().map(Scenario::name).toList()),
      String.join(", ", Arrays.stream(Software.values()).map(Software::label).toList()));

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException naming the argument that cannot be used
   */
  static Options of(String... arguments) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      if (!HELP.contains(arguments[i] + " ") || i + 1 == arguments.length) {
        throw new IllegalArgumentException(arguments[i] + " (expected an option and its value)");
      }
      given.put(arguments[i], arguments[i + 1]);
    }
    if (given.containsKey("--anycable")) {
      System.setProperty(Peer.ANYCABLE_PROGRAM, given.get("--anycable"));
    }
    return new Options(
        list(given, "--scenario", Options::scenario, Scenarios.ALL),
        list(given, "--peers", Software::of, List.of(Software.values())),
        list(given, "--jdk", Path::of, List.of(Path.of(System.getProperty("java.home")))),
        list(
            given,
            "--transport",
            Options::transport,
            List.of(Epoll.isAvailable() ? "epoll" : "nio")),
        list(given, "--jvm-options", Function.identity(), List.of("-XX:+UseSerialGC")),
        new Settings(
            (int) number(given, "--runs", 5),
            seconds(given, "--duration", 3),
            seconds(given, "--warm-up", 3),
            (int) number(given, "--scale", 1)),
        Path.of(given.getOrDefault("--out", "target/results.json")));
  }

  /** All peers to measure, including variants. */
  List<Peer> peers() {
    List<Peer> peers = new ArrayList<>();
    for (Software each : software) {
      peers.addAll(Peer.variants(each, javas, transports, jvmOptions));
    }
    return peers;
  }

  private static <T> List<T> list(
      Map<String, String> given, String option, Function<String, T> parse, List<T> otherwise) {
    String value = given.get(option);
    return value == null
        ? otherwise
        : Arrays.stream(value.split(",")).map(parse).toList();
  }

  private static Scenario scenario(String name) {
    return Scenarios.ALL.stream()
        .filter(scenario -> scenario.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("--scenario: " + name + " (see --help)"));
  }

  private static String transport(String name) {
    if (!List.of("nio", "epoll", "io_uring").contains(name)) {
      throw new IllegalArgumentException(
          "--transport: " + name + " (expected: nio, epoll or io_uring)");
    }
    return name;
  }

  private static Duration seconds(Map<String, String> given, String option, double otherwise) {
    return Duration.ofMillis(Math.round(number(given, option, otherwise) * 1000));
  }

  private static double number(Map<String, String> given, String option, double otherwise) {
    String value = given.get(option);
    if (value == null) {
      return otherwise;
    }
    try {
      double number = Double.parseDouble(value);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(option + ": " + value + " (expected: a number above 0)");
  }
}
