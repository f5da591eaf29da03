// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import dev.hawser.benchmarks.load.CableDialect;
import dev.hawser.benchmarks.load.Loops;
import dev.hawser.benchmarks.load.Pulse;
import dev.hawser.benchmarks.load.Rooms;
import dev.hawser.benchmarks.load.Storm;
import dev.hawser.benchmarks.load.Swarm;
import dev.hawser.benchmarks.peers.Peer;
import dev.hawser.benchmarks.peers.Peer.Software;
import dev.hawser.benchmarks.peers.ServerProcess;
import dev.hawser.benchmarks.results.Figure;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Ten thousand clients whose connections were lost together come back, all at once or over ten
 * seconds, and resume three streams of a hundred messages each. Others, with a thread of their own,
 * echo all the while: what they notice is measured when it is quiet, when as many clients only
 * connect and subscribe, and when they resume.
 */
record ResumeStorm() implements Scenario {
  private static final int SOCKETS = 10_000;
  private static final int OTHERS = 100;
  private static final int ROOMS = 3;
  private static final int MISSED = 100;
  private static final int WARM_UPS = 4;
  private static final int OF_A_WARM_UP = 5;
  private static final long SETTLE_SECONDS = 2;

  /** Clients wait for a random time before they try again. */
  private static final Duration LONGER = Duration.ofSeconds(10);

  private static final Rooms ALL_ROOMS = new Rooms(ROOMS, ROOMS);

  @Override
  public String name() {
    return "resume-storm";
  }

  @Override
  public String title() {
    return "Messages replayed to 10,000 clients that resume three streams of 100 at once, and what"
        + " 100 others notice";
  }

  @Override
  public boolean suits(Peer peer) {
    return peer.software() == Software.HAWSER;
  }

  @Override
  public void run(Trial trial) throws IOException, InterruptedException {
    measure(trial, trial.peer().label(), null);
    if (Peer.onPath("redis-server")) {
      try (ServerProcess redis = ServerProcess.redis()) {
        measure(trial, trial.peer().label() + " [Redis]", redis);
      }
    }
  }

  private static void measure(Trial trial, String who, @Nullable ServerProcess redis)
      throws IOException, InterruptedException {
    String[] arguments =
        redis == null ? new String[0] : new String[] {"redis://127.0.0.1:" + redis.port()};
    EventLoopGroup loops = Loops.one();
    try (ServerProcess server =
            trial.startWith(Trial.FIXED_HEAP, List.of("-Dhistory=true"), arguments);
        Swarm others =
            new Swarm(loops.next(), server.port(), new CableDialect("OtherChannel"), Rooms.ONE);
        Swarm witness = trial.swarm(server, ALL_ROOMS);
        Storm storm = new Storm(trial.loop(), server.port(), ROOMS)) {
      others.grow(trial.settings().sockets(OTHERS));
      witness.grow(1);
      new Run(trial, who, server, others, witness, storm).run(redis == null);
    } finally {
      Loops.end(loops);
    }
  }

  /** One server, and all who are connected to it. */
  private record Run(
      Trial trial, String who, ServerProcess server, Swarm others, Swarm witness, Storm storm) {

    void run(boolean slowlyToo) throws IOException, InterruptedException {
      int sockets = trial.settings().sockets(SOCKETS);
      for (int i = 0; i < WARM_UPS; i++) {
        storm.connect(sockets / OF_A_WARM_UP, Duration.ZERO);
        miss();
        storm.resume(sockets / OF_A_WARM_UP, Duration.ZERO, MISSED);
        storm.drop();
      }
      storm(sockets, "at once", Duration.ZERO);
      quiet();
      if (slowlyToo) {
        boolean forReal = trial.settings().isForReal();
        storm(sockets, "in 10 s", forReal ? LONGER : trial.settings().duration());
      }
    }

    private void quiet() throws IOException, InterruptedException {
      settle();
      Pulse pulse = Pulse.start(others, Trial.PADDING);
      Meter meter = Meter.start(server);
      TimeUnit.NANOSECONDS.sleep(trial.settings().duration().toNanos());
      Pulse.Outcome noticed = pulse.stop();
      record("others, quiet", meter, noticed);
    }

    /** First without history, and then with it. */
    private void storm(int sockets, String how, Duration within)
        throws IOException, InterruptedException {
      storm.drop();
      settle();
      connect(sockets, how, within);
      miss();
      settle();
      resume(sockets, how, within);
    }

    private void connect(int sockets, String how, Duration within)
        throws IOException, InterruptedException {
      Pulse pulse = Pulse.start(others, Trial.PADDING);
      Meter meter = Meter.start(server);
      Storm.Outcome outcome = storm.connect(sockets, within);
      Map<Figure, Double> figures = meter.stop(sockets);
      Pulse.Outcome noticed = pulse.stop();
      figures.put(Figure.SECONDS, outcome.seconds());
      trial.record("10,000 connect " + how, who, figures, outcome.answers());
      record("others, while they connect " + how, meter, noticed);
    }

    private void resume(int sockets, String how, Duration within)
        throws IOException, InterruptedException {
      int readsBefore = reads();
      Pulse pulse = Pulse.start(others, Trial.PADDING);
      Meter meter = Meter.start(server);
      Storm.Outcome outcome = storm.resume(sockets, within, MISSED);
      Map<Figure, Double> figures = meter.stop(outcome.messages());
      Pulse.Outcome noticed = pulse.stop();
      figures.put(Figure.RESUMED, (double) sockets * ROOMS);
      figures.put(Figure.READS, (double) reads() - readsBefore);
      figures.put(Figure.SECONDS, outcome.seconds());
      trial.record("10,000 resume " + how, who, figures, outcome.answers());
      record("others, while they resume " + how, meter, noticed);
    }

    private void record(String variant, Meter meter, Pulse.Outcome noticed) throws IOException {
      Histogram roundTrips = noticed.roundTrips();
      Map<Figure, Double> all = meter.stop(roundTrips.getTotalCount());
      Map<Figure, Double> figures = new EnumMap<>(Figure.class);
      figures.put(Figure.RATE, all.get(Figure.RATE));
      figures.put(Figure.LATE, noticed.delays().getValueAtPercentile(99) / 1000.0);
      trial.record(variant, who, figures, roundTrips);
    }

    /** Only the witness is connected while messages are broadcast. */
    private void miss() throws InterruptedException {
      storm.drop();
      Tally tally = new Tally(ROOMS * MISSED);
      witness.call(() -> {
        witness.listen(tally);
        for (int room = 0; room < ROOMS; room++) {
          for (int i = 0; i < MISSED; i++) {
            witness.perform(0, "broadcast", room, Trial.PADDING, i);
          }
        }
      });
      Swarm.await(tally.complete, "what the others miss");
    }

    private int reads() throws InterruptedException {
      Tally tally = new Tally(1);
      witness.call(() -> {
        witness.listen(tally);
        witness.perform(0, "reads", 0, "", 0);
      });
      Swarm.await(tally.complete, "the number of reads");
      return tally.latest;
    }

    /**
     * Lets the server end what the sockets that are gone have left behind. The generator collects
     * its garbage now, because a pause of its own would be taken for one of the server.
     */
    private void settle() throws InterruptedException {
      System.gc();
      if (trial.settings().isForReal()) {
        TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
      }
    }
  }

  /** Waits for a number of messages. */
  private static final class Tally implements Swarm.Listener {
    private final CompletableFuture<Void> complete = new CompletableFuture<>();
    private int missing;
    private volatile int latest;

    Tally(int messages) {
      this.missing = messages;
    }

    @Override
    public void message(int number) {
      latest = number;
      if (--missing == 0) {
        complete.complete(null);
      }
    }

    @Override
    public void lost() {
      failed(new IllegalStateException("the server closed a socket"));
    }

    @Override
    public void failed(Exception cause) {
      complete.completeExceptionally(cause);
    }
  }
}
