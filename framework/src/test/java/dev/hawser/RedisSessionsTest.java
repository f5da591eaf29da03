// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.pubsub.redis.RedisPubSub;
import dev.hawser.support.Journal;
import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.Until;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients go on with their sessions at another node, if both have the same Redis. */
class RedisSessionsTest {
  private static final String NEWS = "{\"channel\":\"NewsChannel\"}";

  private final Journal journal = new Journal();
  private final List<Vertx> adapters = new ArrayList<>();
  private final List<AutoCloseable> clients = new ArrayList<>();
  private RedisProcess redis;
  private TestServer one;
  private TestServer two;

  private final class AppConnection extends Connection {
    @Override
    protected void connect() {
      identifiedBy("user", request().cookie("user").orElseThrow(this::unauthorized));
    }

    @Override
    protected void disconnect() {
      journal.add("disconnect");
    }
  }

  static final class NewsChannel extends Channel<AppConnection> {
    @Override
    protected void subscribed() {
      streamFrom("news");
    }
  }

  @BeforeEach
  void start() {
    redis = RedisProcess.start();
    one = node();
    two = node();
    Until.isTrue(
        "both nodes are ready",
        () -> one.cable().readiness().ready() && two.cable().readiness().ready());
  }

  private TestServer node() {
    Vertx adapterVertx = Vertx.vertx();
    adapters.add(adapterVertx);
    return TestServer.start(cable -> cable
        .connection(() -> new AppConnection())
        .channel(NewsChannel.class, NewsChannel::new)
        .pubSub(RedisPubSub.builder(adapterVertx)
            .url(redis.url())
            .channelPrefix("shop")
            .build()));
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable client : clients) {
      client.close();
    }
    one.close();
    two.close();
    adapters.forEach(vertx -> await(vertx.close()));
    redis.close();
  }

  private WireClient connect(TestServer node, String user, String query) {
    WireClient client = WireClient.upgrade(
        node.port(),
        "/cable" + query,
        "Origin: http://localhost:" + node.port(),
        "Sec-WebSocket-Protocol: actioncable-v1-ext-json",
        "Cookie: user=" + user);
    clients.add(client);
    return client;
  }

  private JsonNode restored(TestServer node, String user, String sid) {
    return connect(node, user, "?sid=" + sid).welcome();
  }

  /** The sid of somebody who was subscribed on the first node and lost the socket. */
  private String lostSid() {
    WireClient client = connect(one, "ann", "");
    String sid = client.welcome().path("sid").textValue();
    client.subscribe(NEWS).confirmed(NEWS).close();
    journal.find("disconnect");
    return sid;
  }

  private void awaitKept(int sessions) {
    Until.isTrue("so many sessions are kept", () -> keys().size() == sessions);
  }

  private List<String> keys() {
    return ((List<?>) redis.call("KEYS", "*"))
        .stream()
            .map(String::valueOf)
            .filter(key -> key.startsWith("shop:hawser/session:"))
            .toList();
  }

  @Test
  void areRestoredAtAnotherNodeOnce() {
    String sid = lostSid();
    awaitKept(1);
    assertThat(keys()).allSatisfy(key -> assertThat(key).doesNotContain(sid));
    assertThat(restored(two, "bob", sid).has("restored")).isFalse();
    WireClient again = connect(two, "ann", "?sid=" + sid);
    assertThat(again.welcome().path("restored_ids").path(0).textValue()).isEqualTo(NEWS);
    awaitKept(0);
    await(one.cable().broadcast("news", "Ahoy"));
    assertThat(again.message().textValue()).isEqualTo("Ahoy");
    assertThat(restored(one, "ann", sid).has("restored")).isFalse();
    assertThat(restored(two, "ann", sid).has("restored")).isFalse();
  }

  @Test
  void areRestoredAtOneOfTwoNodesThatAreAskedAtOnce() throws Exception {
    for (int round = 0; round < 10; round++) {
      String sid = lostSid();
      awaitKept(1);
      CompletableFuture<JsonNode> there =
          CompletableFuture.supplyAsync(() -> restored(two, "ann", sid));
      boolean here = restored(one, "ann", sid).has("restored");
      assertThat(there.get().has("restored")).isEqualTo(!here);
      awaitKept(0);
    }
  }

  @Test
  void expireInRedis() {
    lostSid();
    awaitKept(1);
    assertThat((long) redis.call("PTTL", keys().get(0))).isBetween(1L, 300_000L);
  }

  @Test
  void areNotRestoredWithoutRedisAndTheClientIsWelcomeNonetheless() {
    String sid = lostSid();
    awaitKept(1);
    redis.kill();
    assertThat(restored(two, "ann", sid).has("restored")).isFalse();
  }
}
