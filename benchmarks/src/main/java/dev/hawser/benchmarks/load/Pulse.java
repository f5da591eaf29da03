// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.load;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Echoes at a steady pace, whether or not those before have been answered: what other clients
 * notice of something that happens on their server.
 */
public final class Pulse implements Swarm.Listener {
  private static final int NUMBERS = 1 << 16;
  private static final long PERIOD_MICROS = 1000;

  private final Swarm swarm;
  private final String padding;
  private final long[] sentAt = new long[NUMBERS];
  private final Histogram roundTrips = new Histogram(3);
  private final Histogram delays = new Histogram(3);
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private @Nullable ScheduledFuture<?> sending;
  private long startedAt;
  private int sent;
  private int answered;
  private boolean over;

  /**
   * What was noticed.
   *
   * @param roundTrips of all echoes, in microseconds
   * @param delays by how many microseconds the generator itself was late
   */
  public record Outcome(Histogram roundTrips, Histogram delays) {}

  private Pulse(Swarm swarm, String padding) {
    this.swarm = swarm;
    this.padding = padding;
  }

  /** Begins to send an echo in each millisecond, by all clients of a swarm in turn. */
  public static Pulse start(Swarm swarm, String padding) throws InterruptedException {
    Pulse pulse = new Pulse(swarm, padding);
    swarm.call(() -> {
      swarm.listen(pulse);
      pulse.startedAt = System.nanoTime();
      pulse.sending =
          swarm.loop().scheduleAtFixedRate(pulse::send, 0, PERIOD_MICROS, TimeUnit.MICROSECONDS);
    });
    return pulse;
  }

  private void send() {
    long now = System.nanoTime();
    delays.recordValue(Math.max(0, (now - startedAt) / 1000 - sent * PERIOD_MICROS));
    int number = sent % NUMBERS;
    sentAt[number] = now;
    swarm.perform(sent % swarm.size(), "echo", 0, padding, number);
    sent++;
  }

  /**
   * Ends it.
   *
   * @throws IllegalStateException if an answer is missing, or a socket is lost
   */
  public Outcome stop() throws InterruptedException {
    swarm.call(() -> {
      if (sending != null) {
        sending.cancel(false);
      }
      over = true;
      endIfAnswered();
    });
    Swarm.await(ended, "the echoes");
    return new Outcome(roundTrips, delays);
  }

  private void endIfAnswered() {
    if (over && answered == sent) {
      ended.complete(null);
    }
  }

  @Override
  public void message(int number) {
    roundTrips.recordValue((System.nanoTime() - sentAt[number]) / 1000);
    answered++;
    endIfAnswered();
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
