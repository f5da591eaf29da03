// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.support.redis.RecordingListener;
import dev.hawser.support.redis.RedisBinary;
import dev.hawser.support.redis.RedisCluster;
import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.Until;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On Redis 7 the adapter must choose sharded pub/sub, on older versions plain pub/sub. */
class RedisClusterTest {
  private static RedisCluster redis;
  private static Vertx vertx;

  private final List<RedisPubSub> adapters = new ArrayList<>();
  private final RecordingListener heard = new RecordingListener();

  @BeforeAll
  static void startRedis() {
    redis = RedisCluster.start(3, 0);
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stopRedis() {
    await(vertx.close());
    redis.close();
  }

  @AfterEach
  void closeAdapters() {
    adapters.forEach(adapter -> await(adapter.close()));
  }

  static RedisPubSubBuilder builder(RedisCluster cluster) {
    return RedisPubSub.builder(vertx)
        .url(cluster.url())
        .minReconnectDelay(Duration.ofMillis(5))
        .maxReconnectDelay(Duration.ofMillis(200))
        .pingInterval(Duration.ofMillis(200))
        .topologyRefreshInterval(Duration.ofMillis(500))
        .connectTimeout(Duration.ofSeconds(2));
  }

  private RedisPubSub started(RedisPubSubBuilder builder, PubSubAdapter.Listener listener) {
    RedisPubSub adapter = builder.build();
    adapters.add(adapter);
    await(adapter.start(listener));
    return adapter;
  }

  private RedisPubSub node() {
    return started(builder(redis), heard);
  }

  private RedisPubSub otherNode() {
    return started(builder(redis), new RecordingListener());
  }

  private static String namesAt(RedisProcess node, String kind) {
    return String.valueOf(node.call("PUBSUB", kind, "*"));
  }

  @Test
  void choosesTheKindOfPubSubByTheVersionOfTheServers() {
    RedisPubSub node = node();
    await(node.subscribe("chat:1"));
    String kind = RedisBinary.isSharded() ? "SHARDCHANNELS" : "CHANNELS";
    List<RedisProcess> holders = redis.masters().stream()
        .filter(server -> namesAt(server, kind).contains("chat:1"))
        .toList();
    assertThat(holders).hasSize(1);
    if (RedisBinary.isSharded()) {
      assertThat(holders).containsExactly(redis.ownerOf("chat:1"));
    }
  }

  @Test
  void countsOnTheServerOfTheName() {
    RedisPubSub node = node();
    RedisPubSub other = otherNode();
    for (int i = 0; RedisBinary.isSharded() && i < 20; i++) {
      assertThat(await(node.count("rate:" + i, Duration.ofMinutes(1)))).isEqualTo(1);
      assertThat(await(other.count("rate:" + i, Duration.ofMinutes(1)))).isEqualTo(2);
    }
  }

  @Test
  void usesPlainPubSubWhenToldTo() {
    RedisPubSub node = started(builder(redis).shardedPubSub(ShardedPubSub.NEVER), heard);
    await(node.subscribe("chat:1"));
    for (RedisProcess server : redis.masters()) {
      server.call("PUBLISH", "chat:1", "\"from " + server.port() + "\"");
    }
    Set<String> received = new HashSet<>();
    redis.masters().forEach(server -> received.add(heard.next()));
    assertThat(received).hasSize(3);
    RedisPubSub other =
        started(builder(redis).shardedPubSub(ShardedPubSub.NEVER), new RecordingListener());
    await(other.publish("chat:1", Buffer.buffer("1")));
    assertThat(heard.next()).isEqualTo("chat:1 1");
  }

  @Test
  void reachesNamesOfAllShards() {
    RedisPubSub node = node();
    RedisPubSub other = otherNode();
    List<Future<Void>> live = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      live.add(node.subscribe("name:" + i));
    }
    await(Future.all(live));
    List<Future<Void>> sent = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      sent.add(other.publish("name:" + i, Buffer.buffer(String.valueOf(i))));
    }
    await(Future.all(sent));
    Set<String> received = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      received.add(heard.next());
    }
    assertThat(received).hasSize(1_000);
    assertThat(node.isConnected()).isTrue();
    for (int i = 0; i < 1_000; i++) {
      node.unsubscribe("name:" + i);
    }
    for (String kind : RedisBinary.isSharded() ? List.of("SHARDCHANNELS") : List.of("CHANNELS")) {
      Until.isTrue(
          "the servers have let go",
          () -> redis.masters().stream()
              .noneMatch(server -> namesAt(server, kind).contains("name:")));
    }
  }

  @Test
  void keepsTheOrderOfAPublisher() {
    RedisPubSub node = node();
    RedisPubSub other = otherNode();
    await(node.subscribe("a"));
    for (int i = 0; i < 2_000; i++) {
      other.publish("a", Buffer.buffer(String.valueOf(i)));
    }
    for (int i = 0; i < 2_000; i++) {
      assertThat(heard.next()).isEqualTo("a " + i);
    }
  }

  @Test
  void followsAMovedSlot() {
    RedisPubSub node = node();
    RedisPubSub other = otherNode();
    await(node.subscribe("moved"));
    await(node.subscribe("{moved}too"));
    await(node.subscribe("stays"));
    int slot = redis.slotOf("moved");
    RedisProcess from = redis.ownerOf("moved");
    RedisProcess to =
        redis.masters().stream().filter(server -> server != from).findFirst().orElseThrow();
    for (int round = 1; round <= 3; round++) {
      redis.move(slot, round % 2 == 1 ? from : to, round % 2 == 1 ? to : from);
      if (RedisBinary.isSharded()) {
        heard.awaitLosses(round);
        heard.awaitReturns(round);
      }
      List<Future<Void>> sent = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        sent.add(other.publish("moved", Buffer.buffer(String.valueOf(i))));
      }
      await(Future.all(sent));
      await(other.publish("{moved}too", Buffer.buffer("50")));
      for (int i = 0; i < 50; i++) {
        assertThat(heard.next()).isEqualTo("moved " + i);
      }
      assertThat(heard.next()).isEqualTo("{moved}too 50");
    }
    assertThat(heard.losses()).isEqualTo(heard.returns());
    Until.isTrue("all is well", node::isConnected);
  }

  @Test
  void keepsTheOrderWhileASlotMovesUnderLoad() throws InterruptedException {
    RedisPubSub node = node();
    RedisPubSub other = otherNode();
    await(node.subscribe("busy"));
    int slot = redis.slotOf("busy");
    RedisProcess from = redis.ownerOf("busy");
    RedisProcess to =
        redis.masters().stream().filter(server -> server != from).findFirst().orElseThrow();
    List<Future<Void>> sent = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      sent.add(other.publish("busy", Buffer.buffer(String.valueOf(i))));
      if (i == 1_000) {
        redis.move(slot, from, to);
      }
      if (i % 10 == 0) {
        await(sent.get(i));
      }
    }
    await(Future.all(sent));
    Until.isTrue("all is well", node::isConnected);
    await(other.publish("busy", Buffer.buffer("3000")));
    List<Integer> received = new ArrayList<>();
    while (!received.contains(3_000)) {
      received.add(Integer.valueOf(heard.next().split(" ")[1]));
    }
    assertThat(received).isSorted().doesNotHaveDuplicates();
    assertThat(heard.messages().poll(0, TimeUnit.SECONDS)).isNull();
  }

  @Test
  void followsTheFailoverOfAMaster() {
    try (RedisCluster replicated = RedisCluster.start(3, 1)) {
      RedisPubSub node = started(builder(replicated), heard);
      RedisPubSub other = started(
          builder(replicated).publishRetryTimeout(Duration.ofSeconds(20)), new RecordingListener());
      for (int i = 0; i < 60; i++) {
        await(node.subscribe("name:" + i));
      }
      RedisProcess victim = RedisBinary.isSharded()
          ? replicated.masters().get(2)
          : replicated.masters().stream()
              .filter(server -> namesAt(server, "CHANNELS").contains("name:"))
              .findFirst()
              .orElseThrow();
      victim.kill();
      heard.awaitLosses(1);
      heard.awaitReturns(1);
      Until.isTrue("both are connected", () -> node.isConnected() && other.isConnected());
      for (int i = 0; i < 60; i++) {
        await(other.publish("name:" + i, Buffer.buffer(String.valueOf(i))));
      }
      Set<String> received = new HashSet<>();
      for (int i = 0; i < 60; i++) {
        received.add(heard.next());
      }
      assertThat(received).hasSize(60);
      await(node.close());
      await(other.close());
    }
  }
}
