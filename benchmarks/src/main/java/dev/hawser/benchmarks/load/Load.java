// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.load;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Work that is kept in flight for a while: each of its slots starts a round, waits until all its
 * messages have come, and starts the next. Round trips are therefore those to the last receiver.
 */
public final class Load implements Swarm.Listener {

  /** What a slot does. */
  public interface Round {
    /**
     * Begins a round on the event loop.
     *
     * @param slot the number that the messages of this round carry
     * @return how many messages there will be
     */
    int start(int slot);
  }

  /**
   * What was done.
   *
   * @param seconds from the first start to the last end
   * @param rounds rounds completed
   * @param messages messages received
   * @param roundTrips of each round, in microseconds
   */
  public record Outcome(double seconds, long rounds, long messages, Histogram roundTrips) {}

  private final Swarm swarm;
  private final Round round;
  private final int[] missing;
  private final long[] startedAt;
  private final Histogram roundTrips = new Histogram(3);
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private int running;
  private long messages;
  private boolean over;

  /** Creates a load whose messages arrive at a swarm. */
  public Load(Swarm swarm, int slots, Round round) {
    this.swarm = swarm;
    this.round = round;
    this.missing = new int[slots];
    this.startedAt = new long[slots];
    this.running = slots;
  }

  /**
   * Runs it once.
   *
   * @throws IllegalStateException if a message is missing or one too many, or a socket is lost
   */
  public Outcome run(Duration duration) throws InterruptedException {
    long start = System.nanoTime();
    swarm.call(() -> {
      swarm.listen(this);
      for (int slot = 0; slot < missing.length; slot++) {
        start(slot);
      }
    });
    TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    swarm.call(() -> over = true);
    Swarm.await(ended, "the messages");
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Outcome(seconds, roundTrips.getTotalCount(), messages, roundTrips);
  }

  private void start(int slot) {
    startedAt[slot] = System.nanoTime();
    missing[slot] += round.start(slot);
  }

  @Override
  public void message(int slot) {
    messages++;
    if (--missing[slot] > 0) {
      return;
    }
    if (missing[slot] < 0) {
      failed(new IllegalStateException("a message came twice, or to the wrong client"));
    }
    roundTrips.recordValue((System.nanoTime() - startedAt[slot]) / 1000);
    if (!over) {
      start(slot);
    } else if (--running == 0) {
      ended.complete(null);
    }
  }

  @Override
  public void lost() {
    failed(new IllegalStateException("the server closed a socket"));
  }

  @Override
  public void failed(Exception cause) {
    ended.completeExceptionally(cause);
  }
}
