// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.pubsub.redis.RedisPubSub;
import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.Until;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams with history on two nodes and one Redis that is disturbed. */
class HistoryNodesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FEED = "{\"channel\":\"FeedChannel\"}";

  private final List<Vertx> adapters = new ArrayList<>();
  private RedisProcess redis;
  private TestServer one;
  private TestServer two;

  static final class FeedChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("feed", history(), whispers());
    }
  }

  @BeforeEach
  void start() {
    redis = RedisProcess.start();
    one = node();
    two = node();
    awaitReady();
  }

  @AfterEach
  void stop() {
    one.close();
    two.close();
    adapters.forEach(vertx -> await(vertx.close()));
    redis.close();
  }

  private void awaitReady() {
    Until.isTrue(
        "both nodes are ready",
        () -> one.cable().readiness().ready() && two.cable().readiness().ready());
  }

  private TestServer node() {
    RedisPubSub adapter = adapter();
    return TestServer.start(
        1,
        new HttpServerOptions(),
        cable -> cable
            .connection(() -> new Connection() {})
            .channel(FeedChannel.class, FeedChannel::new)
            .pubSub(adapter),
        router -> {});
  }

  private RedisPubSub adapter() {
    Vertx vertx = Vertx.vertx();
    adapters.add(vertx);
    return RedisPubSub.builder(vertx)
        .url(redis.url())
        .minReconnectDelay(Duration.ofMillis(5))
        .maxReconnectDelay(Duration.ofMillis(100))
        .build();
  }

  private static WireClient extended(TestServer node) {
    return WireClient.upgrade(
            node.port(),
            "/cable",
            "Origin: http://localhost:" + node.port(),
            "Sec-WebSocket-Protocol: actioncable-v1-ext-json")
        .welcomed();
  }

  private static WireClient base(TestServer node) {
    return node.connect().welcomed().subscribe(FEED).confirmed(FEED);
  }

  private static JsonNode start(WireClient client) {
    return client.subscribe(FEED).json().path("streams");
  }

  private static String resume(JsonNode positions) {
    ObjectNode json = JSON.createObjectNode();
    json.put("command", "subscribe").put("identifier", FEED);
    json.putObject("history").set("streams", positions);
    return json.toString();
  }

  private static List<Integer> messages(WireClient client, int count) {
    List<Integer> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages.add(client.message().intValue());
    }
    return messages;
  }

  @Test
  void numbersWhatComesFromAnotherNodeAndFromAProcessWithoutACable() {
    Broadcaster broadcaster = Broadcaster.create(adapter());
    try (WireClient ann = extended(one);
        WireClient bob = base(two)) {
      JsonNode start = start(ann).path("feed");
      await(two.cable().broadcast("feed", 1));
      await(broadcaster.broadcast("feed", 2));
      long offset = start.path("offset").longValue();
      assertThat(ann.json().path("offset").longValue()).isEqualTo(offset + 1);
      assertThat(ann.json().path("offset").longValue()).isEqualTo(offset + 2);
      assertThat(messages(bob, 2)).containsExactly(1, 2);
    } finally {
      await(broadcaster.close());
    }
  }

  @Test
  void resumesOnAnotherNode() {
    JsonNode start;
    try (WireClient ann = extended(one)) {
      start = start(ann);
    }
    await(one.cable().broadcast("feed", 1));
    await(two.cable().broadcast("feed", 2));
    try (WireClient ann = extended(two).sendText(resume(start))) {
      assertThat(ann.json().path("continuity").textValue()).isEqualTo("kept");
      assertThat(messages(ann, 2)).containsExactly(1, 2);
      assertThat(ann.json().path("type").textValue()).isEqualTo("confirm_history");
      await(one.cable().broadcast("feed", 3));
      assertThat(messages(ann, 1)).containsExactly(3);
    }
  }

  @Test
  void keepsNoWhispers() {
    try (WireClient ann = extended(one);
        WireClient bob = extended(two)) {
      JsonNode start = start(ann);
      start(bob);
      bob.sendText(
          "{\"command\":\"whisper\",\"identifier\":" + TextNode.valueOf(FEED) + ",\"data\":1}");
      JsonNode whisper = ann.json();
      assertThat(whisper.path("whisper").booleanValue()).isTrue();
      assertThat(whisper.has("offset")).isFalse();
      await(two.cable().broadcast("feed", 2));
      assertThat(messages(ann, 1)).containsExactly(2);
      try (WireClient late = extended(one).sendText(resume(start))) {
        assertThat(late.json().path("continuity").textValue()).isEqualTo("kept");
        assertThat(messages(late, 1)).containsExactly(2);
      }
    }
  }

  /** The publisher has a connection of its own, so that it goes on while the nodes are cut off. */
  @Test
  void givesOpenConnectionsWhatWasBroadcastWhileTheNodeHadLostItsLink() {
    Broadcaster broadcaster = Broadcaster.create(adapter());
    try (WireClient ann = extended(one);
        WireClient bob = base(one)) {
      start(ann);
      await(broadcaster.broadcast("feed", 0));
      assertThat(messages(ann, 1)).containsExactly(0);
      assertThat(messages(bob, 1)).containsExactly(0);
      redis.call("CLIENT", "KILL", "TYPE", "pubsub");
      for (int i = 1; i <= 50; i++) {
        await(broadcaster.broadcast("feed", i));
      }
      for (WireClient client : List.of(ann, bob)) {
        List<Integer> messages = messages(client, 50);
        for (int i = 1; i <= 50; i++) {
          assertThat(messages.get(i - 1)).isEqualTo(i);
        }
      }
    } finally {
      await(broadcaster.close());
    }
  }

  @Test
  void tellsOpenConnectionsThatTheHistoryIsGoneWhenRedisWasEmptied() {
    try (WireClient ann = extended(one)) {
      JsonNode start = start(ann);
      await(two.cable().broadcast("feed", 1));
      assertThat(messages(ann, 1)).containsExactly(1);
      redis.call("FLUSHALL");
      await(two.cable().broadcast("feed", 2));
      JsonNode told = ann.json();
      assertThat(told.path("type").textValue()).isEqualTo("reject_history");
      assertThat(told.path("streams").path("feed").path("epoch"))
          .isNotEqualTo(start.path("feed").path("epoch"));
      await(two.cable().broadcast("feed", 3)); // What came before the loss was told is lost.
      assertThat(messages(ann, 1)).containsExactly(3);
    }
  }

  @Test
  void goesOnAfterARestartOfRedisWithoutItsData() {
    try (WireClient ann = extended(one);
        WireClient bob = base(one)) {
      JsonNode start = start(ann);
      redis.kill();
      redis.restart();
      assertThat(ann.json().path("type").textValue()).isEqualTo("reject_history");
      awaitReady();
      await(two.cable().broadcast("feed", 1));
      assertThat(messages(ann, 1)).containsExactly(1);
      assertThat(messages(bob, 1)).containsExactly(1);
      try (WireClient late = extended(two).sendText(resume(start))) {
        assertThat(late.json().path("continuity").textValue()).isEqualTo("lost");
      }
    }
  }

  @Test
  void failsABroadcastThatRedisDidNotKeep() {
    try (WireClient ann = extended(one)) {
      start(ann);
      await(one.cable().broadcast("feed", 1));
      assertThat(messages(ann, 1)).containsExactly(1);
      redis.call("CONFIG", "SET", "maxmemory", "1");
      assertThatThrownBy(() -> await(one.cable().broadcast("feed", 2)))
          .rootCause()
          .hasMessageContaining("Redis refused the message")
          .hasMessageContaining("OOM");
      redis.call("CONFIG", "SET", "maxmemory", "0");
      await(one.cable().broadcast("feed", 3));
      assertThat(messages(ann, 1)).containsExactly(3);
    }
  }
}
