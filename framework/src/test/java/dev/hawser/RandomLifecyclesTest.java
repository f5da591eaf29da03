// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import dev.hawser.support.redis.Until;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many clients that come, subscribe, perform and leave in any order and at any moment, with
 * callbacks that fail and clients that hang up or are hung up on: afterwards nothing may be left,
 * and every callback has its counterpart. scripts/lifecycles.sh does it 100,000 times.
 */
class RandomLifecyclesTest {
  private static final int CLIENTS_AT_ONCE = 8;
  private static final int LIVES_EACH =
      Integer.getInteger("hawser.lifecycles", 320) / CLIENTS_AT_ONCE;
  private static final long MOST_MINUTES = 1L + LIVES_EACH / 1000;

  private final AtomicInteger connects = new AtomicInteger();
  private final AtomicInteger disconnects = new AtomicInteger();
  private final AtomicInteger subscribes = new AtomicInteger();
  private final AtomicInteger unsubscribes = new AtomicInteger();

  /** What a registry, a timer, a stream or a mailbox would still hold if it forgot to let go. */
  private final Queue<WeakReference<?>> everybody = new ConcurrentLinkedQueue<>();

  final class AnyConnection extends Connection {
    AnyConnection() {
      everybody.add(new WeakReference<>(this));
    }

    @Override
    protected void connect() {
      connects.incrementAndGet();
      identifiedBy("user", request().queryParam("user"));
      if (request().queryParam("fail") != null) {
        throw new IllegalStateException("wanted");
      }
    }

    @Override
    protected void disconnect() {
      disconnects.incrementAndGet();
    }

    @Override
    protected boolean onError(Throwable failure, String callback) {
      return true;
    }
  }

  final class WildChannel extends Channel<AnyConnection> {
    record Params(int room, String mood) {}

    WildChannel() {
      everybody.add(new WeakReference<>(this));
    }

    @Override
    protected void subscribed() {
      subscribes.incrementAndGet();
      Params params = params(Params.class);
      streamFor(params.room());
      streamFrom("everyone", message -> {});
      periodically(Duration.ofMillis(1), () -> {});
      switch (params.mood()) {
        case "reject" -> reject();
        case "fail" -> throw new IllegalStateException("wanted");
        case "late" -> {
          Promise<Void> later = Promise.promise();
          CLOCK.schedule(() -> later.complete(), 2, TimeUnit.MILLISECONDS);
          defer(later.future());
        }
        default -> {}
      }
    }

    @Override
    protected void unsubscribed() {
      unsubscribes.incrementAndGet();
      if (params(Params.class).mood().equals("fail")) {
        throw new AssertionError("wanted");
      }
    }

    @Action
    Future<Void> shout() {
      return broadcastTo(params(Params.class).room(), Map.of("text", "hey"));
    }
  }

  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "test-clock");
        thread.setDaemon(true);
        return thread;
      });

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void leaveNothingBehind(boolean portable) throws InterruptedException {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS_AT_ONCE);
    List<Throwable> problems = new ArrayList<>();
    try (TestServer server = TestServer.start(cable -> cable
        .connection(AnyConnection::new)
        .channel(WildChannel.class, WildChannel::new)
        .portableSockets(portable))) {
      for (int i = 0; i < CLIENTS_AT_ONCE; i++) {
        Random random = new Random(i);
        clients.execute(() -> {
          for (int life = 0; life < LIVES_EACH; life++) {
            try {
              live(server, random);
            } catch (UncheckedIOException e) {
              // The server hung up first: that is a life, too.
            } catch (RuntimeException | Error e) {
              synchronized (problems) {
                problems.add(e);
              }
            }
          }
        });
      }
      clients.shutdown();
      assertThat(clients.awaitTermination(MOST_MINUTES, TimeUnit.MINUTES)).isTrue();
      TestServer.await(server.cable().close());
      assertThat(problems).isEmpty();
      assertThat(connects).hasValueGreaterThan(CLIENTS_AT_ONCE * LIVES_EACH / 2);
      assertThat(disconnects).hasValue(connects.get());
      assertThat(subscribes).hasValueGreaterThan(0);
      assertThat(unsubscribes).hasValueGreaterThanOrEqualTo(subscribes.get());
      assertThat(server.cable().connectionCount()).isZero();
      assertThat(server.cable().streamCount()).isZero();
      assertThat(everybody).hasSizeGreaterThan(connects.get());
      Until.isTrue("nothing holds a connection or a channel any more", () -> {
        System.gc();
        everybody.removeIf(each -> each.get() == null);
        return everybody.isEmpty();
      });
    }
  }

  private static void reset(WireClient client) {
    try {
      client.socket().setSoLinger(true, 0);
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void live(TestServer server, Random random) {
    String query = "/cable?user=" + random.nextInt(5) + (random.nextInt(10) == 0 ? "&fail=1" : "");
    try (WireClient client =
        WireClient.upgrade(server.port(), query, "Origin: http://localhost:" + server.port())) {
      List<String> moods = List.of("good", "good", "late", "reject", "fail");
      for (int step = random.nextInt(12); step > 0; step--) {
        String identifier = "{\"channel\":\"WildChannel\",\"room\":"
            + random.nextInt(3)
            + ",\"mood\":\""
            + moods.get(random.nextInt(moods.size()))
            + "\"}";
        switch (random.nextInt(6)) {
          case 0, 1 -> client.subscribe(identifier);
          case 2 -> client.unsubscribe(identifier);
          case 3, 4 -> client.perform(identifier, "shout");
          default -> {
            if (random.nextInt(4) == 0) {
              server
                  .cable()
                  .remoteConnections()
                  .where("user", random.nextInt(5))
                  .disconnect();
            } else {
              client.sendText("{nonsense");
            }
          }
        }
      }
      switch (random.nextInt(4)) {
        case 0, 1 -> client.sendClose(1000).ended();
        case 2 -> reset(client);
        default -> {
          /* just hangs up */
        }
      }
    }
  }
}
