// SPDX-License-Identifier: Apache-2.0
package dev.hawser.contract;

import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubMessage;
import dev.hawser.pubsub.redis.RedisPubSub;
import dev.hawser.pubsub.redis.RedisPubSubBuilder;
import dev.hawser.pubsub.redis.ShardedPubSub;
import dev.hawser.sessions.SessionStore;
import dev.hawser.support.TestServer;
import dev.hawser.support.redis.RedisCluster;
import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.RedisSentinels;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The contract on one server, behind a prefix, behind Sentinels, and on a Cluster. */
class RedisSessionsContractTest {
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

  abstract static class OnRedis extends SessionContract {
    private final List<RedisPubSub> adapters = new ArrayList<>();

    abstract RedisPubSubBuilder builder();

    /** What one test leaves behind must not be seen by the next. */
    abstract void flush();

    @Override
    protected SessionStore createHere() throws Exception {
      flush();
      return another();
    }

    @Override
    protected SessionStore createThere(SessionStore here) throws Exception {
      return another();
    }

    private SessionStore another() throws Exception {
      RedisPubSub adapter = builder().build();
      adapters.add(adapter);
      await(adapter.start(new Deaf()));
      return adapter.sessions();
    }

    @Override
    protected void tearDown() throws Exception {
      for (RedisPubSub adapter : adapters) {
        await(adapter.close());
      }
    }
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
