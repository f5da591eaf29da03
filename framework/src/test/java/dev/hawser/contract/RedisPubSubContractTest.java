// SPDX-License-Identifier: Apache-2.0
package dev.hawser.contract;

import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.redis.RedisPubSub;
import dev.hawser.pubsub.redis.RedisPubSubBuilder;
import dev.hawser.support.TestServer;
import dev.hawser.support.redis.RedisCluster;
import dev.hawser.support.redis.RedisProcess;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The contract on one server, behind a prefix, and on a Cluster. */
class RedisPubSubContractTest {
  private static Vertx vertx;
  private static RedisProcess server;
  private static RedisCluster cluster;

  @BeforeAll
  static void startRedis() {
    vertx = Vertx.vertx();
    server = RedisProcess.start();
    cluster = RedisCluster.start(3, 0);
  }

  @AfterAll
  static void stopRedis() {
    TestServer.await(vertx.close());
    server.close();
    cluster.close();
  }

  abstract static class OnRedis extends PubSubContract {
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
          .channelPrefix("pre{fix")
          .publisherConnections(2);
    }
  }

  @Nested
  class Cluster extends OnRedis {
    @Override
    RedisPubSubBuilder builder() {
      return RedisPubSub.builder(vertx).url(cluster.url());
    }
  }
}
