// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import dev.hawser.benchmarks.load.Rooms;
import dev.hawser.benchmarks.load.Swarm;
import dev.hawser.benchmarks.peers.Peer;
import dev.hawser.benchmarks.peers.ServerProcess;
import dev.hawser.benchmarks.results.Figure;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Broadcasts to clients of which some read too slowly or not at all: what the others notice, and
 * what the server holds for the laggards.
 *
 * @param name its name
 * @param title its title
 * @param sockets number of clients, laggards included
 * @param percent share of laggards
 * @param intervalMs how often a laggard reads 2 kB, in milliseconds; 0 is never
 */
record Laggards(String name, String title, int sockets, int percent, long intervalMs)
    implements Scenario {
  private static final int IN_FLIGHT = 16;

  /** The kernel hides a laggard from the server until its buffers are full. */
  private static final int TIMES_LONGER = 3;

  private static final String PADDING = "x".repeat(8000);

  @Override
  public boolean suits(Peer peer) {
    return Scenario.super.suits(peer) && peer.capacity() == Integer.MAX_VALUE;
  }

  @Override
  public void run(Trial trial) throws IOException, InterruptedException {
    int all = trial.settings().sockets(sockets);
    int lagging = Math.max(1, all * percent / 100);
    try (ServerProcess server = trial.start(Trial.RESIDENT_HEAP);
        Swarm readers = trial.swarm(server, Rooms.ONE)) {
      readers.grow(all - lagging);
      trial.warmUp(Broadcasts.load(readers, IN_FLIGHT, PADDING));
      trial.measure("without", server, Broadcasts.load(readers, IN_FLIGHT, PADDING));
      try (Swarm laggards = trial.swarm(server, Rooms.ONE)) {
        laggards.grow(lagging);
        laggards.lag(intervalMs);
        measureWith(trial, server, readers, laggards);
      }
    }
  }

  private static void measureWith(Trial trial, ServerProcess server, Swarm readers, Swarm laggards)
      throws IOException, InterruptedException {
    OptionalLong heap = server.liveHeapBytes();
    long resident = server.residentBytes();
    Duration longer = trial.settings().duration().multipliedBy(TIMES_LONGER);
    Trial.Measured with =
        trial.measured(server, Broadcasts.load(readers, IN_FLIGHT, PADDING), longer);
    long residentAfter = server.residentBytes(); // before the collection that the heap needs
    OptionalLong heapAfter = server.liveHeapBytes();
    Map<Figure, Double> figures = new EnumMap<>(with.figures());
    figures.put(Figure.RSS_GROWTH, (double) residentAfter - resident);
    if (heap.isPresent() && heapAfter.isPresent()) {
      figures.put(Figure.HEAP_GROWTH, (double) heapAfter.getAsLong() - heap.getAsLong());
    }
    figures.put(Figure.DROPPED, (double) countDropped(laggards));
    trial.record("with", figures, with.roundTrips());
  }

  /** Lets them read again and ask for an echo: a client that gets none has been dropped. */
  private static int countDropped(Swarm laggards) throws InterruptedException {
    Roll roll = new Roll(laggards.size());
    laggards.call(() -> {
      laggards.listen(roll);
      laggards.resume();
      for (int i = 0; i < laggards.size(); i++) {
        laggards.perform(i, "echo", 0, "", Roll.NUMBER);
      }
      roll.answered(laggards.lost());
    });
    Swarm.await(roll.complete, "the laggards");
    return laggards.lost();
  }

  /** Waits until every laggard has answered or is lost. */
  private static final class Roll implements Swarm.Listener {
    static final int NUMBER = 99_999_999;
    final CompletableFuture<Void> complete = new CompletableFuture<>();
    private int missing;

    Roll(int clients) {
      this.missing = clients;
    }

    void answered(int clients) {
      missing -= clients;
      if (missing <= 0) {
        complete.complete(null);
      }
    }

    @Override
    public void message(int number) {
      if (number == NUMBER) {
        answered(1);
      }
    }

    @Override
    public void lost() {
      answered(1);
    }

    @Override
    public void failed(Exception cause) {
      complete.completeExceptionally(cause);
    }
  }
}
