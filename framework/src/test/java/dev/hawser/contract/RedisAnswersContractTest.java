// SPDX-License-Identifier: Apache-2.0
package dev.hawser.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.answers.AnswerStore;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubMessage;
import dev.hawser.pubsub.redis.RedisPubSub;
import dev.hawser.pubsub.redis.RedisPubSubBuilder;
import dev.hawser.pubsub.redis.ShardedPubSub;
import dev.hawser.support.TestServer;
import dev.hawser.support.redis.RedisCluster;
import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.RedisSentinels;
import dev.hawser.support.redis.Until;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The contract on one server, behind a prefix, behind Sentinels, and on a Cluster. */
class RedisAnswersContractTest {
  private static Vertx vertx;
  private static RedisProcess server;
  private static RedisSentinels sentinels;
  private static RedisCluster cluster;

  @BeforeAll
  static void startRedis() {
    vertx = Vertx.vertx();
    server = RedisProcess.start();
    sentinels = RedisSentinels.start();
    cluster = RedisCluster.start(3, 0);
  }

  @AfterAll
  static void stopRedis() {
    TestServer.await(vertx.close());
    server.close();
    sentinels.close();
    cluster.close();
  }

  private static final class Deaf implements PubSubAdapter.Listener {
    @Override
    public void onMessage(PubSubMessage message) {}

    @Override
    public void onLinkLost(Throwable cause) {}

    @Override
    public void onLinkRestored() {}
  }

  abstract static class OnRedis extends AnswerContract {
    private final List<RedisPubSub> adapters = new ArrayList<>();

    abstract RedisPubSubBuilder builder();

    /** What one test leaves behind must not be seen by the next. */
    abstract void flush();

    @Override
    protected AnswerStore createHere() throws Exception {
      flush();
      return another();
    }

    @Override
    protected AnswerStore createThere(AnswerStore here) throws Exception {
      return another();
    }

    private AnswerStore another() throws Exception {
      RedisPubSub adapter = builder().build();
      adapters.add(adapter);
      await(adapter.start(new Deaf()));
      return adapter.answers();
    }

    @Override
    protected void tearDown() throws Exception {
      for (RedisPubSub adapter : adapters) {
        await(adapter.close());
      }
    }
  }

  @Test
  void hasAnotherEpochAfterWhateverMayLoseAnswers() throws Exception {
    try (RedisProcess own = RedisProcess.start()) {
      RedisPubSub adapter = RedisPubSub.builder(vertx).url(own.url()).build();
      AnswerContract.await(adapter.start(new Deaf()));
      try {
        AnswerStore store = adapter.answers();
        String before = beat(store);
        own.call("FLUSHALL");
        String emptied = beat(store);
        own.kill();
        own.restart();
        String restarted = beat(store);
        assertThat(Set.of(before, emptied, restarted)).hasSize(3);
        own.call("CONFIG", "SET", "maxmemory-policy", "allkeys-random");
        own.call("SET", "victim", "x".repeat(10_000_000));
        own.call("CONFIG", "SET", "maxmemory", "5mb");
        own.call("GET", "victim");
        own.call("CONFIG", "SET", "maxmemory", "0");
        assertThat(beat(store)).isNotEqualTo(restarted);
      } finally {
        AnswerContract.await(adapter.close());
      }
    }
  }

  /** As soon as there is a link again. */
  private static String beat(AnswerStore store) throws Exception {
    AtomicReference<String> epoch = new AtomicReference<>();
    Until.isTrue("a beat", () -> {
      epoch.set(AnswerContract.await(store.beat()));
      return true;
    });
    return epoch.get();
  }

  @Nested
  class OneServer extends OnRedis {
    @Override
    RedisPubSubBuilder builder() {
      return RedisPubSub.builder(vertx).url(server.url());
    }

    @Override
    void flush() {
      server.call("FLUSHALL");
    }
  }

  @Nested
  class BehindAPrefix extends OnRedis {
    @Override
    RedisPubSubBuilder builder() {
      return RedisPubSub.builder(vertx).url(server.url()).channelPrefix("pre{}fix{");
    }

    @Override
    void flush() {
      server.call("FLUSHALL");
    }
  }

  @Nested
  class BehindSentinels extends OnRedis {
    @Override
    RedisPubSubBuilder builder() {
      return RedisPubSub.builder(vertx).url(sentinels.url());
    }

    @Override
    void flush() {
      sentinels.master().call("FLUSHALL");
    }
  }

  @Nested
  class OnACluster extends OnRedis {
    @Override
    RedisPubSubBuilder builder() {
      return RedisPubSub.builder(vertx).url(cluster.url()).channelPrefix("pre{}fix{");
    }

    @Override
    void flush() {
      cluster.masters().forEach(master -> master.call("FLUSHALL"));
    }
  }

  @Nested
  class OnAClusterWithPlainPubSub extends OnACluster {
    @Override
    RedisPubSubBuilder builder() {
      return super.builder().shardedPubSub(ShardedPubSub.NEVER);
    }
  }
}
