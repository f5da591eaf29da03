// SPDX-License-Identifier: Apache-2.0
package dev.hawser.chaos;

import dev.hawser.support.redis.Until;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Publishers, subscribers and faults at random, until so many messages have been delivered. Then
 * the faults end, and every subscriber has to learn all there is. What is chosen depends on the
 * seed alone; when it happens depends on the machine as well.
 */
final class Chaos implements AutoCloseable {
  private static final int ATTEMPTS_BETWEEN_FAULTS = 150;
  private static final int DELIVERIES_BETWEEN_FAULTS = 300;
  private static final int FAULTS_IN_A_ROW = 4;
  private static final int MOST_STORIES = 3;
  private static final int SOCKET_BUFFER_BYTES = 16 * 1024;

  private final long seed;
  private final Backend backend;
  private final Ledger ledger;
  private final int pauseMs;
  private final Vertx vertx = Vertx.vertx();
  private final Verdicts verdicts = new Verdicts();
  private final List<Subscriber> subscribers = new ArrayList<>();
  private final AtomicLong attempts = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final Map<String, Integer> faults = new TreeMap<>();
  private volatile boolean published;
  private final AtomicLong publishing = new AtomicLong();

  /**
   * Creates a run.
   *
   * @param pauseMs how long a publisher waits after each message
   */
  Chaos(long seed, Backend backend, Ledger ledger, int clients, int pauseMs) {
    this.seed = seed;
    this.backend = backend;
    this.ledger = ledger;
    this.pauseMs = pauseMs;
    NetClient sockets = vertx.createNetClient(
        new NetClientOptions().setReceiveBufferSize(SOCKET_BUFFER_BYTES).setConnectTimeout(2_000));
    Random random = new Random(seed);
    for (int number = 0; number < clients; number++) {
      long turns = random.nextLong();
      Random chosen = new Random(turns);
      subscribers.add(new Subscriber(
          vertx, sockets, () -> any(backend.ports(), chosen), ledger, verdicts, number, seed));
    }
  }

  private static <T> T any(List<T> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }

  /** Until so many messages have been delivered, and all has settled. */
  private void run(long deliveries) {
    subscribers.forEach(Subscriber::start);
    for (int publisher = 0; publisher < Ledger.PUBLISHERS; publisher++) {
      publishing.incrementAndGet();
      publish(publisher, new Random(seed + publisher));
    }
    Random random = new Random(seed);
    List<Backend.Fault> known = backend.faults();
    while (verdicts.of(Verdicts.Count.DELIVERIES) < deliveries) {
      if (random.nextInt(FAULTS_IN_A_ROW) > 0) {
        awaitDeliveries(); // A fault shows nothing where nothing gets through.
      }
      awaitAttempts(ATTEMPTS_BETWEEN_FAULTS);
      Backend.Fault fault = any(known, random);
      faults.merge(fault.name(), 1, Integer::sum);
      fault.inject(this::awaitAttempts);
    }
    settle();
  }

  private void settle() {
    backend.heal();
    published = true;
    Until.isTrue("the publishers have ended", () -> publishing.get() == 0);
    subscribers.forEach(Subscriber::calmDown);
    for (int stream = 0; stream < Ledger.STREAMS; stream++) {
      for (int publisher = 0; publisher < Ledger.PUBLISHERS; publisher++) {
        publishLast(stream, publisher);
      }
    }
    Until.isTrue(
        "every subscriber knows all there is",
        () -> subscribers.stream().allMatch(Subscriber::isUpToDate));
  }

  /**
   * Runs it, and returns what is wrong: what subscribers saw, and who has not learnt all.
   *
   * @param forgets whether the backend loses history, so that there must be resets
   */
  List<String> finish(long deliveries, boolean forgets) {
    List<String> stories = new ArrayList<>();
    try {
      run(deliveries);
    } catch (AssertionError e) {
      stories.add(e.toString());
      subscribers.stream()
          .filter(one -> !one.isUpToDate())
          .limit(MOST_STORIES)
          .forEach(one -> stories.add("behind: " + one));
    }
    stories.addAll(verdicts.problems());
    long shown = forgets ? verdicts.resets() : verdicts.of(Verdicts.Count.RESUMES_KEPT);
    if (shown == 0) {
      stories.add("there was no " + (forgets ? "reset" : "resume") + ", so nothing is shown");
    }
    return stories;
  }

  /** A gap shows when something comes behind it. */
  private void publishLast(int stream, int publisher) {
    Until.isTrue("the last message is published", () -> {
      long number = ledger.next(stream, publisher);
      try {
        backend
            .publish(publisher, "s" + stream, message(stream, publisher, number).getMap())
            .toCompletionStage()
            .toCompletableFuture()
            .join();
        return true;
      } catch (RuntimeException e) {
        ledger.failed(stream, publisher, number);
        return false;
      }
    });
  }

  private static JsonObject message(int stream, int publisher, long number) {
    return new JsonObject().put("s", "s" + stream).put("p", publisher).put("n", number);
  }

  private void publish(int publisher, Random random) {
    if (published) {
      publishing.decrementAndGet();
      return;
    }
    int stream = random.nextInt(Ledger.STREAMS);
    long number = ledger.next(stream, publisher);
    backend
        .publish(
            random.nextInt(1 << 20),
            "s" + stream,
            message(stream, publisher, number).getMap())
        .onComplete(result -> {
          if (result.failed()) {
            ledger.failed(stream, publisher, number);
            refused.incrementAndGet();
          }
          attempts.incrementAndGet();
          vertx.setTimer(result.failed() ? 20 : pauseMs, due -> publish(publisher, random));
        });
  }

  private void awaitDeliveries() {
    long enough = verdicts.of(Verdicts.Count.DELIVERIES) + DELIVERIES_BETWEEN_FAULTS;
    Until.isTrue("messages get through", () -> verdicts.of(Verdicts.Count.DELIVERIES) >= enough);
  }

  private void awaitAttempts(int number) {
    long enough = attempts.get() + number;
    Until.isTrue("publishers go on", () -> attempts.get() >= enough);
  }

  /** What happened. */
  @Override
  public String toString() {
    return "seed=" + seed + ", publishes=" + attempts + ", of them failed=" + refused + ", faults="
        + faults + ", " + verdicts;
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
    backend.close();
  }
}
