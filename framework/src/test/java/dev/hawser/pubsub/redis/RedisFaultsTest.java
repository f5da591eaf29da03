// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubOverloadedException;
import dev.hawser.pubsub.PubSubUnavailableException;
import dev.hawser.support.redis.RecordingListener;
import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.TcpProxy;
import dev.hawser.support.redis.Until;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens when Redis, or the way to it, is not well. */
class RedisFaultsTest {
  private static final Buffer ONE = Buffer.buffer("1");

  private final List<RedisPubSub> adapters = new ArrayList<>();
  private final RecordingListener heard = new RecordingListener();
  private Vertx vertx;
  private RedisProcess redis;

  @BeforeEach
  void startRedis() {
    vertx = Vertx.vertx();
    redis = RedisProcess.start();
  }

  @AfterEach
  void closeAll() {
    adapters.forEach(adapter -> await(adapter.close()));
    assertThat(vertx.deploymentIDs()).isEmpty();
    await(vertx.close());
    redis.close();
  }

  private RedisPubSubBuilder builder() {
    return RedisPubSub.builder(vertx)
        .url(redis.url())
        .minReconnectDelay(Duration.ofMillis(5))
        .maxReconnectDelay(Duration.ofMillis(100))
        .connectTimeout(Duration.ofSeconds(1));
  }

  private RedisPubSub created(RedisPubSubBuilder builder) {
    RedisPubSub adapter = builder.build();
    adapters.add(adapter);
    return adapter;
  }

  private RedisPubSub started(RedisPubSubBuilder builder, PubSubAdapter.Listener listener) {
    RedisPubSub adapter = created(builder);
    await(adapter.start(listener));
    return adapter;
  }

  /** Notices soon when the proxy is frozen. */
  private RedisPubSubBuilder impatient(TcpProxy proxy) {
    return builder()
        .url("redis://127.0.0.1:" + proxy.port())
        .pingInterval(Duration.ofMillis(100))
        .pingTimeout(Duration.ofMillis(200))
        .connectTimeout(Duration.ofMillis(300));
  }

  private static void awaitConnected(RedisPubSub adapter) {
    Until.isTrue("the adapter is connected", adapter::isConnected);
  }

  @Test
  void startsOnceRedisIsThere() {
    redis.kill();
    RedisPubSub node = created(builder());
    Future<Void> started = node.start(heard);
    Future<Void> subscribed = node.subscribe("a");
    assertThat(await(node.publish("a", ONE).transform(Future::succeededFuture)).cause())
        .isInstanceOf(PubSubUnavailableException.class);
    assertThat(node.isConnected()).isFalse();
    redis.restart();
    await(started);
    await(subscribed);
    await(node.publish("a", ONE));
    assertThat(heard.next()).isEqualTo("a 1");
    assertThat(heard.losses() + heard.returns()).isZero();
  }

  @Test
  void survivesTheEndOfItsSubscriberUnderLoad() {
    RedisPubSub node = started(builder(), heard);
    RedisPubSub publisher = started(builder(), new RecordingListener());
    for (int i = 0; i < 100; i++) {
      await(node.subscribe("a:" + i));
    }
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger published = new AtomicInteger();
    Thread load = new Thread(() -> {
      while (!stop.get()) {
        int number = published.incrementAndGet();
        await(publisher.publish("a:" + number % 100, Buffer.buffer(String.valueOf(number))));
      }
    });
    load.start();
    for (int round = 1; round <= 5; round++) {
      Until.next(heard.messages(), "a message");
      assertThat(redis.killConnectionsNamed("hawser-sub")).isEqualTo(1);
      heard.awaitLosses(round);
      heard.awaitReturns(round);
      heard.messages().clear();
    }
    stop.set(true);
    Until.isTrue("the load has stopped", () -> !load.isAlive());
    assertThat(heard.losses()).isEqualTo(5);
    assertThat(heard.returns()).isEqualTo(5);
    awaitConnected(node);
    await(publisher.publish("a:7", Buffer.buffer("\"last\"")));
    Until.isTrue("the last message came", () -> heard.next().equals("a:7 \"last\""));
    assertThat(((List<?>) redis.call("PUBSUB", "CHANNELS", "a:*"))).hasSize(100);
    assertThat(node.statistics().reconnects()).isGreaterThanOrEqualTo(5);
  }

  @Test
  void countsNothingWithoutALink() {
    RedisPubSub node = started(builder(), heard);
    redis.kill();
    Until.isTrue("the adapter has noticed", () -> !node.isConnected());
    assertThat(await(node.count("rate", Duration.ofSeconds(1)).transform(Future::succeededFuture))
            .cause())
        .isInstanceOf(PubSubUnavailableException.class);
    redis.restart();
  }

  @Test
  void publishesAgainAfterTheEndOfItsPublisher() {
    RedisPubSub node = started(builder(), heard);
    await(node.subscribe("a"));
    assertThat(redis.killConnectionsNamed("hawser-pub")).isEqualTo(1);
    Until.isTrue(
        "publishing works again",
        () -> await(node.publish("a", ONE).transform(Future::succeededFuture)).succeeded());
    assertThat(heard.next()).isEqualTo("a 1");
    assertThat(heard.losses()).isZero();
    awaitConnected(node);
  }

  /** They went out together, and nobody knows which of them Redis has read. */
  @Test
  void saysOfEachMessageThatItMayBeLost() {
    try (TcpProxy proxy = new TcpProxy(redis.port())) {
      RedisPubSub node = started(impatient(proxy), heard);
      await(node.subscribe("a"));
      proxy.freeze();
      List<Future<Void>> published = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        published.add(node.publish("a", ONE));
      }
      await(Future.join(published).otherwiseEmpty());
      assertThat(published)
          .allSatisfy(lost -> assertThat(lost.cause())
              .isInstanceOf(PubSubUnavailableException.class)
              .hasMessageContaining("may be lost"));
    }
  }

  @Test
  void healsWhenTheServerComesBack() {
    RedisPubSub node = started(builder(), heard);
    for (int i = 0; i < 1_000; i++) {
      node.subscribe("a:" + i);
    }
    await(node.subscribe("last"));
    redis.kill();
    heard.awaitLosses(1);
    assertThat(node.isConnected()).isFalse();
    Future<Void> late = node.subscribe("late");
    node.unsubscribe("a:0");
    assertThat(
            await(node.publish("last", ONE).transform(Future::succeededFuture)).cause())
        .isInstanceOf(PubSubUnavailableException.class);
    assertThat(late.isComplete()).isFalse();
    redis.restart();
    heard.awaitReturns(1);
    await(late);
    awaitConnected(node);
    assertThat(((List<?>) redis.call("PUBSUB", "CHANNELS", "*"))).hasSize(1_001);
    await(node.publish("late", ONE));
    assertThat(heard.next()).isEqualTo("late 1");
    assertThat(heard.losses()).isEqualTo(1);
    assertThat(heard.returns()).isEqualTo(1);
  }

  @Test
  void noticesAFrozenLinkWithinABoundedTime() {
    try (TcpProxy proxy = new TcpProxy(redis.port())) {
      RedisPubSub node = started(impatient(proxy), heard);
      await(node.subscribe("a"));
      long frozenAt = System.nanoTime();
      proxy.freeze();
      Future<Void> underWay = node.publish("a", ONE);
      heard.awaitLosses(1);
      Duration noticed = Duration.ofNanos(System.nanoTime() - frozenAt);
      assertThat(noticed).isLessThan(Duration.ofSeconds(5));
      assertThat(node.isConnected()).isFalse();
      assertThat(await(underWay.transform(Future::succeededFuture)).cause())
          .isInstanceOf(PubSubUnavailableException.class);
      proxy.thaw();
      heard.awaitReturns(1);
      awaitConnected(node);
      heard.messages().clear();
      await(node.publish("a", Buffer.buffer("2")));
      Until.isTrue("the message came", () -> heard.next().equals("a 2"));
    }
  }

  @Test
  void retriesWithinTheDeadlineInOrder() {
    RedisPubSub node = started(builder().publishRetryTimeout(Duration.ofSeconds(20)), heard);
    await(node.subscribe("a"));
    redis.kill();
    heard.awaitLosses(1);
    List<Future<Void>> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiting.add(node.publish("a", Buffer.buffer(String.valueOf(i))));
    }
    redis.restart();
    await(Future.join(waiting).otherwiseEmpty());
    heard.awaitReturns(1);
    await(node.publish("a", Buffer.buffer("100")));
    List<Integer> received = new ArrayList<>();
    while (!received.contains(100)) {
      received.add(Integer.valueOf(heard.next().split(" ")[1]));
    }
    assertThat(received).isSorted().doesNotHaveDuplicates();
    // What was sent before the loss was noticed is lost; the rest has waited.
    long lost = waiting.stream().filter(Future::failed).count();
    assertThat(lost).isLessThan(100);
    assertThat(waiting.subList((int) lost, 100)).allMatch(Future::succeeded);
  }

  @Test
  void givesUpRetryingAtTheDeadline() {
    RedisPubSub node = started(builder().publishRetryTimeout(Duration.ofMillis(50)), heard);
    redis.kill();
    Until.isTrue("the loss is noticed", () -> !node.isConnected());
    assertThat(await(node.publish("a", ONE).transform(Future::succeededFuture)).cause())
        .isInstanceOf(PubSubUnavailableException.class);
    assertThat(node.statistics().pendingPublishes()).isZero();
    assertThat(node.statistics().pendingPublishBytes()).isZero();
  }

  @Test
  void boundsTheSubscriptionsThatWait() {
    RedisPubSub node = started(builder().maxPendingSubscriptions(5), heard);
    await(node.subscribe("a"));
    redis.kill();
    heard.awaitLosses(1);
    List<Future<Void>> waiting = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waiting.add(node.subscribe("b:" + i));
    }
    assertThat(node.subscribe("c").cause())
        .isInstanceOf(PubSubOverloadedException.class)
        .hasMessageContaining("maxPendingSubscriptions, 5");
    redis.restart();
    await(Future.all(waiting));
    await(node.subscribe("c"));
  }

  @Test
  void restartsOnlyWhatItsUserMayStillHear() {
    redis.call("ACL", "SETUSER", "app", "on", ">pw", "allchannels", "+@all");
    RedisPubSub node = started(builder().url("redis://app:pw@127.0.0.1:" + redis.port()), heard);
    await(node.subscribe("a"));
    await(node.subscribe("b"));
    redis.call("ACL", "SETUSER", "app", "resetchannels", "&a");
    redis.killConnectionsNamed("hawser-sub");
    heard.awaitLosses(1);
    Until.isTrue(
        "the permitted one is back",
        () -> redis.call("PUBSUB", "NUMSUB", "a").equals(List.of("a", 1L)));
    assertThat(node.isConnected()).isFalse();
    redis.call("ACL", "SETUSER", "app", "allchannels");
    heard.awaitReturns(1);
    awaitConnected(node);
    await(node.publish("b", ONE));
    assertThat(heard.next()).isEqualTo("b 1");
  }

  @Test
  void closesWhileItCannotConnect() {
    redis.kill();
    RedisPubSub node = created(builder());
    Future<Void> started = node.start(heard);
    Future<Void> subscribed = node.subscribe("a");
    await(node.close());
    assertThat(started.failed()).isTrue();
    assertThat(await(subscribed.transform(Future::succeededFuture)).cause())
        .isInstanceOf(PubSubUnavailableException.class);
    redis.restart();
    assertThat(redis.connectionsNamed("hawser-pub")).isZero();
    assertThat(heard.losses() + heard.returns()).isZero();
  }

  @Test
  void refusesAReplica() {
    try (RedisProcess replica = RedisProcess.start("replicaof 127.0.0.1 " + redis.port())) {
      RedisPubSub node = created(builder().url(replica.url()));
      Future<Void> started = node.start(heard);
      Until.isTrue(
          "it has tried",
          () -> String.valueOf(replica.call("INFO", "stats"))
                  .lines()
                  .filter(line -> line.startsWith("total_connections_received:"))
                  .mapToInt(line -> Integer.parseInt(line.split(":")[1].trim()))
                  .sum()
              > 5);
      assertThat(started.isComplete()).isFalse();
      replica.call("REPLICAOF", "NO", "ONE");
      await(started);
      replica.call("REPLICAOF", "127.0.0.1", redis.port());
    }
  }
}
