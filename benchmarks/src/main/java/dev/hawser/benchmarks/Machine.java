// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hawser.benchmarks.peers.Peer;
import dev.hawser.benchmarks.peers.Peer.Software;
import io.netty.util.Version;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What figures depend on: hardware, kernel and versions. */
final class Machine {
  private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+");

  private Machine() {}

  static Map<String, String> describe() throws IOException {
    Map<String, String> machine = new LinkedHashMap<>();
    List<String> models = values(Path.of("/proc/cpuinfo"), "model name");
    machine.put(
        "processors", models.size() + " × " + models.stream().findFirst().orElse("?"));
    values(Path.of("/proc/meminfo"), "MemTotal").forEach(size -> machine.put("memory", size));
    machine.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    Path load = Path.of("/proc/loadavg");
    if (Files.exists(load)) {
      machine.put("load before", Files.readString(load).split(" ")[0]);
    }
    return machine;
  }

  private static List<String> values(Path file, String key) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .toList();
  }

  static Map<String, String> versions(Options options) throws IOException {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("Hawser", System.getProperty("hawser.commit", "of the working tree"));
    versions.put(
        "JDK",
        options.javas().stream().map(Peer::javaVersion).collect(Collectors.joining(" and ")));
    versions.put("generator's JDK", System.getProperty("java.runtime.version"));
    Version netty = Version.identify().get("netty-transport");
    versions.put("Netty", netty == null ? "?" : netty.artifactVersion());
    versions.put("Vert.x", Vertx.class.getPackage().getImplementationVersion());
    for (Software software : options.software()) {
      if (software.missing() == null) {
        software.version().ifPresent(version -> versions.put(software.label(), version));
      }
    }
    if (options.software().contains(Software.ANYCABLE) && Software.ANYCABLE.missing() == null) {
      versions.put(Software.ANYCABLE.label(), printed(Peer.anycable().toString()));
    }
    for (String program : List.of("node", "redis-server")) {
      if (Peer.onPath(program)) {
        versions.put(program, printed(program));
      }
    }
    return versions;
  }

  private static String printed(String program) throws IOException {
    Process process = new ProcessBuilder(program, "--version").start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Matcher version = VERSION.matcher(text);
    return version.find() ? version.group() : "?";
  }
}
