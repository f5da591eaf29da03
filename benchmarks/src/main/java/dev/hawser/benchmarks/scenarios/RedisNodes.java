// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hawser.benchmarks.load.Load;
import dev.hawser.benchmarks.load.Rooms;
import dev.hawser.benchmarks.load.Swarm;
import dev.hawser.benchmarks.peers.Peer;
import dev.hawser.benchmarks.peers.Peer.Software;
import dev.hawser.benchmarks.peers.ServerProcess;
import dev.hawser.benchmarks.results.Figure;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A client of one node broadcasts, a client of the other receives; beside it one node without
 * Redis, and Redis without nodes. Redis and both nodes share one processor, so that the processor
 * time of each says what it could do on its own.
 */
record RedisNodes() implements Scenario {
  private static final List<Integer> IN_FLIGHT = List.of(1, 64);

  /** Two nodes, each with its compilers, and Redis share the processor. */
  private static final int TIMES_LONGER_WARM_UP = 4;

  private static final int PAYLOAD_BYTES = 130;
  private static final int PUBLISHES_PER_SECOND = 20_000;
  private static final Pattern RATE = Pattern.compile("\",\"([0-9.]+)\"");

  @Override
  public String name() {
    return "redis";
  }

  @Override
  public String title() {
    return "Broadcasts from node to node through Redis, one subscriber";
  }

  @Override
  public boolean suits(Peer peer) {
    return peer.software() == Software.HAWSER;
  }

  @Override
  public @Nullable String missing() {
    return Peer.onPath("redis-server") && Peer.onPath("redis-benchmark")
        ? null
        : "redis-server and redis-benchmark are not on the PATH";
  }

  @Override
  public void run(Trial trial) throws IOException, InterruptedException {
    oneNode(trial);
    try (ServerProcess redis = ServerProcess.redis()) {
      twoNodes(trial, redis);
      for (int inFlight : IN_FLIGHT) {
        benchmark(trial, redis, inFlight + " in flight", 1, inFlight);
      }
      benchmark(trial, redis, "50 clients, 1 in flight each", 50, 1); // what it does by itself
    }
  }

  private static void oneNode(Trial trial) throws IOException, InterruptedException {
    try (ServerProcess node = trial.start(Trial.FIXED_HEAP);
        Swarm swarm = trial.swarm(node, Rooms.ONE)) {
      swarm.grow(1);
      trial.warmUp(Broadcasts.load(swarm, 64, Trial.PADDING));
      for (int inFlight : IN_FLIGHT) {
        Trial.Measured measured = trial.measured(
            node,
            Broadcasts.load(swarm, inFlight, Trial.PADDING),
            trial.settings().duration());
        trial.record(
            inFlight + " in flight",
            trial.peer().label() + ", one node, in memory",
            measured.figures(),
            measured.roundTrips());
      }
    }
  }

  private static void twoNodes(Trial trial, ServerProcess redis)
      throws IOException, InterruptedException {
    String url = "redis://127.0.0.1:" + redis.port();
    try (ServerProcess publisher = trial.start(Trial.FIXED_HEAP, url);
        ServerProcess subscriber = trial.start(Trial.FIXED_HEAP, url);
        Swarm senders = trial.swarm(publisher, new Rooms(2, 1));
        Swarm receivers = trial.swarm(subscriber, Rooms.ONE)) {
      senders.grow(2); // the second is in a room of its own, and sends
      receivers.grow(1);
      for (int i = 0; i < TIMES_LONGER_WARM_UP; i++) {
        trial.warmUp(load(senders, receivers, 64));
      }
      for (int inFlight : IN_FLIGHT) {
        Meter meter = Meter.start(redis);
        double publisherCpu = publisher.cpuSeconds();
        double subscriberCpu = subscriber.cpuSeconds();
        Load.Outcome outcome =
            load(senders, receivers, inFlight).run(trial.settings().duration());
        Map<Figure, Double> figures = meter.stop(outcome.messages());
        double perSecondOfCpu = 1e6 / outcome.messages();
        figures.put(Figure.REDIS_MICROS, figures.remove(Figure.SERVER_MICROS));
        figures.put(
            Figure.PUBLISHER_MICROS, (publisher.cpuSeconds() - publisherCpu) * perSecondOfCpu);
        figures.put(
            Figure.SUBSCRIBER_MICROS, (subscriber.cpuSeconds() - subscriberCpu) * perSecondOfCpu);
        figures.remove(Figure.SERVER_CPU);
        trial.record(inFlight + " in flight", figures, outcome.roundTrips());
      }
    }
  }

  private static Load load(Swarm senders, Swarm receivers, int inFlight) {
    return new Load(receivers, inFlight, slot -> {
      senders.perform(1, "broadcast", 0, Trial.PADDING, slot);
      return receivers.members(0);
    });
  }

  /** How fast Redis is when it has nothing else to do. */
  private static void benchmark(
      Trial trial, ServerProcess redis, String title, int connections, int pipelined)
      throws IOException, InterruptedException {
    int underWay = connections * pipelined;
    long publishes = Math.max(
        underWay,
        trial.settings().duration().toMillis()
            * PUBLISHES_PER_SECOND
            / 1000
            * Math.min(underWay, 64)
            / 4);
    double cpu = redis.cpuSeconds();
    Process process = new ProcessBuilder(
            "redis-benchmark",
            "--csv",
            "-p",
            String.valueOf(redis.port()),
            "-c",
            String.valueOf(connections),
            "-P",
            String.valueOf(pipelined),
            "-n",
            String.valueOf(publishes),
            "PUBLISH",
            "benchmark",
            "x".repeat(PAYLOAD_BYTES))
        .redirectErrorStream(true)
        .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor(10, TimeUnit.SECONDS);
    Matcher rate = RATE.matcher(output);
    if (!rate.find()) {
      throw new IOException("redis-benchmark printed no rate: " + output);
    }
    Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    figures.put(Figure.RATE, Double.parseDouble(rate.group(1)));
    figures.put(Figure.REDIS_MICROS, (redis.cpuSeconds() - cpu) * 1e6 / publishes);
    trial.record(title, "redis-benchmark PUBLISH", figures, null);
  }
}
