// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.pubsub.redis.RedisPubSub;
import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.Until;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that clients send again to another node of a cluster over a real Redis. */
class RedisCallsTest {
  private static final String SHOP = "{\"channel\":\"ShopChannel\"}";
  private static final String CLIENT = "client-with-22-or-more";
  private static final long TTL_MS = 30_000;

  private final List<Vertx> adapters = new ArrayList<>();
  private final Map<String, AtomicInteger> effects = new ConcurrentHashMap<>();
  private RedisProcess redis;
  private TestServer one;
  private TestServer two;

  private final class ShopChannel extends Channel<Connection> {
    @Action
    String order(Map<String, Object> data) {
      String id = String.valueOf(data.get("id"));
      return id + " "
          + effects.computeIfAbsent(id, first -> new AtomicInteger()).incrementAndGet();
    }
  }

  @BeforeEach
  void start() {
    redis = RedisProcess.start();
    one = node();
    two = node();
  }

  @AfterEach
  void stop() {
    one.close();
    two.close();
    adapters.forEach(vertx -> await(vertx.close()));
    redis.close();
  }

  private TestServer node() {
    Vertx vertx = Vertx.vertx();
    adapters.add(vertx);
    TestServer server = TestServer.start(cable -> cable
        .connection(WireFixture.PlainConnection::new)
        .channel("ShopChannel", ShopChannel.class, ShopChannel::new)
        .pubSub(RedisPubSub.builder(vertx)
            .url(redis.url())
            .minReconnectDelay(Duration.ofMillis(5))
            .maxReconnectDelay(Duration.ofMillis(100))
            .build()));
    Until.isTrue("the node is ready", () -> server.cable().readiness().ready());
    return server;
  }

  /** A subscribed client, and the epoch it was told. */
  private record Shopper(WireClient client, String epoch) implements AutoCloseable {
    static Shopper at(TestServer node) {
      WireClient client = node.connect();
      String epoch = client.welcome().path("epoch").textValue();
      return new Shopper(client.subscribe(SHOP).confirmed(SHOP), epoch);
    }

    String order(String id, String since) {
      client.callOnce(SHOP, "order", id, CLIENT, TTL_MS, since);
      return client.reply(SHOP, id).toString();
    }

    @Override
    public void close() {
      client.close();
    }
  }

  @Test
  void answersOnAnotherNodeWhatOneCarriedOut() {
    try (Shopper there = Shopper.at(one);
        Shopper here = Shopper.at(two)) {
      assertThat(there.epoch()).isNotBlank().isEqualTo(here.epoch());
      String answer = there.order("a", null);
      assertThat(answer).isEqualTo("{\"message\":\"a 1\"}");
      assertThat(here.order("a", there.epoch())).isEqualTo(answer);
      assertThat(there.order("a", there.epoch())).isEqualTo(answer);
      assertThat(effects.get("a")).hasValue(1);
    }
  }

  @Test
  void hasOneEffectForEachOfAThousandCallsWhoseRepliesAreCutOff() {
    int calls = 1000;
    int inOneGo = 20;
    Random random = new Random(7);
    Map<String, String> firstEpochs = new HashMap<>();
    List<String> unanswered = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      unanswered.add("order-" + i);
    }
    int cuts = 0;
    int nodeOf = 0;
    while (!unanswered.isEmpty()) {
      List<String> batch =
          new ArrayList<>(unanswered.subList(0, Math.min(inOneGo, unanswered.size())));
      try (Shopper shopper = Shopper.at(nodeOf++ % 2 == 0 ? one : two)) {
        for (String id : batch) {
          String since = firstEpochs.putIfAbsent(id, shopper.epoch());
          shopper.client().callOnce(SHOP, "order", id, CLIENT, TTL_MS, since);
        }
        // Each call is cut off once at least: before it is read, in the middle, or behind it.
        boolean last = cuts >= calls / inOneGo;
        int read = last ? batch.size() : random.nextInt(batch.size());
        for (int i = 0; i < read; i++) {
          JsonNode reply = shopper.client().json();
          if (last) {
            String id = reply.path("call").textValue();
            assertThat(reply.path("message").textValue()).isEqualTo(id + " 1");
            unanswered.remove(id);
          }
        }
        if (!last) {
          cuts++;
          unanswered.removeAll(batch);
          unanswered.addAll(batch);
        }
      }
    }
    assertThat(effects)
        .hasSize(calls)
        .allSatisfy((id, count) -> assertThat(count).hasValue(1));
  }

  @Test
  void saysThatItDoesNotKnowWhatADeadNodeDid() {
    // Another node's claim, made by hand: it never answers, and its lease has ended.
    try (Shopper shopper = Shopper.at(two)) {
      shopper.order("known", null);
      String key = requestKeys().get(0);
      Until.isTrue(
          "the answer is kept", () -> String.valueOf(redis.call("GET", key)).startsWith("a"));
      redis.call("SET", key, "rdead", "KEEPTTL");
      assertThat(shopper.order("known", shopper.epoch())).contains("\"code\":\"unknown_outcome\"");
      assertThat(effects.get("known")).hasValue(1);
    }
  }

  @Test
  void carriesOutNoRepetitionOnceRedisMayHaveForgotten() {
    try (Shopper shopper = Shopper.at(one)) {
      shopper.order("a", null);
      redis.kill();
      redis.restart();
      Until.isTrue("the node is ready", () -> two.cable().readiness().ready());
      try (Shopper again = Shopper.at(two)) {
        assertThat(again.order("a", shopper.epoch())).contains("\"code\":\"unknown_outcome\"");
        assertThat(effects.get("a")).hasValue(1);
      }
    }
  }

  @Test
  void goesOnWithCallsThatAreNotRepeatedWhileRedisIsGone() {
    try (Shopper shopper = Shopper.at(one)) {
      redis.kill();
      String answer = shopper
          .client()
          .call(SHOP, "order", Map.of("id", "a"), "c1")
          .reply(SHOP, "c1")
          .toString();
      assertThat(answer).isEqualTo("{\"message\":\"a 1\"}");
      assertThat(shopper.order("b", null)).contains("\"code\":\"unavailable\"");
      assertThat(effects).doesNotContainKey("b");
      shopper.client().callOnce(SHOP, "order", "c", CLIENT, TTL_MS, shopper.epoch());
      redis.restart();
      assertThat(shopper.client().reply(SHOP, "c").toString())
          .as("waits for Redis, which has forgotten")
          .contains("\"code\":\"unknown_outcome\"");
    }
  }

  private List<String> requestKeys() {
    List<String> keys = new ArrayList<>();
    for (Object key : (List<?>) redis.call("KEYS", "*:request:*")) {
      keys.add(String.valueOf(key));
    }
    return keys;
  }
}
