// SPDX-License-Identifier: Apache-2.0
package dev.hawser.chaos;

import dev.hawser.Channel;
import dev.hawser.Connection;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.redis.RedisPubSub;
import dev.hawser.support.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node whose channel streams what the publishers number. As a process of its own it prints its
 * port once it listens, and ends with its standard input.
 */
final class ChaosNode {
  private static final int LOOPS = 2;
  private static final int KEPT = 200;
  private static final int MOST_OUTBOUND_BYTES = 256 * 1024;

  private ChaosNode() {}

  /** Two of the streams, and their state to begin with. */
  static final class ChaosChannel extends Channel<Connection> {
    private final Ledger ledger;

    ChaosChannel(Ledger ledger) {
      this.ledger = ledger;
    }

    private List<Integer> streams() {
      return List.of(params().get("first").asInt(), params().get("second").asInt());
    }

    @Override
    protected void subscribed() {
      for (int stream : streams()) {
        streamFrom("s" + stream, history(last(KEPT), within(Duration.ofMinutes(5))));
      }
    }

    @Override
    protected Object snapshot() {
      List<List<Long>> state = new ArrayList<>();
      for (int stream : streams()) {
        List<Long> numbers = new ArrayList<>();
        for (int publisher = 0; publisher < Ledger.PUBLISHERS; publisher++) {
          numbers.add(ledger.latest(stream, publisher));
        }
        state.add(numbers);
      }
      return Map.of("state", state);
    }

    @Override
    protected @Nullable Object snapshotKey() {
      return streams();
    }
  }

  /** Anybody. */
  static final class AnyConnection extends Connection {}

  /** Starts a node in this process. */
  static TestServer start(PubSubAdapter adapter, Ledger ledger) {
    return TestServer.start(
        LOOPS,
        new HttpServerOptions(),
        cable -> cable
            .connection(AnyConnection::new)
            .channel(ChaosChannel.class, () -> new ChaosChannel(ledger))
            .checkOrigin(false)
            .maxOutboundBytes(MOST_OUTBOUND_BYTES)
            .subscribeTimeout(Duration.ofSeconds(2))
            .pubSub(adapter),
        router -> {});
  }

  /** Describes an adapter that notices quickly when its Redis is gone. */
  static RedisPubSub adapter(Vertx vertx, String redisUrl) {
    return RedisPubSub.builder(vertx)
        .url(redisUrl)
        .pingInterval(Duration.ofMillis(500))
        .pingTimeout(Duration.ofMillis(500))
        .connectTimeout(Duration.ofSeconds(1))
        .maxReconnectDelay(Duration.ofMillis(200))
        .build();
  }

  /** Starts a node: its Redis, and the file of the numbers. */
  public static void main(String[] arguments) throws IOException {
    Ledger ledger = Ledger.in(Path.of(arguments[1]));
    TestServer server = start(adapter(Vertx.vertx(), arguments[0]), ledger);
    server.mountReadiness("/ready");
    report("port=" + server.port());
    while (System.in.read() >= 0) {
      /* until the run, or its process, is gone */
    }
    Runtime.getRuntime().halt(0);
  }

  @SuppressWarnings("SystemOut") // how the run learns the port
  private static void report(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
