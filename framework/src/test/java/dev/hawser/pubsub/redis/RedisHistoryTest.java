// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import static dev.hawser.support.TestServer.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.history.HistoryRead;
import dev.hawser.history.HistoryStore;
import dev.hawser.history.HistoryTerms;
import dev.hawser.history.StreamPosition;
import dev.hawser.pubsub.PubSubMessage;
import dev.hawser.pubsub.PubSubRefusedException;
import dev.hawser.support.LogCapture;
import dev.hawser.support.redis.RecordingListener;
import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.Until;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What can happen to histories in Redis beyond their contract. */
class RedisHistoryTest {
  private static final HistoryTerms TERMS = new HistoryTerms(1000, 600_000, 1 << 20);
  private static Vertx vertx;

  private final List<RedisPubSub> adapters = new ArrayList<>();
  private final RecordingListener heard = new RecordingListener();
  private RedisProcess redis;

  @BeforeAll
  static void startVertx() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void closeVertx() {
    await(vertx.close());
  }

  @BeforeEach
  void startRedis() {
    redis = RedisProcess.start();
  }

  @AfterEach
  void closeAll() {
    adapters.forEach(adapter -> await(adapter.close()));
    redis.close();
  }

  private RedisPubSub node() {
    return node(RedisPubSub.builder(vertx).url(redis.url()));
  }

  private RedisPubSub node(RedisPubSubBuilder builder) {
    RedisPubSub adapter = builder.maxReconnectDelay(Duration.ofMillis(100)).build();
    adapters.add(adapter);
    await(adapter.start(heard));
    await(adapter.subscribe("chat"));
    return adapter;
  }

  private static HistoryStore history(RedisPubSub node) {
    return Objects.requireNonNull(node.history());
  }

  private static StreamPosition open(RedisPubSub node) {
    return await(history(node).open("chat", TERMS));
  }

  private static HistoryRead readAfter(RedisPubSub node, StreamPosition position) {
    return await(history(node).readAfter("chat", position));
  }

  private static Buffer json(long number) {
    return Buffer.buffer(Long.toString(number));
  }

  private StreamPosition publish(RedisPubSub node, long number) {
    await(node.publish("chat", json(number)));
    PubSubMessage message = Until.next(heard.messages(), "a message");
    assertThat(message.payload()).isEqualTo(json(number));
    return message.position();
  }

  private List<StreamPosition> publish(RedisPubSub node, long from, long to) {
    return LongStream.rangeClosed(from, to).mapToObj(i -> publish(node, i)).toList();
  }

  private String keyOf(String kind) {
    List<?> keys = (List<?>) redis.call("KEYS", "hawser/history/" + kind + "{*");
    assertThat(keys).hasSize(1);
    return String.valueOf(keys.get(0));
  }

  @Test
  void goesOnWhenTheScriptsAreFlushed() {
    RedisPubSub node = node();
    StreamPosition start = open(node);
    publish(node, 1, 3);
    redis.call("SCRIPT", "FLUSH");
    List<Future<Void>> published = LongStream.rangeClosed(4, 203)
        .mapToObj(i -> node.publish("chat", json(i)))
        .toList();
    published.forEach(future -> await(future));
    for (long i = 4; i <= 203; i++) {
      assertThat(heard.next()).isEqualTo("chat " + i);
    }
    redis.call("SCRIPT", "FLUSH");
    assertThat(readAfter(node, start).entries())
        .extracting(entry -> entry.payload().toString(UTF_8))
        .isEqualTo(LongStream.rangeClosed(1, 203).mapToObj(Long::toString).toList());
  }

  @Test
  void hasAnotherEpochWhenTheDatabaseWasEmptied() {
    RedisPubSub node = node();
    open(node);
    StreamPosition before = publish(node, 1);
    redis.call("FLUSHALL");
    assertThat(publish(node, 2)).as("nothing numbers it").isNull();
    assertThat(readAfter(node, before).kept()).isFalse();
    assertThat(open(node).epoch()).isNotEqualTo(before.epoch());
    assertThat(readAfter(node, before).kept()).isFalse();
    assertThat(publish(node, 3).offset()).isEqualTo(1);
  }

  @Test
  void hasAnotherEpochWhenRedisWasRestartedEmpty() {
    RedisPubSub node = node();
    open(node);
    StreamPosition before = publish(node, 1);
    redis.kill();
    heard.awaitLosses(1);
    redis.restart();
    heard.awaitReturns(1);
    Until.isTrue("an answer", () -> !readAfter(node, before).kept());
    assertThat(open(node).epoch()).isNotEqualTo(before.epoch());
    assertThat(readAfter(node, before).kept()).isFalse();
  }

  /** An epoch alone does not notice that: the new master knows it as well. */
  @Test
  void noticesAFailoverToAReplicaThatIsBehind() {
    try (RedisProcess replica = RedisProcess.start("replicaof 127.0.0.1 " + redis.port())) {
      RedisPubSub node = node();
      StreamPosition start = open(node);
      List<StreamPosition> shared = publish(node, 1, 98);
      Until.isTrue(
          "the replica has it", () -> replica.call("HGET", keyOf("meta"), "o").equals("98"));
      replica.call("REPLICAOF", "NO", "ONE");
      List<StreamPosition> gone = publish(node, 99, 100);
      await(node.close());
      RedisPubSub promoted = node(RedisPubSub.builder(vertx).url(replica.url()));
      assertThat(readAfter(promoted, gone.get(1)).kept()).as("of the future").isFalse();
      List<StreamPosition> again = publish(promoted, 199, 200);
      assertThat(again.get(1).offset()).isEqualTo(gone.get(1).offset());
      assertThat(again.get(1).epoch()).isEqualTo(gone.get(1).epoch());
      assertThat(readAfter(promoted, gone.get(1)).kept()).isFalse();
      assertThat(readAfter(promoted, gone.get(0)).kept()).isFalse();
      assertThat(readAfter(promoted, again.get(1)).kept()).isTrue();
      assertThat(readAfter(promoted, shared.get(97)).entries()).hasSize(2);
      assertThat(readAfter(promoted, start).entries()).hasSize(100);
      publish(promoted, 201);
      assertThat(readAfter(promoted, gone.get(1)).kept()).isFalse();
    }
  }

  /** So a node that was ahead of a new master notices, though the numbers fit. */
  @Test
  void saysWithEachMessageWhichOneWasBefore() {
    RedisPubSub node = node();
    StreamPosition before = open(node);
    for (long i = 1; i <= 3; i++) {
      await(node.publish("chat", json(i)));
      PubSubMessage message = Until.next(heard.messages(), "a message");
      assertThat(message.previousTag()).isEqualTo(before.tag());
      assertThat(message.follows(before)).isTrue();
      before = message.position();
    }
  }

  @Test
  void hasAnotherEpochWhenTheCountWasEvicted() {
    RedisPubSub node = node();
    StreamPosition start = open(node);
    StreamPosition before = publish(node, 1);
    redis.call("DEL", keyOf("meta"));
    assertThat(readAfter(node, start).kept()).isFalse();
    assertThat(readAfter(node, before).kept()).isFalse();
    assertThat(publish(node, 2)).isNull();
    StreamPosition fresh = open(node);
    assertThat(fresh.epoch()).isNotEqualTo(before.epoch());
    assertThat(readAfter(node, fresh)).isEqualTo(new HistoryRead(true, List.of(), fresh));
    publish(node, 3);
    assertThat(readAfter(node, fresh).entries()).hasSize(1);
  }

  @Test
  void keepsTheCountWhenTheBroadcastsWereEvicted() {
    RedisPubSub node = node();
    StreamPosition start = open(node);
    StreamPosition before = publish(node, 1);
    redis.call("DEL", keyOf("list"));
    assertThat(readAfter(node, start).kept()).isFalse();
    assertThat(readAfter(node, before)).isEqualTo(new HistoryRead(true, List.of(), before));
    assertThat(publish(node, 2).follows(before)).isTrue();
    assertThat(readAfter(node, before).entries()).hasSize(1);
    assertThat(readAfter(node, start).kept()).isFalse();
  }

  @Test
  void takesNoHistoryUpAgainWhenPublishersMayHaveTakenItForNone() {
    RedisPubSub node = node();
    open(node);
    StreamPosition before = publish(node, 1);
    redis.call("DEL", "hawser/history/any");
    assertThat(readAfter(node, before).kept()).isFalse();
    assertThat(publish(node, 2)).isNull();
    assertThat(open(node).epoch()).isNotEqualTo(before.epoch());
    assertThat(readAfter(node, before).kept()).isFalse();
  }

  /** What was sent in good faith may be read too late. */
  @Test
  void beginsAnotherEpochWhenAPlainMessageWasReadTooLate() {
    RedisPubSub node = node();
    RedisPubSub opener = RedisPubSub.create(vertx, redis.url());
    adapters.add(opener);
    await(opener.start(new RecordingListener()));
    await(history(opener).open("elsewhere", TERMS)); // The first in a Redis waits in any case.
    assertThat(publish(node, 1)).isNull();
    redis.pause();
    Future<Void> late = node.publish("chat", json(2));
    long paused = System.nanoTime();
    Until.isTrue(
        "the marks are over", () -> System.nanoTime() - paused > TimeUnit.SECONDS.toNanos(3));
    Future<StreamPosition> opening = history(opener).open("chat", TERMS);
    redis.resume();
    StreamPosition opened = await(opening);
    await(late);
    Until.isTrue("another epoch", () -> !readAfter(opener, opened).kept());
  }

  @Test
  void setsEveryKeyAnEnd() {
    RedisPubSub node = node();
    open(node);
    publish(node, 1);
    assertThat((Long) redis.call("PTTL", keyOf("list"))).isBetween(1L, 600_000L);
    assertThat((Long) redis.call("PTTL", keyOf("meta"))).isBetween(86_000_000L, 86_400_000L);
    assertThat((Long) redis.call("PTTL", "hawser/history/any"))
        .isBetween(7 * 86_000_000L, 7 * 86_400_000L + 600_000);
    await(node.publish("other", json(1)));
    assertThat((Long) redis.call("PTTL", keyOf("plain"))).isBetween(1L, 2000L);
  }

  @Test
  void needsOneKeyWhereNothingHasHistory() {
    RedisPubSub node = node();
    publish(node, 1, 10);
    assertThat((List<?>) redis.call("KEYS", "*")).hasToString("[hawser/history/none]");
  }

  @Test
  void putsAllKeysOfAStreamIntoTheSlotOfItsChannel() {
    RedisConfig config = RedisPubSub.builder(vertx).channelPrefix("a{b").config();
    for (String name : List.of("chat", "{", "}", "{}", "a{b}c", "\u00fc{x", "}{", "{{a}}")) {
      String channel = config.names().channelOf(name);
      int slot = HashSlot.of(channel.getBytes(UTF_8));
      assertThat(config.names().besides(channel, slot, "hawser/history/meta"))
          .startsWith("a%7Bb:hawser/history/meta{")
          .endsWith("}" + name)
          .satisfies(key -> assertThat(HashSlot.of(key.getBytes(UTF_8))).isEqualTo(slot));
    }
    for (int slot = 0; slot < HashSlot.COUNT; slot++) {
      assertThat(HashSlot.of(SlotTags.of(slot).getBytes(UTF_8))).isEqualTo(slot);
    }
  }

  // -- refusals

  @Test
  void failsToPublishWhatItCannotKeep() {
    RedisPubSub node = node();
    await(node.subscribe("plain"));
    StreamPosition start = open(node);
    StreamPosition first = publish(node, 1);
    redis.call("CONFIG", "SET", "maxmemory", "1");
    assertThatThrownBy(() -> await(node.publish("chat", json(2))))
        .hasRootCauseInstanceOf(PubSubRefusedException.class)
        .hasStackTraceContaining("maxmemory");
    await(node.publish("plain", json(3)));
    assertThat(heard.next()).as("what is not kept goes on").isEqualTo("plain 3");
    redis.call("CONFIG", "SET", "maxmemory", "0");
    assertThat(publish(node, 4).follows(first)).isTrue();
    redis.call("CONFIG", "SET", "min-replicas-to-write", "1");
    assertThatThrownBy(() -> await(node.publish("chat", json(5))))
        .hasStackTraceContaining("NOREPLICAS");
    redis.call("CONFIG", "SET", "min-replicas-to-write", "0");
    assertThat(readAfter(node, start).entries()).hasSize(2);
    assertThat(heard.messages()).isEmpty();
  }

  @Test
  void publishesPlainlyForUsersWhoMayRunNoScripts() {
    redis.call(
        "ACL",
        "SETUSER",
        "old",
        "on",
        ">pw",
        "allchannels",
        "+publish",
        "+subscribe",
        "+unsubscribe");
    try (LogCapture log = new LogCapture()) {
      RedisPubSub node =
          node(RedisPubSub.builder(vertx).url(redis.url().replace("//", "//old:pw@")));
      assertThat(publish(node, 1)).isNull();
      for (long i = 2; i <= 50; i++) {
        node.publish("chat", json(i));
      }
      for (long i = 2; i <= 50; i++) {
        assertThat(heard.next()).isEqualTo("chat " + i);
      }
      assertThat(log.text().lines().filter(line -> line.contains("may not run scripts")))
          .hasSize(1);
      assertThatThrownBy(() -> open(node))
          .hasStackTraceContaining("the Redis user has not the rights that histories need: ")
          .hasStackTraceContaining("NOPERM");
    }
  }

  @Test
  void needsNoMoreRightsThanAreDocumented() {
    redis.call(
        "ACL",
        "SETUSER",
        "app",
        "on",
        ">pw",
        "resetchannels",
        "&shop:*",
        "~shop:hawser/history/*",
        "+publish",
        "+subscribe",
        "+unsubscribe",
        "+evalsha",
        "+eval",
        "+time",
        "+info",
        "+get",
        "+set",
        "+del",
        "+pttl",
        "+pexpire",
        "+exists",
        "+hmget",
        "+hget",
        "+hset",
        "+rpush",
        "+lpop",
        "+lindex",
        "+llen",
        "+lrange");
    RedisPubSub node = node(RedisPubSub.builder(vertx)
        .url(redis.url().replace("//", "//app:pw@"))
        .channelPrefix("shop"));
    assertThat(publish(node, 1)).isNull();
    StreamPosition start = await(history(node).open("chat", new HistoryTerms(2, 60_000, 1000)));
    publish(node, 2, 5);
    assertThat(readAfter(node, start).kept()).isFalse();
    assertThat(await(history(node).readSince("chat", 0)).kept()).isFalse();
    assertThat(publish(node, 6).offset()).isEqualTo(5);
  }

  @Test
  void skipsFramesThatItCannotRead() {
    RedisPubSub node = node();
    String[] malformed = {
      "~hawser@",
      "~hawser@\n1",
      "~hawser@e 1 t s1",
      "~hawser@e 0 t s\n1",
      "~hawser@e -1 t s\n1",
      "~hawser@E 1 t s\n1",
      "~hawser@e 1 t\n1",
      "~hawser@e 1 t s x\n1",
      "~hawser@e 12345678901234567 t s\n1",
      "~hawser@e 1 t s\n",
      "~hawser@e 1 t s\nno json",
      "~hawser@e 1 t s\n~hawser@e 1 t s\n1",
      "~hawser@" + "e".repeat(200) + " 1 t s\n1"
    };
    for (String each : malformed) {
      redis.call("PUBLISH", "chat", each);
    }
    redis.call("PUBLISH", "chat", "~hawser@e 7 t s\n~hawser{}\n\"last\"");
    PubSubMessage message = Until.next(heard.messages(), "the one that can be read");
    assertThat(message.position()).isEqualTo(new StreamPosition("e", 7, "t"));
    assertThat(message.payload()).isEqualTo(Buffer.buffer("~hawser{}\n\"last\""));
    assertThat(node.statistics().skippedMalformed()).isEqualTo(malformed.length);
  }
}
