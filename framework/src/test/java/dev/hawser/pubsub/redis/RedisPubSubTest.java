// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubMessage;
import dev.hawser.pubsub.PubSubOverloadedException;
import dev.hawser.pubsub.PubSubRefusedException;
import dev.hawser.pubsub.PubSubUnavailableException;
import dev.hawser.support.redis.RecordingListener;
import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.RespClient;
import dev.hawser.support.redis.Until;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisPubSubTest {
  private static RedisProcess redis;
  private static Vertx vertx;

  private final List<RedisPubSub> adapters = new ArrayList<>();

  private final RecordingListener heard = new RecordingListener();

  @BeforeAll
  static void startRedis() {
    redis = RedisProcess.start();
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

  private RedisPubSub started(RedisPubSubBuilder builder, PubSubAdapter.Listener listener) {
    RedisPubSub adapter = builder.build();
    adapters.add(adapter);
    await(adapter.start(listener));
    return adapter;
  }

  private RedisPubSub node() {
    return started(builder(), heard);
  }

  private RedisPubSub otherNode() {
    return started(builder(), new RecordingListener());
  }

  private static RedisPubSubBuilder builder() {
    return RedisPubSub.builder(vertx).url(redis.url());
  }

  private static Buffer json(String text) {
    return Buffer.buffer(text);
  }

  @Test
  void deliversWhatAnotherNodePublishes() {
    RedisPubSub node = node();
    await(node.subscribe("chat:1"));
    await(otherNode().publish("chat:1", json("{\"text\":\"Ahoy\"}")));
    assertThat(heard.next()).isEqualTo("chat:1 {\"text\":\"Ahoy\"}");
    assertThat(node.isConnected()).isTrue();
  }

  @Test
  void deliversWhatTheNodeItselfPublishes() {
    RedisPubSub node = node();
    await(node.subscribe("chat:1"));
    await(node.publish("chat:1", json("1")));
    assertThat(heard.next()).isEqualTo("chat:1 1");
  }

  @Test
  void connectsFromOptionsOfTheVertxClient() {
    RedisPubSub node = RedisPubSub.builder(vertx)
        .redisOptions(new RedisOptions().setConnectionString(redis.url() + "/3"))
        .build();
    adapters.add(node);
    await(node.start(heard));
    await(node.subscribe("a"));
    await(node.publish("a", json("true")));
    assertThat(heard.next()).isEqualTo("a true");
  }

  @Test
  void isHeardByAnyClientOfRedis() {
    RedisPubSub node = started(builder().channelPrefix("shop"), heard);
    try (RespClient rails = redis.client()) {
      rails.call("SUBSCRIBE", "shop:chat:1");
      await(node.publish("chat:1", json("{\"text\":\"Ahoy\"}")));
      assertThat(rails.read()).isEqualTo(List.of("message", "shop:chat:1", "{\"text\":\"Ahoy\"}"));
    }
  }

  @Test
  void hearsAnyClientOfRedis() {
    RedisPubSub node = started(builder().channelPrefix("shop"), heard);
    await(node.subscribe("chat:1"));
    assertThat(redis.call("PUBLISH", "shop:chat:1", "{\"text\":\"Ahoy\"}")).isEqualTo(1L);
    assertThat(heard.next()).isEqualTo("chat:1 {\"text\":\"Ahoy\"}");
  }

  @Test
  void keepsTheOrderOfAPublisher() {
    RedisPubSub node = node();
    RedisPubSub publisher = started(builder().publisherConnections(3), new RecordingListener());
    await(node.subscribe("a"));
    await(node.subscribe("b"));
    for (int i = 0; i < 5_000; i++) {
      publisher.publish(i % 2 == 0 ? "a" : "b", json(String.valueOf(i)));
    }
    List<Integer> even = new ArrayList<>();
    List<Integer> odd = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      String[] message = heard.next().split(" ");
      (message[0].equals("a") ? even : odd).add(Integer.valueOf(message[1]));
    }
    assertThat(even).isSorted().hasSize(2_500);
    assertThat(odd).isSorted().hasSize(2_500);
  }

  /** A plain message must not overtake one whose script Redis does not know any more. */
  @Test
  void keepsTheOrderWhenRedisForgetsItsScripts() {
    RedisPubSub node = node();
    RedisPubSub publisher = otherNode();
    await(node.subscribe("forgetful"));
    int published = 0;
    // Publishers ask four times a second whether a stream has history.
    for (long start = System.nanoTime(); System.nanoTime() - start < 1_500_000_000L; ) {
      redis.call("SCRIPT", "FLUSH");
      List<Future<Void>> burst = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        burst.add(publisher.publish("forgetful", json(String.valueOf(published++))));
      }
      await(Future.all(burst));
    }
    for (int i = 0; i < published; i++) {
      assertThat(heard.next()).isEqualTo("forgetful " + i);
    }
  }

  @Test
  void isolatesPrefixes() {
    RedisPubSub red = started(builder().channelPrefix("red"), heard);
    RedisPubSub blue = started(builder().channelPrefix("blue"), new RecordingListener());
    RedisPubSub bare = otherNode();
    await(red.subscribe("a"));
    await(blue.subscribe("a"));
    await(blue.publish("a", json("1")));
    await(bare.publish("a", json("2")));
    await(red.publish("a", json("3")));
    assertThat(heard.next()).isEqualTo("a 3");
  }

  @Test
  void carriesTenThousandNames() {
    RedisPubSub node = node();
    List<Future<Void>> live = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      live.add(node.subscribe("name:" + i));
    }
    await(Future.all(live));
    RedisPubSub publisher = otherNode();
    for (int i = 0; i < 10_000; i++) {
      publisher.publish("name:" + i, json(String.valueOf(i)));
    }
    Set<String> received = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      received.add(heard.next());
    }
    assertThat(received).hasSize(10_000).contains("name:9999 9999");
    assertThat(node.statistics().subscriptions()).isEqualTo(10_000);
    for (int i = 0; i < 10_000; i++) {
      node.unsubscribe("name:" + i);
    }
    Until.isTrue(
        "Redis has let go of all names",
        () -> redis
            .call("PUBSUB", "NUMSUB", "name:0", "name:9999")
            .equals(List.of("name:0", 0L, "name:9999", 0L)));
    assertThat(((List<?>) redis.call("PUBSUB", "CHANNELS", "name:*"))).isEmpty();
    assertThat(node.statistics().subscriptions()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"with space", "line\r\nbreak", "nul\0byte", "ünï→😀", "*", "a{b}c", "\"quoted\""})
  void takesNamesAsTheyAre(String name) {
    RedisPubSub node = node();
    await(node.subscribe(name));
    await(otherNode().publish(name, json("\"" + "ü→😀" + "\"")));
    PubSubMessage message = Until.next(heard.messages(), "the message");
    assertThat(message.broadcasting()).isEqualTo(name);
    assertThat(message.payload()).isEqualTo(json("\"ü→😀\""));
  }

  @Test
  void tellsVeryLongNamesApart() {
    RedisPubSub node = node();
    String stem = "é".repeat(100_000);
    await(node.subscribe(stem + "1"));
    await(node.subscribe(stem + "2"));
    RedisPubSub publisher = otherNode();
    await(publisher.publish(stem + "3", json("3")));
    await(publisher.publish(stem + "2", json("2")));
    await(publisher.publish(stem + "1", json("1")));
    assertThat(heard.next()).isEqualTo(stem + "2 2");
    assertThat(heard.next()).isEqualTo(stem + "1 1");
  }

  @Test
  void refusesNamesThatAreNoText() {
    RedisPubSub node = node();
    assertThatThrownBy(() -> await(node.subscribe("")))
        .hasRootCauseMessage("broadcasting: \"\" (expected: a name that is not empty)");
    assertThatThrownBy(() -> await(node.publish("a\uD800", json("1"))))
        .rootCause()
        .isInstanceOf(java.nio.charset.CharacterCodingException.class);
    assertThat(node.statistics().pendingSubscriptions()).isZero();
    assertThat(node.statistics().pendingPublishes()).isZero();
  }

  @Test
  void deliversNothingAfterUnsubscribe() {
    RedisPubSub node = node();
    RedisPubSub publisher = otherNode();
    for (int i = 0; i < 200; i++) {
      await(node.subscribe("a"));
      publisher.publish("a", json("1"));
      await(node.unsubscribe("a")); // What was being delivered is there then.
      heard.messages().clear();
      await(node.subscribe("b"));
      await(publisher.publish("b", json("2")));
      assertThat(heard.next()).isEqualTo("b 2");
      node.unsubscribe("b");
    }
  }

  @Test
  void endsWithTheLastWishOfABurst() {
    RedisPubSub node = node();
    for (int i = 0; i < 1_000; i++) {
      node.subscribe("a").onFailure(ended -> {});
      node.unsubscribe("a");
    }
    await(node.subscribe("a"));
    await(otherNode().publish("a", json("1")));
    assertThat(heard.next()).isEqualTo("a 1");
    assertThat(redis.call("PUBSUB", "NUMSUB", "a")).isEqualTo(List.of("a", 1L));
    node.unsubscribe("a");
    Until.isTrue(
        "Redis has let go", () -> redis.call("PUBSUB", "NUMSUB", "a").equals(List.of("a", 0L)));
  }

  @Test
  void batchesABurstOfSubscribes() {
    RedisPubSub node = node();
    await(node.subscribe("first"));
    redis.call("CONFIG", "RESETSTAT");
    List<Future<Void>> live = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      live.add(node.subscribe("burst:" + i));
    }
    await(Future.all(live));
    String statistics = String.valueOf(redis.call("INFO", "commandstats"));
    String line = statistics
        .lines()
        .filter(stat -> stat.startsWith("cmdstat_subscribe:"))
        .findFirst()
        .orElseThrow();
    int calls = Integer.parseInt(line.replaceAll(".*calls=(\\d+),.*", "$1"));
    assertThat(calls).isLessThan(500);
  }

  @Test
  void answersARepeatedSubscribeLikeTheFirst() {
    RedisPubSub node = node();
    Future<Void> first = node.subscribe("a");
    Future<Void> second = node.subscribe("a");
    await(first);
    await(second);
    await(node.unsubscribe("a"));
    await(node.unsubscribe("a"));
    assertThat(node.statistics().subscriptions()).isZero();
    assertThat(node.statistics().pendingSubscriptions()).isZero();
  }

  @Test
  void skipsWhatIsNoMessage() {
    RedisPubSub node = started(builder().maxPayloadBytes(1024), heard);
    await(node.subscribe("a"));
    try (RespClient outsider = redis.client()) {
      List<Object> garbage = List.of(
          "",
          "no JSON",
          "{\"cut\":",
          "1 2",
          "\"\n\"",
          "{}{}",
          new byte[] {'"', (byte) 0xC0, (byte) 0x80, '"'},
          new byte[] {'"', (byte) 0xFF, '"'},
          new byte[] {0, '1'});
      garbage.forEach(payload -> outsider.call("PUBLISH", "a", payload));
      outsider.call("PUBLISH", "a", "\"" + "x".repeat(1023) + "\"");
      outsider.call("PUBLISH", "a", " {\"text\": \"Ahoy\\uFFFD\uFFFD\"} ");
      assertThat(heard.next()).isEqualTo("a  {\"text\": \"Ahoy\\uFFFD\uFFFD\"} ");
      assertThat(node.statistics().skippedMalformed()).isEqualTo(garbage.size());
      assertThat(node.statistics().skippedTooLarge()).isEqualTo(1);
      assertThat(node.statistics().received()).isEqualTo(1);
    }
  }

  @Test
  void doesNotPublishWhatReceiversWouldSkip() {
    RedisPubSub node = started(builder().maxPayloadBytes(1024), heard);
    assertThatThrownBy(() -> await(node.publish("a", Buffer.buffer(new byte[1025]))))
        .hasRootCauseMessage("payload: 1025 bytes (expected: at most maxPayloadBytes, 1024)");
  }

  @Test
  void boundsWhatWaitsForRedis() {
    RedisPubSub node =
        started(builder().maxPendingPublishes(10).maxPendingPublishBytes(1024), heard);
    try (RespClient admin = redis.client()) {
      admin.call("CLIENT", "PAUSE", 60_000, "WRITE");
      List<Future<Void>> sent = new ArrayList<>();
      for (int i = 0; i < 11; i++) {
        sent.add(node.publish("a", json("1")));
      }
      assertThat(sent.get(10).cause())
          .isInstanceOf(PubSubOverloadedException.class)
          .hasMessageContaining("maxPendingPublishes, 10");
      admin.call("CLIENT", "UNPAUSE");
      for (int i = 0; i < 10; i++) {
        await(sent.get(i));
      }
      admin.call("CLIENT", "PAUSE", 60_000, "WRITE");
      Future<Void> large = node.publish("a", json("\"" + "x".repeat(1022) + "\""));
      assertThat(node.publish("a", json("1")).cause())
          .isInstanceOf(PubSubOverloadedException.class)
          .hasMessageContaining("maxPendingPublishBytes, 1024");
      admin.call("CLIENT", "UNPAUSE");
      await(large);
    }
    Until.isTrue("nothing waits", () -> node.statistics().pendingPublishBytes() == 0);
    await(node.publish("a", json("1")));
  }

  @Test
  void logsInAsAnAclUserWithFewRights() {
    redis.call(
        "ACL",
        "SETUSER",
        "app",
        "on",
        ">se:cr@et/1",
        "resetchannels",
        "&shop:*",
        "+publish",
        "+subscribe",
        "+unsubscribe");
    RedisPubSub node = started(
        RedisPubSub.builder(vertx)
            .url("redis://app:se%3Acr%40et%2F1@127.0.0.1:" + redis.port())
            .channelPrefix("shop")
            .pingInterval(Duration.ofMillis(20)),
        heard);
    await(node.subscribe("a"));
    await(node.publish("a", json("1")));
    assertThat(heard.next()).isEqualTo("a 1");
    assertThat(heard.losses()).isZero();
  }

  @Test
  void failsOnlyTheNamesThatRedisRefuses() {
    redis.call(
        "ACL",
        "SETUSER",
        "narrow",
        "on",
        ">pw",
        "resetchannels",
        "&ok:*",
        "+publish",
        "+subscribe",
        "+unsubscribe");
    RedisPubSub node = started(
        RedisPubSub.builder(vertx)
            .url("redis://narrow:pw@127.0.0.1:" + redis.port())
            .pingInterval(Duration.ofMillis(10)),
        heard);
    List<Future<Void>> good = new ArrayList<>();
    List<Future<Void>> bad = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      good.add(node.subscribe("ok:" + i));
      bad.add(node.subscribe("bad:" + i));
    }
    await(Future.join(good));
    await(Future.join(bad).otherwiseEmpty());
    assertThat(bad)
        .allSatisfy(refused -> assertThat(refused.cause())
            .isInstanceOf(PubSubRefusedException.class)
            .hasMessageContaining("NOPERM"));
    assertThat(node.publish("bad:1", json("1")).transform(Future::succeededFuture))
        .satisfies(
            result -> assertThat(await(result).cause()).isInstanceOf(PubSubRefusedException.class));
    assertThat(node.isConnected()).isTrue();
    assertThat(node.statistics().subscriptions()).isEqualTo(50);
  }

  /** They go out together, and share one answer of the client. */
  @Test
  void failsOnlyTheMessagesThatRedisRefuses() {
    redis.call("ACL", "SETUSER", "half", "on", ">pw", "resetchannels", "&ok:*", "+@all");
    RedisPubSub node =
        started(RedisPubSub.builder(vertx).url("redis://half:pw@127.0.0.1:" + redis.port()), heard);
    await(node.subscribe("ok:a"));
    List<Future<Void>> good = new ArrayList<>();
    List<Future<Void>> bad = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      good.add(node.publish("ok:a", json(String.valueOf(i))));
      bad.add(node.publish("bad:a", json("0")));
    }
    await(Future.all(good));
    await(Future.join(bad).otherwiseEmpty());
    assertThat(bad)
        .allSatisfy(refused -> assertThat(refused.cause())
            .isInstanceOf(PubSubRefusedException.class)
            .hasMessageContaining("NOPERM"));
    for (int i = 0; i < 50; i++) {
      assertThat(heard.next()).isEqualTo("ok:a " + i);
    }
  }

  @Test
  void namesItsConnections() {
    RedisPubSub node = started(builder().clientName("app-1"), heard);
    assertThat(redis.connectionsNamed("app-1-pub")).isEqualTo(1);
    assertThat(redis.connectionsNamed("app-1-sub")).isZero();
    await(node.subscribe("a"));
    assertThat(redis.connectionsNamed("app-1-sub")).isEqualTo(1);
    await(node.close());
    Until.isTrue(
        "no connection is left",
        () -> redis.connectionsNamed("app-1-pub") + redis.connectionsNamed("app-1-sub") == 0);
  }

  @Test
  void servesOneCableOnly() {
    RedisPubSub node = node();
    assertThatThrownBy(() -> await(node.start(heard)))
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void doesNothingAfterItsEnd() {
    RedisPubSub node = node();
    Future<Void> published = node.publish("a", json("1"));
    await(node.close());
    await(node.close());
    assertThat(published.succeeded()).isTrue();
    assertThat(node.publish("a", json("1")).cause()).isInstanceOf(PubSubUnavailableException.class);
    assertThat(node.subscribe("a").cause()).isInstanceOf(PubSubUnavailableException.class);
    assertThat(node.isConnected()).isFalse();
    await(node.unsubscribe("a"));
  }

  @Test
  void endsWithItsVertx() {
    Vertx own = Vertx.vertx();
    RedisPubSub node =
        RedisPubSub.builder(own).url(redis.url()).clientName("mortal").build();
    await(node.start(heard));
    await(node.subscribe("a"));
    await(own.close());
    Until.isTrue(
        "no connection is left",
        () -> redis.connectionsNamed("mortal-pub") + redis.connectionsNamed("mortal-sub") == 0);
    assertThat(node.isConnected()).isFalse();
    await(node.close());
  }

  @Test
  void countsForAllNodesUntilTheWindowHasPassed() {
    RedisPubSub one = node();
    RedisPubSub two = otherNode();
    RedisPubSub stranger = started(builder().channelPrefix("shop"), new RecordingListener());
    Duration window = Duration.ofMinutes(1);
    assertThat(await(one.count("rate", window))).isEqualTo(1);
    assertThat(await(two.count("rate", window))).isEqualTo(2);
    assertThat(await(two.count("other", window))).isEqualTo(1);
    assertThat(await(stranger.count("rate", window))).isEqualTo(1);
    assertThat((Long) redis.call("PTTL", "rate")).isBetween(1L, 60_000L);
    assertThat((Long) redis.call("PTTL", "shop:rate")).isBetween(1L, 60_000L);
    redis.call("DEL", "rate", "other", "shop:rate");
    await(one.count("short", Duration.ofMillis(1)));
    Until.isTrue("the window has passed", () -> redis.call("GET", "short") == null);
    assertThat(await(two.count("short", window))).isEqualTo(1);
    redis.call("DEL", "short");
  }

  @Test
  void failsToCountWhatIsNoNumber() {
    RedisPubSub node = node();
    redis.call("SET", "taken", "text");
    Throwable cause = await(
            node.count("taken", Duration.ofSeconds(1)).transform(Future::succeededFuture))
        .cause();
    assertThat(cause).hasMessageContaining("not an integer");
    redis.call("DEL", "taken");
  }
}
