// SPDX-License-Identifier: Apache-2.0
package dev.hawser.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The faults at random for longer: on one node, on nodes whose Redis forgets when it is killed, on
 * nodes whose Redis keeps, and on nodes with a replica and Sentinels. Prints its figures, and ends
 * with status 1 if something is wrong. Its arguments are the number of deliveries in each of the
 * four, the seed, and, to run one of them alone, memory, forgets, keeps or sentinel.
 */
public final class LosslessChaos {
  private static final int CLIENTS = 200;
  private static final int PAUSE_MS = 2;

  /** Where history is lost, so that there must be resets. */
  private static final Set<String> FORGETFUL = Set.of("memory", "forgets");

  /** Makes what a run is on. */
  private interface Place {
    Backend on(Ledger ledger);
  }

  private LosslessChaos() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    long deliveries = arguments.length > 0 ? Long.parseLong(arguments[0]) : 10_000_000;
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
    Map<String, Place> places = new LinkedHashMap<>();
    places.put("memory", MemoryBackend::new);
    places.put("forgets", all -> new RedisBackend(all, false));
    places.put("keeps", all -> new RedisBackend(all, true));
    places.put("sentinel", SentinelBackend::new);
    if (arguments.length > 2) {
      places.keySet().retainAll(Set.of(arguments[2]));
    }
    boolean well = !places.isEmpty();
    for (Map.Entry<String, Place> place : places.entrySet()) {
      well &= run(
          place.getKey(), place.getValue(), seed, deliveries, FORGETFUL.contains(place.getKey()));
    }
    say(well ? "RESULT: well" : "RESULT: problems");
    Runtime.getRuntime().halt(well ? 0 : 1);
  }

  private static boolean run(String name, Place place, long seed, long deliveries, boolean forgets)
      throws IOException {
    Path file = Files.createTempFile("hawser-chaos-", ".numbers");
    Ledger ledger = Ledger.in(file);
    long begun = System.nanoTime();
    try (Chaos chaos = new Chaos(seed, place.on(ledger), ledger, CLIENTS, PAUSE_MS)) {
      List<String> stories = chaos.finish(deliveries, forgets);
      say(name + ": seconds=" + Duration.ofNanos(System.nanoTime() - begun).toSeconds() + ", "
          + chaos);
      stories.forEach(LosslessChaos::say);
      return stories.isEmpty();
    } finally {
      Files.delete(file);
    }
  }

  @SuppressWarnings("SystemOut") // the figures are its purpose
  private static void say(String line) {
    System.out.println(line);
  }
}
