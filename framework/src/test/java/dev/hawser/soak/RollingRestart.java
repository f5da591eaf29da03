// SPDX-License-Identifier: Apache-2.0
package dev.hawser.soak;

import dev.hawser.CableEvents;
import dev.hawser.Channel;
import dev.hawser.CloseReport;
import dev.hawser.Connection;
import dev.hawser.ConnectionStatistics;
import dev.hawser.support.TestServer;
import dev.hawser.support.redis.Until;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two nodes behind a proxy, 2,000 clients that come back at once when they are sent away, and each
 * node replaced in turn. Prints its figures, and ends with status 1 if the nodes got new
 * connections faster than {@code drainRate}, if a client is missing, or a callback has no
 * counterpart.
 */
public final class RollingRestart {
  private static final int CLIENTS = 2_000;
  private static final int DRAIN_RATE = 250;

  /** A batch covers up to 150 ms, and the first one goes without waiting. */
  private static final int MOST_IN_A_SECOND = DRAIN_RATE * 5 / 4;

  private static final AtomicInteger SUBSCRIBED = new AtomicInteger();
  private static final AtomicInteger UNSUBSCRIBED = new AtomicInteger();

  /** Counts its beginnings and ends. */
  public static final class RoomChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      SUBSCRIBED.incrementAndGet();
      streamFrom("room");
    }

    @Override
    protected void unsubscribed() {
      UNSUBSCRIBED.incrementAndGet();
    }
  }

  /** Anybody. */
  public static final class AnyConnection extends Connection {}

  private final Vertx vertx = Vertx.vertx();
  private final WebSocketClient sockets =
      vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(CLIENTS * 2));
  private final List<TestServer> nodes = new CopyOnWriteArrayList<>();
  private final List<Long> openedAt = new ArrayList<>();
  private final List<ReturningClient> clients = new ArrayList<>();
  private final RedisSoak.Latencies interruptions = new RedisSoak.Latencies();
  private int problems;

  private RollingRestart() {}

  public static void main(String[] arguments) {
    RollingRestart rolling = new RollingRestart();
    int status = 1;
    try {
      rolling.run();
      status = rolling.problems == 0 ? 0 : 1;
    } catch (RuntimeException | Error e) {
      say("RESULT: broken off: " + e);
    }
    Runtime.getRuntime().halt(status);
  }

  private void run() {
    nodes.add(node());
    nodes.add(node());
    int port = new ReadyProxy(vertx, nodes).listen();
    for (int i = 0; i < CLIENTS; i++) {
      ReturningClient client = new ReturningClient(vertx, sockets, port, interruptions);
      clients.add(client);
      vertx.setTimer(1 + 2L * i, start -> client.connect());
    }
    awaitSettled();
    interruptions.drain();
    say("clients=" + CLIENTS + " drainRate=" + DRAIN_RATE + " connections: " + counts());
    replace(nodes.get(0));
    replace(nodes.get(0));
    report();
  }

  private TestServer node() {
    return TestServer.start(cable -> cable
        .connection(AnyConnection::new)
        .channel(RoomChannel.class, RoomChannel::new)
        .checkOrigin(false)
        .closeTimeout(Duration.ofSeconds(5))
        .drainRate(DRAIN_RATE)
        .events(new CableEvents() {
          @Override
          public void connectionOpened(ConnectionStatistics connection) {
            synchronized (openedAt) {
              openedAt.add(System.nanoTime());
            }
          }
        }));
  }

  /** As a deploy does: the new node is there before the old one goes. */
  private void replace(TestServer old) {
    synchronized (openedAt) {
      openedAt.clear();
    }
    nodes.add(node());
    long startedAt = System.nanoTime();
    CloseReport report = await(old);
    nodes.remove(old);
    awaitSettled();
    say("replaced a node: connections=" + report.connections() + " unfinished="
        + report.unfinished() + " closed in " + report.took().toMillis()
        + " ms, all clients back after "
        + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt) + " ms; connections: "
        + counts());
    check("unfinished", report.unfinished() == 0, report.unfinished());
    int peak = peakInASecond();
    check(
        "most new connections in a second, of " + MOST_IN_A_SECOND, peak <= MOST_IN_A_SECOND, peak);
    old.close();
  }

  private static CloseReport await(TestServer node) {
    try {
      return node.cable()
          .close()
          .toCompletionStage()
          .toCompletableFuture()
          .get(1, TimeUnit.MINUTES);
    } catch (Exception e) {
      throw new IllegalStateException("the node did not close", e);
    }
  }

  private void awaitSettled() {
    Until.isTrue(
        "every client is subscribed", () -> clients.stream().allMatch(ReturningClient::isSettled));
  }

  private String counts() {
    return nodes.stream().map(node -> node.cable().connectionCount()).toList().toString();
  }

  private int peakInASecond() {
    synchronized (openedAt) {
      long second = TimeUnit.SECONDS.toNanos(1);
      int peak = 0;
      for (int first = 0, last = 0; last < openedAt.size(); last++) {
        while (openedAt.get(last) - openedAt.get(first) >= second) {
          first++;
        }
        peak = Math.max(peak, last - first + 1);
      }
      return peak;
    }
  }

  private void report() {
    int live = nodes.stream().mapToInt(node -> node.cable().connectionCount()).sum();
    check("connections", live == CLIENTS, live);
    int balance = SUBSCRIBED.get() - UNSUBSCRIBED.get();
    say("subscribed=" + SUBSCRIBED + " unsubscribed=" + UNSUBSCRIBED);
    check("subscribed and not unsubscribed", balance == CLIENTS, balance);
    say("interruption of a client: " + RedisSoak.Latencies.describe(interruptions.drain()));
    say(problems == 0 ? "RESULT: well" : "RESULT: " + problems + " problems");
  }

  private void check(String what, boolean good, int actual) {
    say((good ? "ok " : "WRONG ") + what + ": " + actual);
    problems += good ? 0 : 1;
  }

  @SuppressWarnings("SystemOut") // the figures are its purpose
  private static void say(String line) {
    System.out.println(line);
  }
}
