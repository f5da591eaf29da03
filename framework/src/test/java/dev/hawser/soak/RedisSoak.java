// SPDX-License-Identifier: Apache-2.0
package dev.hawser.soak;

import dev.hawser.Channel;
import dev.hawser.Connection;
import dev.hawser.pubsub.redis.RedisPubSub;
import dev.hawser.pubsub.redis.RedisPubSubStatistics;
import dev.hawser.support.TestServer;
import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.TcpProxy;
import dev.hawser.support.redis.Until;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Two nodes on one Redis, clients that come and go, and faults: a calm minute, faults for the rest,
 * a calm minute. Then what is left must be what clients hold, and as fast as before. Prints its
 * figures, and ends with status 1 if something is wrong. Its argument is the length in seconds.
 */
public final class RedisSoak {
  private static final int CLIENTS = 100;
  private static final int ROOMS = 300;
  private static final int MESSAGES_PER_SECOND = 200;
  private static final long FAULT_EVERY_MS = 5_000;

  /** One subscription of one client. */
  public static final class RoomChannel extends Channel<Connection> {
    record Params(int room) {}

    @Override
    protected void subscribed() {
      streamFor(params(Params.class).room());
    }
  }

  /** Anybody. */
  public static final class AnyConnection extends Connection {}

  private record Node(TestServer server, RedisPubSub adapter, Vertx vertx, TcpProxy proxy) {}

  private final RedisProcess redis = RedisProcess.start();
  private final Vertx clientVertx = Vertx.vertx();
  private final WebSocketClient sockets = clientVertx.createWebSocketClient(
      new WebSocketClientOptions().setMaxConnections(CLIENTS * 2));
  private final Latencies latencies = new Latencies();
  private final List<SoakClient> clients = new ArrayList<>();
  private final Random random = new Random(1);
  private final AtomicLong published = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final int[] faults = new int[4];
  private final List<Node> nodes = List.of(node(), node());
  private int problems;

  private RedisSoak() {}

  public static void main(String[] arguments) {
    int seconds = arguments.length == 0 ? 600 : Integer.parseInt(arguments[0]);
    int status = 1;
    RedisSoak soak = new RedisSoak();
    try {
      soak.run(Duration.ofSeconds(seconds));
      status = soak.problems == 0 ? 0 : 1;
    } catch (RuntimeException | Error e) {
      say("RESULT: broken off: " + e);
    } finally {
      soak.redis.close();
      Runtime.getRuntime().halt(status);
    }
  }

  private Node node() {
    Vertx vertx = Vertx.vertx();
    TcpProxy proxy = new TcpProxy(redis.port());
    RedisPubSub adapter = RedisPubSub.builder(vertx)
        .url("redis://127.0.0.1:" + proxy.port())
        .pingInterval(Duration.ofMillis(500))
        .pingTimeout(Duration.ofMillis(500))
        .connectTimeout(Duration.ofSeconds(1))
        .maxReconnectDelay(Duration.ofSeconds(1))
        .build();
    TestServer server = TestServer.start(cable -> cable
        .connection(AnyConnection::new)
        .channel(RoomChannel.class, RoomChannel::new)
        .checkOrigin(false)
        .pubSub(adapter));
    return new Node(server, adapter, vertx, proxy);
  }

  private void run(Duration length) {
    Duration calm = Duration.ofSeconds(Math.min(60, length.toSeconds() / 5));
    awaitReady();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(new SoakClient(
          clientVertx, sockets, nodes.get(i % 2).server().port(), ROOMS, latencies, i));
    }
    clients.forEach(SoakClient::connect);
    awaitSettled("start");
    phase("warm-up", calm.dividedBy(4), false);
    latencies.drain();
    phase("before", calm, false);
    long[] before = latencies.drain();
    System.gc();
    long heapBefore = heap();
    int threadsBefore = Thread.getAllStackTraces().size();
    phase("faults", length.minus(calm.multipliedBy(2)), true);
    awaitReady();
    awaitSettled("end");
    latencies.drain();
    phase("after", calm, false);
    long[] after = latencies.drain();
    awaitSettled("after");
    System.gc();
    report(before, after, heapBefore, threadsBefore);
  }

  private void phase(String name, Duration length, boolean faulty) {
    say("phase=" + name + " seconds=" + length.toSeconds());
    clients.forEach(client -> client.churn(faulty));
    long end = System.nanoTime() + length.toNanos();
    long nextFault = System.nanoTime();
    long pause = TimeUnit.SECONDS.toNanos(1) / MESSAGES_PER_SECOND;
    for (long due = System.nanoTime(); due - end < 0; due += pause) {
      LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
      publish();
      if (faulty && System.nanoTime() - nextFault > 0) {
        int kind = random.nextInt(faults.length);
        faults[kind]++;
        new Thread(() -> inject(kind)).start();
        nextFault = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FAULT_EVERY_MS);
      }
    }
    clients.forEach(client -> client.churn(false));
  }

  private void publish() {
    Node node = nodes.get(random.nextInt(nodes.size()));
    published.incrementAndGet();
    node.server()
        .cable()
        .broadcastTo(RoomChannel.class, random.nextInt(ROOMS), System.nanoTime())
        .onFailure(failure -> refused.incrementAndGet());
  }

  private void inject(int kind) {
    Node node = nodes.get(kind % 2);
    try {
      switch (kind) {
        case 0 -> redis.killConnectionsNamed("hawser-sub");
        case 1 -> redis.killConnectionsNamed("hawser-pub");
        case 2 -> {
          node.proxy().freeze();
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2_500));
          node.proxy().thaw();
        }
        default -> {
          redis.kill();
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1_000));
          redis.restart();
        }
      }
    } catch (RuntimeException | AssertionError e) {
      say("a fault met another one: " + e);
    }
  }

  private void awaitReady() {
    Until.isTrue(
        "all nodes are ready",
        () -> nodes.stream().allMatch(node -> node.server().cable().readiness().ready()));
  }

  /** Waits until every client has confirmations for all that it wants. */
  private void awaitSettled(String when) {
    Until.isTrue(
        "clients have settled (" + when + ")",
        () -> clients.stream().allMatch(SoakClient::isSettled));
  }

  // -- what is left

  private void report(long[] before, long[] after, long heapBefore, int threadsBefore) {
    Set<Integer> all = new HashSet<>();
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      Set<Integer> wanted = new HashSet<>();
      for (int c = i; c < clients.size(); c += nodes.size()) {
        wanted.addAll(clients.get(c).rooms());
      }
      all.addAll(wanted);
      check("streams of node " + i, wanted.size(), node.server().cable().streamCount());
      RedisPubSubStatistics statistics = node.adapter().statistics();
      check("adapter subscriptions of node " + i, wanted.size() + 1, statistics.subscriptions());
      check("pending subscriptions of node " + i, 0, statistics.pendingSubscriptions());
      check("pending publishes of node " + i, 0, statistics.pendingPublishes());
      check("pending publish bytes of node " + i, 0, statistics.pendingPublishBytes());
      say("reconnects of node " + i + ": " + statistics.reconnects());
    }
    check("channels in Redis", all.size() + 1, ((List<?>) redis.call("PUBSUB", "CHANNELS")).size());
    check("subscriber connections", 2, redis.connectionsNamed("hawser-sub"));
    check("publisher connections", 2, redis.connectionsNamed("hawser-pub"));
    say("faults: subscribers cut=" + faults[0] + " publishers cut=" + faults[1] + " frozen="
        + faults[2] + " server killed=" + faults[3]);
    say("messages: published=" + published + " refused=" + refused);
    say("client reconnects: "
        + clients.stream().mapToInt(SoakClient::reconnects).sum());
    say("latency before: " + Latencies.describe(before));
    say("latency after: " + Latencies.describe(after));
    say("heap used after GC: before=" + heapBefore / 1024 + " KiB, after=" + heap() / 1024
        + " KiB");
    say("threads: before=" + threadsBefore + " after="
        + Thread.getAllStackTraces().size());
    say(problems == 0 ? "RESULT: well" : "RESULT: " + problems + " problems");
  }

  private void check(String what, long expected, long actual) {
    say((expected == actual ? "ok " : "WRONG ") + what + ": " + actual + " (expected " + expected
        + ")");
    if (expected != actual) {
      problems++;
    }
  }

  private static long heap() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @SuppressWarnings("SystemOut") // the figures are its purpose
  private static void say(String line) {
    System.out.println(line);
  }

  /** Times from broadcast to client, in ns. */
  static final class Latencies {
    private long[] values = new long[1024];
    private int size;

    synchronized void add(long nanos) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = nanos;
    }

    synchronized long[] drain() {
      long[] drained = Arrays.copyOf(values, size);
      Arrays.sort(drained);
      values = new long[1024];
      size = 0;
      return drained;
    }

    static String describe(long[] sorted) {
      if (sorted.length == 0) {
        return "none";
      }
      return "count=" + sorted.length + " p50=" + micros(sorted, 0.5) + " p99="
          + micros(sorted, 0.99) + " max=" + micros(sorted, 1);
    }

    private static String micros(long[] sorted, double quantile) {
      int index = (int) Math.min(sorted.length - 1, Math.floor(sorted.length * quantile));
      return sorted[index] / 1_000 + " µs";
    }
  }
}
