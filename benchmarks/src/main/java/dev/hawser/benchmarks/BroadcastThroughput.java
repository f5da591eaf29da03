// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Delivered messages per second with several broadcasts in flight, beside bare Netty in the same
 * run: the servers take turns, and the medians of all rounds are compared. Arguments: number of
 * subscribers, rounds.
 */
public final class BroadcastThroughput {
  private static final int[] IN_FLIGHT = {1, 4, 16, 64};
  private static final long PHASE_MS = 3000;

  private BroadcastThroughput() {}

  /** One measured phase. */
  private record Sample(double messagesPerSecond, double serverMicrosPerMessage, double ownCpu) {}

  public static void main(String[] args) throws IOException, InterruptedException {
    int subscribers = args.length > 0 ? Integer.parseInt(args[0]) : 1000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    List<List<Sample>> hawser = cells();
    List<List<Sample>> netty = cells();
    for (int round = 0; round < rounds; round++) {
      try (ServerProcess server = ServerProcess.hawser(9410)) {
        measure(server, 9410, "LoopChannel", subscribers, hawser);
      }
      try (ServerProcess server = ServerProcess.netty(9411)) {
        measure(server, 9411, "BenchmarkChannel", subscribers, netty);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%d subscribers, %d rounds, Java %s%n",
        subscribers,
        rounds,
        System.getProperty("java.version"));
    System.out.println(
        "in flight |  Hawser msg/s  us/msg |   Netty msg/s  us/msg | ratio | own cpu");
    for (int i = 0; i < IN_FLIGHT.length; i++) {
      Sample h = median(hawser.get(i));
      Sample n = median(netty.get(i));
      System.out.printf(
          Locale.ROOT,
          "%9d | %13.0f %7.2f | %13.0f %7.2f | %5.2f | %.2f %.2f%n",
          IN_FLIGHT[i],
          h.messagesPerSecond(),
          h.serverMicrosPerMessage(),
          n.messagesPerSecond(),
          n.serverMicrosPerMessage(),
          h.messagesPerSecond() / n.messagesPerSecond(),
          h.ownCpu(),
          n.ownCpu());
    }
  }

  private static List<List<Sample>> cells() {
    List<List<Sample>> cells = new ArrayList<>();
    for (int ignored : IN_FLIGHT) {
      cells.add(new ArrayList<>());
    }
    return cells;
  }

  private static void measure(
      ServerProcess server, int port, String channel, int subscribers, List<List<Sample>> cells)
      throws IOException, InterruptedException {
    try (Swarm swarm = new Swarm(port, channel)) {
      swarm.grow(subscribers);
      phase(server, swarm, 64); // warm-up
      phase(server, swarm, 1);
      for (int i = 0; i < IN_FLIGHT.length; i++) {
        cells.get(i).add(phase(server, swarm, IN_FLIGHT[i]));
      }
    }
  }

  /**
   * Keeps so many broadcasts in flight for the length of a phase: each one's end starts the next.
   */
  private static Sample phase(ServerProcess server, Swarm swarm, int inFlight)
      throws IOException, InterruptedException {
    Phase phase = new Phase(swarm, inFlight);
    double serverCpu = server.cpuSeconds();
    double ownCpu = ServerProcess.cpuSeconds(ProcessHandle.current().pid());
    long messages = swarm.messages();
    long start = System.nanoTime();
    phase.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    double delivered = swarm.messages() - messages;
    return new Sample(
        delivered / seconds,
        (server.cpuSeconds() - serverCpu) * 1e6 / delivered,
        (ServerProcess.cpuSeconds(ProcessHandle.current().pid()) - ownCpu) / seconds);
  }

  private static final class Phase {
    private final Swarm swarm;
    private final int inFlight;
    private final int[] missing;
    private final CountDownLatch ended;
    private volatile boolean over;

    Phase(Swarm swarm, int inFlight) {
      this.swarm = swarm;
      this.inFlight = inFlight;
      this.missing = new int[inFlight];
      this.ended = new CountDownLatch(inFlight);
    }

    void run() throws InterruptedException {
      Arrays.fill(missing, swarm.size());
      swarm.onMessage(this::received);
      for (int i = 0; i < inFlight; i++) {
        swarm.perform("broadcast", i);
      }
      TimeUnit.MILLISECONDS.sleep(PHASE_MS);
      over = true;
      if (!ended.await(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException(ended.getCount() + " broadcasts did not arrive everywhere");
      }
    }

    private void received(int number) {
      if (--missing[number] > 0) {
        return;
      }
      missing[number] = swarm.size();
      if (over) {
        ended.countDown();
      } else {
        swarm.perform("broadcast", number);
      }
    }
  }

  private static Sample median(List<Sample> samples) {
    return new Sample(
        median(samples.stream().mapToDouble(Sample::messagesPerSecond).toArray()),
        median(samples.stream().mapToDouble(Sample::serverMicrosPerMessage).toArray()),
        median(samples.stream().mapToDouble(Sample::ownCpu).toArray()));
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
