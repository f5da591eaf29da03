// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import dev.hawser.support.redis.Until;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every kind of callback, in seeded random lives that end in every way: each runs where its own
 * class says, and never beside another one of its connection.
 */
class CallbackThreadsTest {
  private static final int LIVES = 60;
  private static final String BLOCKING = "blocking";
  private static final String LOOP = "loop";
  private static final List<String> MOODS =
      List.of("plain", "plain", "late", "late", "fail", "failLate", "reject");
  private static final List<String> ENDS = List.of(
      "close", "hangUp", "reset", "remote", "byAction", "overflow", "restart", "unsubscribe");

  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "test-clock");
        thread.setDaemon(true);
        return thread;
      });

  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final Random moods = new Random(11);

  private static String hereIs() {
    return Thread.currentThread().getName().startsWith("vert.x-eventloop-thread") ? LOOP : BLOCKING;
  }

  /** Notes a callback, checks its thread, and does what may happen in one. */
  private void callback(AtomicInteger inside, String callback, String expected, Step body)
      throws Exception {
    seen.add(callback + " " + expected);
    if (!hereIs().equals(expected)) {
      violations.add(callback + " on " + Thread.currentThread() + ", not " + expected);
    }
    if (inside.getAndIncrement() > 0 && !callback.startsWith("command body")) {
      violations.add(callback + " beside another one");
    }
    try {
      body.run();
    } finally {
      inside.decrementAndGet();
    }
  }

  private interface Step {
    void run() throws Exception;
  }

  /** A future that another thread completes, in a moment or at once. */
  private static Future<Void> later(boolean succeeds) {
    Promise<Void> promise = Promise.promise();
    Runnable end = () -> {
      if (succeeds) {
        promise.complete();
      } else {
        promise.fail("wanted");
      }
    };
    CLOCK.schedule(end, 1, TimeUnit.MILLISECONDS);
    return promise.future();
  }

  private synchronized int roll(int sides) {
    return moods.nextInt(sides);
  }

  /** Leaves a future behind, or fails, now and then. */
  private void maybe(java.util.function.Consumer<Future<?>> defer) {
    switch (roll(8)) {
      case 0, 1, 2 -> defer.accept(later(true));
      case 3 -> defer.accept(later(false));
      case 4 -> throw new IllegalStateException("wanted");
      default -> {}
    }
  }

  private class PlainConnection extends Connection {
    final AtomicInteger inside = new AtomicInteger();
    final String place;

    PlainConnection(String place) {
      this.place = place;
    }

    @Override
    protected void connect() throws Exception {
      callback(inside, "connect", place, () -> {
        identifiedBy("user", request().queryParam("user"));
        if (request().queryParam("fail") != null) {
          maybe(this::defer);
        } else {
          defer(later(true));
        }
      });
    }

    @Override
    protected void disconnect() throws Exception {
      callback(inside, "disconnect", place, () -> maybe(this::defer));
    }

    @Override
    protected boolean onError(Throwable failure, String callback) {
      try {
        callback(inside, "Connection#onError", place, () -> {});
      } catch (Exception e) {
        throw new AssertionError(e);
      }
      return true;
    }
  }

  private final class HookedConnection extends PlainConnection {
    HookedConnection(String place) {
      super(place);
    }

    @Override
    protected boolean beforeCommand(ConnectionCommand command) throws Exception {
      callback(inside, "beforeCommand", place, () -> {
        if (roll(3) == 0) {
          defer(later(true));
        }
      });
      return roll(10) > 0;
    }

    @Override
    protected void aroundCommand(ConnectionCommand command, ConnectionCommand.Body body)
        throws Exception {
      callback(inside, "aroundCommand", place, body::proceed);
      if (!hereIs().equals(place)) {
        violations.add("aroundCommand came back to " + Thread.currentThread());
      }
    }

    @Override
    protected void afterCommand(ConnectionCommand command) throws Exception {
      callback(inside, "afterCommand", place, () -> maybe(this::defer));
    }
  }

  private class AnyChannel extends Channel<PlainConnection> {
    final String place;

    AnyChannel(String place) {
      this.place = place;
    }

    private void note(String callback, Step body) throws Exception {
      callback(connection().inside, callback, place, body);
    }

    private void maybeOutsideOfHooks() {
      maybe(this::defer);
    }

    private String mood() {
      return params().path("mood").asText();
    }

    @Override
    protected void beforeSubscribe() throws Exception {
      note("command body beforeSubscribe", () -> {});
    }

    @Override
    protected void subscribed() throws Exception {
      note("command body subscribed", () -> {
        streamFrom("handled", message -> note("handler", this::maybeOutsideOfHooks));
        streamFrom("plain");
        periodically(Duration.ofMillis(2), () -> note("timer", this::maybeOutsideOfHooks));
        switch (mood()) {
          case "late" -> defer(later(true));
          case "fail" -> throw new IllegalStateException("wanted");
          case "failLate" -> defer(later(false));
          case "reject" -> reject();
          default -> {}
        }
      });
    }

    @Override
    protected void afterSubscribe() throws Exception {
      note("afterSubscribe", () -> {});
    }

    @Override
    protected void beforeUnsubscribe() throws Exception {
      note("beforeUnsubscribe", this::maybeOutsideOfHooks);
    }

    @Override
    protected void unsubscribed() throws Exception {
      note("unsubscribed", this::maybeOutsideOfHooks);
    }

    @Override
    protected void afterUnsubscribe() throws Exception {
      note("afterUnsubscribe", this::maybeOutsideOfHooks);
    }

    @Override
    protected boolean onError(Throwable failure, String callback) {
      try {
        note("Channel#onError", () -> {});
      } catch (Exception e) {
        throw new AssertionError(e);
      }
      return roll(2) == 0;
    }

    @Action
    void act() throws Exception {
      note("command body action", this::maybeOutsideOfHooks);
    }

    @Action
    void leave() {
      connection().close("left", false);
    }

    @Action
    void overflow() {
      for (int i = 0; i < 8; i++) {
        transmit("x".repeat(1024));
      }
    }
  }

  private final class BlockingChannel extends AnyChannel {
    BlockingChannel(String place) {
      super(place);
    }
  }

  @EventLoop
  private final class LoopChannel extends AnyChannel {
    LoopChannel() {
      super(LOOP);
    }
  }

  @ParameterizedTest(name = "hooks={0} everythingOnTheLoop={1} portableSockets={2}")
  @CsvSource({
    "false, false, false",
    "true, false, false",
    "true, true, false",
    "true, false, true",
  })
  void runEveryCallbackWhereItsClassSays(boolean hooks, boolean onLoop, boolean portable) {
    String place = onLoop ? LOOP : BLOCKING;
    try (TestServer server = TestServer.start(cable -> cable
        .connection(() -> hooks ? new HookedConnection(place) : new PlainConnection(place))
        .channel(BlockingChannel.class, () -> new BlockingChannel(place))
        .channel(LoopChannel.class, LoopChannel::new)
        .callbacksOnEventLoop(onLoop)
        .maxOutboundBytes(4096)
        .portableSockets(portable))) {
      Random random = new Random(7);
      for (int life = 0; life < LIVES; life++) {
        try {
          live(server, random, ENDS.get(life % ENDS.size()));
        } catch (UncheckedIOException e) {
          // The server hung up first: that is a life, too.
        }
      }
      calmLife(server, place);
      TestServer.await(server.cable().close());
    }
    assertThat(violations).isEmpty();
    assertThat(seen).containsAll(expected(hooks, place));
  }

  /** One that lasts until the callbacks have run that no command asks for. */
  private void calmLife(TestServer server, String place) {
    try (WireClient client = WireClient.upgrade(
        server.port(), "/cable?user=calm", "Origin: http://localhost:" + server.port())) {
      client.subscribe(identifier("BlockingChannel", "plain"));
      client.subscribe(identifier("LoopChannel", "plain"));
      Until.isTrue("timers and handlers have run", () -> {
        server.cable().broadcast("handled", 1);
        client.subscribe(identifier("BlockingChannel", "plain"));
        client.subscribe(identifier("LoopChannel", "plain"));
        return seen.containsAll(
            List.of("timer " + place, "timer loop", "handler " + place, "handler loop"));
      });
    }
  }

  private static List<String> expected(boolean hooks, String place) {
    List<String> expected = new java.util.ArrayList<>();
    List.of("connect", "disconnect", "Connection#onError")
        .forEach(callback -> expected.add(callback + " " + place));
    if (hooks) {
      List.of("beforeCommand", "aroundCommand", "afterCommand")
          .forEach(callback -> expected.add(callback + " " + place));
    }
    for (String ofChannel : List.of(
        "command body beforeSubscribe",
        "command body subscribed",
        "command body action",
        "afterSubscribe",
        "beforeUnsubscribe",
        "unsubscribed",
        "afterUnsubscribe",
        "handler",
        "timer",
        "Channel#onError")) {
      expected.add(ofChannel + " " + place);
      expected.add(ofChannel + " " + LOOP);
    }
    return expected;
  }

  private static void live(TestServer server, Random random, String end) {
    String query = "/cable?user=" + random.nextInt(3) + (random.nextInt(8) == 0 ? "&fail=1" : "");
    try (WireClient client =
        WireClient.upgrade(server.port(), query, "Origin: http://localhost:" + server.port())) {
      String last = identifier("BlockingChannel", "plain");
      for (int step = 3 + random.nextInt(12); step > 0; step--) {
        last = identifier(
            random.nextBoolean() ? "BlockingChannel" : "LoopChannel",
            MOODS.get(random.nextInt(MOODS.size())));
        switch (random.nextInt(5)) {
          case 0, 1, 2 -> client.subscribe(last).perform(last, "act");
          case 3 -> client.unsubscribe(last);
          default -> client.sendText("{nonsense");
        }
        server.cable().broadcast("handled", step);
      }
      end(server, client, last, end);
    }
  }

  private static void end(TestServer server, WireClient client, String last, String end) {
    switch (end) {
      case "close" -> client.sendClose(1000).ended();
      case "reset" -> reset(client);
      case "remote" ->
        TestServer.await(server.cable().remoteConnections().where("user", "1").disconnect());
      case "byAction" -> client.perform(last, "leave");
      case "overflow" -> client.perform(last, "overflow");
      case "restart" -> server.cable().restart();
      case "unsubscribe" -> client.unsubscribe(last);
      default -> {
        /* just hangs up */
      }
    }
  }

  private static String identifier(String channel, String mood) {
    return "{\"channel\":\"" + channel + "\",\"mood\":\"" + mood + "\"}";
  }

  private static void reset(WireClient client) {
    try {
      client.socket().setSoLinger(true, 0);
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void keepBlockingCallbacksOffTheLoopWhenTheSocketEnds(boolean portable) {
    Promise<Void> slow = Promise.promise();
    Queue<String> ends = new ConcurrentLinkedQueue<>();
    class Plain extends Channel<Connection> {
      @Override
      protected void unsubscribed() {
        ends.add("plain " + hereIs());
      }
    }
    @EventLoop
    class OnLoop extends Channel<Connection> {
      @Override
      protected void unsubscribed() {
        ends.add("loop " + hereIs());
        defer(slow.future());
      }
    }
    class Ending extends Connection {
      @Override
      protected void disconnect() {
        ends.add("disconnect " + hereIs());
      }
    }
    try (TestServer server = TestServer.start(cable -> cable
        .connection(Ending::new)
        .channel(OnLoop.class, OnLoop::new)
        .channel(Plain.class, Plain::new)
        .portableSockets(portable))) {
      try (WireClient client = WireClient.upgrade(
          server.port(), "/cable", "Origin: http://localhost:" + server.port())) {
        client.welcomed();
        for (String channel : List.of("OnLoop", "Plain")) {
          String identifier = identifier(channel, "plain");
          client.subscribe(identifier).confirmed(identifier);
        }
      }
      CLOCK.schedule(() -> slow.complete(), 5, TimeUnit.MILLISECONDS);
      TestServer.await(server.cable().close());
    }
    assertThat(ends).containsExactly("loop loop", "plain blocking", "disconnect blocking");
  }
}
