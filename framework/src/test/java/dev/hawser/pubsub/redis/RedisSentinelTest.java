// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.redis.RecordingListener;
import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.RedisSentinels;
import dev.hawser.support.redis.Until;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedisSentinelTest {

  private static RedisPubSubBuilder builder(Vertx vertx, RedisSentinels redis) {
    return RedisPubSub.builder(vertx)
        .url(redis.url())
        .minReconnectDelay(Duration.ofMillis(5))
        .maxReconnectDelay(Duration.ofMillis(200))
        .pingInterval(Duration.ofMillis(200))
        .topologyRefreshInterval(Duration.ofMillis(500))
        .connectTimeout(Duration.ofSeconds(1));
  }

  private static void awaitRoundTrip(RedisPubSub from, RecordingListener to, String payload) {
    Until.isTrue("a message gets through", () -> {
      Future<Void> published = from.publish("a", Buffer.buffer(payload));
      if (!await(published.transform(Future::succeededFuture)).succeeded()) {
        return false;
      }
      var message = to.messages().poll(100, java.util.concurrent.TimeUnit.MILLISECONDS);
      return message != null && message.payload().toString().equals(payload);
    });
  }

  @Test
  void followsAFailover() {
    Vertx vertx = Vertx.vertx();
    try (RedisSentinels redis = RedisSentinels.start()) {
      RecordingListener heard = new RecordingListener();
      RedisPubSub node = builder(vertx, redis).build();
      RedisPubSub other = builder(vertx, redis).build();
      await(node.start(heard));
      await(other.start(new RecordingListener()));
      await(node.subscribe("a"));
      awaitRoundTrip(other, heard, "1");
      RedisProcess oldMaster = redis.master();
      oldMaster.kill();
      heard.awaitLosses(1);
      heard.awaitReturns(1);
      assertThat(redis.master().port()).isNotEqualTo(oldMaster.port());
      awaitRoundTrip(other, heard, "2");
      Until.isTrue("both are connected", () -> node.isConnected() && other.isConnected());
      oldMaster.restart();
      awaitRoundTrip(other, heard, "3");
      await(node.close());
      await(other.close());
    } finally {
      await(vertx.close());
    }
  }

  @Test
  void followsAPlannedFailoverAwayFromALivingMaster() {
    Vertx vertx = Vertx.vertx();
    try (RedisSentinels redis = RedisSentinels.start()) {
      RecordingListener heard = new RecordingListener();
      RedisPubSub node = builder(vertx, redis).build();
      await(node.start(heard));
      await(node.subscribe("a"));
      RedisProcess oldMaster = redis.master();
      redis.sentinels().get(0).call("SENTINEL", "FAILOVER", "mymaster");
      Until.isTrue("another is master", () -> redis.master() != oldMaster);
      heard.awaitLosses(1);
      heard.awaitReturns(1);
      Until.isTrue(
          "the subscription is at the new master",
          () -> redis.master().connectionsNamed("hawser-sub") == 1
              && oldMaster.connectionsNamed("hawser-sub") == 0);
      awaitRoundTrip(node, heard, "1");
      await(node.close());
    } finally {
      await(vertx.close());
    }
  }

  @Test
  void outlivesItsSentinels() {
    Vertx vertx = Vertx.vertx();
    try (RedisSentinels redis = RedisSentinels.start("requirepass pw", "masterauth pw")) {
      RecordingListener heard = new RecordingListener();
      RedisPubSub node =
          builder(vertx, redis).url(redis.url().replace("://", "://:pw@")).build();
      await(node.start(heard));
      await(node.subscribe("a"));
      redis.sentinels().forEach(RedisProcess::kill);
      awaitRoundTrip(node, heard, "1");
      assertThat(node.isConnected()).isTrue();
      redis.sentinels().get(2).restart();
      RedisPubSub late =
          builder(vertx, redis).url(redis.url().replace("://", "://:pw@")).build();
      await(late.start(new RecordingListener()));
      awaitRoundTrip(late, heard, "2");
      await(node.close());
      await(late.close());
    } finally {
      await(vertx.close());
    }
  }
}
