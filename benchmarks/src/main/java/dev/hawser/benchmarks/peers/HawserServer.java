// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.peers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.Action;
import dev.hawser.Cable;
import dev.hawser.CableBuilder;
import dev.hawser.Channel;
import dev.hawser.Connection;
import dev.hawser.EventLoop;
import dev.hawser.benchmarks.load.Dialect;
import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.redis.RedisPubSub;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Hawser, as its guide says. Arguments: the port, and the URL of a Redis if there is one. */
public final class HawserServer {
  private static final boolean HISTORY = Boolean.getBoolean("history");
  private static final CountedReads READS = new CountedReads();

  /** A connection without identifiers. */
  @EventLoop
  public static final class AnyConnection extends Connection {}

  /** Its callbacks run on virtual threads, or on workers before Java 21. */
  public static class BenchmarkChannel extends Channel<AnyConnection> {
    record Params(String room) {}

    @Override
    protected void subscribed() {
      String room = params(Params.class).room();
      if (HISTORY) {
        streamFor(room, history());
      } else {
        streamFor(room);
      }
    }

    /** Sends to a room. */
    @Action
    void broadcast(JsonNode data) {
      broadcastTo(data.path("room").asText(), data);
    }

    /** Replies to the sender. */
    @Action
    JsonNode call(JsonNode data) {
      return data;
    }

    /** Sends back to the sender. */
    @Action
    void echo(JsonNode data) {
      transmit(data);
    }

    /** Tells how often the history was read. */
    @Action
    void reads() {
      transmit(Map.of("number", Dialect.digits(READS.count())));
    }
  }

  /** The same, declared never to block. */
  @EventLoop
  public static final class LoopChannel extends BenchmarkChannel {}

  /** The same for clients that must not be disturbed by those of the other. */
  @EventLoop
  public static final class OtherChannel extends BenchmarkChannel {}

  /** Each subscriber is present, and may also join and leave under another id. */
  @EventLoop
  public static final class PresentChannel extends Channel<AnyConnection> {
    /** Ids that the generator does not count. */
    private static final AtomicInteger SUBSCRIBED = new AtomicInteger(50_000_000);

    private boolean isIn;

    @Override
    protected void subscribed() {
      streamFor("all");
      presence().join(SUBSCRIBED.incrementAndGet());
    }

    /** Comes, or goes. */
    @Action
    void turn(JsonNode data) {
      isIn = !isIn;
      if (isIn) {
        presence().join(data.path("number").asText());
      } else {
        presence().leave();
      }
    }
  }

  private HawserServer() {}

  /** Starts the server. */
  public static void main(String[] args) {
    Vertx vertx = Transport.chosen().vertx();
    CableBuilder builder = Cable.builder(vertx)
        .connection(AnyConnection.class, AnyConnection::new)
        .channel(BenchmarkChannel.class, BenchmarkChannel::new)
        .channel(LoopChannel.class, LoopChannel::new)
        .channel(OtherChannel.class, OtherChannel::new)
        .channel(PresentChannel.class, PresentChannel::new)
        .maxPresentPerStream(100_000)
        .checkOrigin(false)
        .warmUp(Duration.ofMillis(Long.getLong("warmUp", 0)))
        .portableSockets(Boolean.getBoolean("portableSockets"))
        // All clients have one address, and some send as fast as they can.
        .maxConnections(1_000_000)
        .maxConnectionsPerAddress(1_000_000)
        .maxConnectsPerSecondPerAddress(1_000_000)
        .maxCommandsPerSecond(1_000_000);
    PubSubAdapter adapter =
        args.length > 1 ? RedisPubSub.create(vertx, args[1]) : MemoryPubSub.create();
    builder.pubSub(HISTORY ? READS.of(adapter) : adapter);
    Cable cable = builder.build();
    cable
        .started()
        .compose(started -> cable
            .guard(vertx
                .createHttpServer(Cable.httpServerOptions())
                .requestHandler(cable.requestHandler()))
            .listen(Integer.parseInt(args[0]), "127.0.0.1"))
        .onFailure(HawserServer::giveUp);
  }

  private static void giveUp(Throwable cause) {
    System.err.println("cannot start: " + cause);
    Runtime.getRuntime().halt(1);
  }
}
