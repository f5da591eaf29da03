// SPDX-License-Identifier: Apache-2.0
package dev.hawser.contract;

import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.redis.RedisPubSub;
import dev.hawser.pubsub.redis.RedisPubSubBuilder;
import dev.hawser.pubsub.redis.ShardedPubSub;
import dev.hawser.support.TestServer;
import dev.hawser.support.redis.RedisCluster;
import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.RedisSentinels;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The contract on one server, behind a prefix, behind Sentinels, and on a Cluster. */
class RedisHistoryContractTest {
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

  abstract static class OnRedis extends HistoryContract {
    abstract RedisPubSubBuilder builder();

    @Override
    protected PubSubAdapter createTx() {
      return builder().build();
    }

    @Override
    protected PubSubAdapter createRx(PubSubAdapter tx) {
      return builder().build();
    }

    @Override
    protected void tearDown() {}
  }

  @Nested
  class OneServer extends OnRedis {
    @Override
    RedisPubSubBuilder builder() {
      return RedisPubSub.builder(vertx).url(server.url());
    }
  }

  @Nested
  class BehindAPrefix extends OnRedis {
    @Override
    RedisPubSubBuilder builder() {
      return RedisPubSub.builder(vertx)
          .url(server.url())
          .channelPrefix("pre{}fix{")
          .publisherConnections(2);
    }
  }

  @Nested
  class BehindSentinels extends OnRedis {
    @Override
    RedisPubSubBuilder builder() {
      return RedisPubSub.builder(vertx).url(sentinels.url());
    }
  }

  @Nested
  class OnACluster extends OnRedis {
    @Override
    RedisPubSubBuilder builder() {
      return RedisPubSub.builder(vertx).url(cluster.url()).channelPrefix("pre{}fix{");
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
