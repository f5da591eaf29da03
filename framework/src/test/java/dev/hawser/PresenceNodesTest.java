// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.BroadcastOption.except;
import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.presence.PresenceList;
import dev.hawser.pubsub.redis.RedisPubSub;
import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import dev.hawser.support.redis.NodeMain;
import dev.hawser.support.redis.NodeProcess;
import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.TcpProxy;
import dev.hawser.support.redis.Until;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Presence, whispers and messages to others on two nodes over a real Redis, which fail in turn. */
class PresenceNodesTest {
  private static final String ROOM = "{\"channel\":\"RoomChannel\"}";
  private static final Duration LEASE = Duration.ofMillis(1500);

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private RedisProcess redis;
  private Vertx vertx;

  static final class RoomChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFor("room", whispers());
      presence().show();
      String user = connection().request().header("X-User");
      if (user != null) {
        presence().join(user);
      }
    }
  }

  @BeforeEach
  void startRedis() {
    redis = closing(RedisProcess.start());
    vertx = Vertx.vertx();
    closing(() -> await(vertx.close()));
  }

  @AfterEach
  void closeAll() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  private <T extends AutoCloseable> T closing(T resource) {
    open.push(resource);
    return resource;
  }

  private TestServer node(Duration grace, String url) {
    return TestServer.start(cable -> cable
        .connection(() -> new Connection() {})
        .channel(RoomChannel.class, RoomChannel::new)
        .presenceGrace(grace)
        .presenceLease(LEASE)
        .checkOrigin(false)
        .pubSub(RedisPubSub.builder(vertx)
            .url(url)
            .minReconnectDelay(Duration.ofMillis(5))
            .maxReconnectDelay(Duration.ofMillis(100))
            .pingInterval(Duration.ofMillis(200))
            .pingTimeout(Duration.ofMillis(400))
            .connectTimeout(Duration.ofMillis(500))
            .build()));
  }

  private TestServer node(Duration grace) {
    TestServer node = closing(node(grace, redis.url()));
    Until.isTrue("the node is ready", () -> node.cable().readiness().ready());
    return node;
  }

  private WireClient client(int port, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("Sec-WebSocket-Protocol: actioncable-v1-ext-json");
    return closing(WireClient.upgrade(port, "/cable", all.toArray(String[]::new)));
  }

  private WireClient user(TestServer node, String name) {
    return client(node.port(), "X-User: " + name).welcomed().subscribe(ROOM).confirmed(ROOM);
  }

  /** A client that watches and has got the list: it receives every change from now on. */
  private WireClient watcher(TestServer node) {
    WireClient client = client(node.port()).welcomed().subscribe(ROOM).confirmed(ROOM);
    client.sendText("{\"command\":\"presence\",\"identifier\":" + TextNode.valueOf(ROOM) + "}");
    while (!client.text().contains("\"type\":\"info\"")) {
      /* what came before the list is part of it */
    }
    return client;
  }

  private static String event(String type, String id) {
    return "{\"type\":\"presence\",\"identifier\":" + TextNode.valueOf(ROOM)
        + ",\"message\":{\"type\":\"" + type + "\",\"id\":\"" + id + "\"}}";
  }

  private static PresenceList present(TestServer node) {
    return await(node.cable().presence(RoomChannel.class, "room"));
  }

  private static void awaitPresent(TestServer node, String... ids) {
    Until.isTrue("present are " + List.of(ids), () -> present(node).ids().equals(List.of(ids)));
  }

  /** Somebody new is the next who comes: nothing else has been told before. */
  private void expectNothingElse(TestServer node, WireClient... watchers) {
    WireClient fence = user(node, "fence");
    for (WireClient watcher : watchers) {
      watcher.expect(event("join", "fence"));
    }
    fence.unsubscribe(ROOM);
    for (WireClient watcher : watchers) {
      watcher.expect(event("leave", "fence"));
    }
  }

  @Test
  void isTheSameOnEveryNode() {
    TestServer one = node(Duration.ofMillis(300));
    TestServer two = node(Duration.ofMillis(300));
    WireClient here = watcher(one);
    WireClient there = watcher(two);
    WireClient ann = user(one, "ann");
    here.expect(event("join", "ann"));
    there.expect(event("join", "ann"));
    WireClient tab = user(two, "ann");
    awaitPresent(two, "ann");
    ann.unsubscribe(ROOM);
    Until.isTrue("one tab", () -> present(one).people().get(0).tabs().size() == 1);
    expectNothingElse(one, here, there);
    tab.close();
    here.expect(event("leave", "ann"));
    there.expect(event("leave", "ann"));
    assertThat(present(one).stale()).isFalse();
  }

  @Test
  void seesNobodyGoWhoComesBackOnAnotherNode() {
    TestServer one = node(Duration.ofSeconds(20));
    TestServer two = node(Duration.ofSeconds(20));
    WireClient there = watcher(two);
    WireClient ann = user(one, "ann");
    there.expect(event("join", "ann"));
    ann.close();
    user(two, "ann");
    Until.isTrue("the new tab alone", () -> present(two).people().get(0).tabs().size() == 1);
    expectNothingElse(two, there);
  }

  @Test
  void handsEverybodyOverWhenItIsStopped() {
    TestServer one = node(Duration.ofSeconds(20), redis.url());
    Until.isTrue("the node is ready", () -> one.cable().readiness().ready());
    TestServer two = node(Duration.ofSeconds(20));
    WireClient there = watcher(two);
    user(one, "ann");
    user(one, "bob");
    there.expect(event("join", "ann"));
    there.expect(event("join", "bob"));
    one.close();
    user(two, "ann");
    awaitPresent(two, "ann", "bob");
    expectNothingElse(two, there);
    TestServer three = node(Duration.ofSeconds(20));
    user(three, "bob");
    Until.isTrue(
        "each has one tab",
        () -> present(two).people().stream().allMatch(person -> person.tabs().size() == 1));
    expectNothingElse(three, there);
  }

  @Test
  void letsGoWhoWasOnANodeThatDied() throws IOException {
    try (NodeProcess one = NodeProcess.start("one", redis.url())) {
      TestServer two = node(Duration.ofHours(1));
      WireClient ann = client(one.port(), "Cookie: user=ann").welcomed();
      ann.subscribe(NodeMain.PRESENT).confirmed(NodeMain.PRESENT);
      Until.isTrue(
          "ann is present",
          () -> await(two.cable().presence(NodeMain.PRESENT_STREAM)).ids().equals(List.of("ann")));
      WireClient bob = user(two, "bob");
      bob.close();
      one.kill();
      Until.isTrue(
          "ann is gone",
          () -> await(two.cable().presence(NodeMain.PRESENT_STREAM)).ids().isEmpty());
    }
  }

  @Test
  void tellsWatchersWhoWasOnANodeThatDied() {
    try (TcpProxy proxy = new TcpProxy(redis.port())) {
      TestServer one = closing(node(Duration.ofHours(1), "redis://127.0.0.1:" + proxy.port()));
      Until.isTrue("the node is ready", () -> one.cable().readiness().ready());
      TestServer two = node(Duration.ofHours(1));
      WireClient there = watcher(two);
      WireClient here = watcher(one);
      user(one, "ann");
      there.expect(event("join", "ann"));
      here.expect(event("join", "ann"));
      proxy.freeze(); // as good as dead, for the others
      there.expect(event("leave", "ann"));
      Until.isTrue("it says that it is stale", () -> present(one).stale());
      assertThat(present(one).ids()).containsExactly("ann");
      user(two, "bob");
      there.expect(event("join", "bob"));
      proxy.thaw();
      there.expect(event("join", "ann"));
      here.expect(event("join", "bob"));
      Until.isTrue("it is up to date", () -> !present(one).stale());
      expectNothingElse(two, here, there);
    }
  }

  @Test
  void healsWithoutAnybodySeemingToGoWhenRedisLosesEverything() {
    TestServer one = node(Duration.ofSeconds(20));
    TestServer two = node(Duration.ofSeconds(20));
    WireClient here = watcher(one);
    WireClient there = watcher(two);
    user(one, "ann");
    user(two, "bob");
    for (WireClient watcher : List.of(here, there)) {
      assertThat(List.of(watcher.text(), watcher.text()))
          .containsExactlyInAnyOrder(event("join", "ann"), event("join", "bob"));
    }
    redis.kill();
    Until.isTrue("one is stale", () -> present(one).stale());
    Until.isTrue("two is stale", () -> present(two).stale());
    assertThat(present(one).ids()).containsExactly("ann", "bob");
    redis.restart();
    Until.isTrue("one is healed", () -> !present(one).stale());
    Until.isTrue("two is healed", () -> !present(two).stale());
    assertThat(present(one).ids()).containsExactly("ann", "bob");
    assertThat(present(two).ids()).containsExactly("ann", "bob");
    expectNothingElse(one, here, there);
  }

  /** Cuts the connections of both nodes off, as soon as both have one. */
  private void cut(String name) {
    Until.isTrue("both nodes have " + name, () -> redis.connectionsNamed(name) == 2);
    assertThat(redis.killConnectionsNamed(name)).isEqualTo(2);
  }

  @Test
  void missesNothingForGoodWhenItsLinksAreCut() {
    TestServer one = node(Duration.ofSeconds(20));
    TestServer two = node(Duration.ofSeconds(20));
    WireClient here = watcher(one);
    WireClient there = watcher(two);
    for (int round = 0; round < 3; round++) {
      String id = "user " + round;
      cut("hawser-sub");
      cut("hawser-script");
      WireClient user = user(one, id);
      here.expect(event("join", id));
      there.expect(event("join", id));
      cut("hawser-script");
      user.unsubscribe(ROOM);
      cut("hawser-sub");
      here.expect(event("leave", id));
      there.expect(event("leave", id));
    }
    Until.isTrue("one is healed", () -> !present(one).stale());
    Until.isTrue("two is healed", () -> !present(two).stale());
    expectNothingElse(one, here, there);
  }

  @Test
  void keepsEverybodyWhileRedisDoesNotAnswer() throws Exception {
    TestServer one = node(Duration.ofSeconds(20));
    TestServer two = node(Duration.ofSeconds(20));
    WireClient here = watcher(one);
    WireClient there = watcher(two);
    user(one, "ann");
    here.expect(event("join", "ann"));
    there.expect(event("join", "ann"));
    redis.pause();
    Until.isTrue("one is stale", () -> present(one).stale());
    long frozen = System.nanoTime();
    Until.isTrue(
        "every lease would have ended",
        () -> System.nanoTime() - frozen > LEASE.plusMillis(500).toNanos());
    assertThat(present(two).ids()).containsExactly("ann");
    redis.resume();
    Until.isTrue("one is healed", () -> !present(one).stale());
    Until.isTrue("two is healed", () -> !present(two).stale());
    assertThat(present(two).ids()).containsExactly("ann");
    expectNothingElse(one, here, there);
  }

  @Test
  void saysThatItDoesNotKnowWhereNobodyOfThisNodeIs() {
    TestServer one = node(Duration.ofSeconds(20));
    redis.kill();
    Until.isTrue("the node is not ready", () -> !one.cable().readiness().ready());
    assertThat(await(
                one.cable().presence(RoomChannel.class, "room").transform(Future::succeededFuture))
            .failed())
        .isTrue();
    redis.restart();
    Until.isTrue("the node is ready", () -> one.cable().readiness().ready());
    assertThat(present(one).people()).isEmpty();
  }

  @Test
  void carriesWhispersAndMessagesToOthersAcrossNodes() {
    TestServer one = node(Duration.ZERO);
    TestServer two = node(Duration.ZERO);
    WireClient ann = client(one.port());
    String sid = ann.welcome().path("sid").textValue();
    ann.subscribe(ROOM).confirmed(ROOM);
    WireClient bob = client(two.port()).welcomed().subscribe(ROOM).confirmed(ROOM);
    String command = "{\"command\":\"whisper\",\"identifier\":" + TextNode.valueOf(ROOM);
    ann.sendText(command + ",\"data\":{\"typing\":true}}");
    assertThat(bob.message().toString()).isEqualTo("{\"typing\":true}");
    String stream = two.cable().broadcastingFor(RoomChannel.class, "room");
    redis.call("PUBLISH", stream, "~hawser garbage");
    await(two.cable().broadcast(stream, "for others", except(sid)));
    await(two.cable().broadcast(stream, "for all"));
    assertThat(bob.message().textValue()).isEqualTo("for others");
    assertThat(bob.message().textValue()).isEqualTo("for all");
    assertThat(ann.message().textValue()).isEqualTo("for all");
    bob.sendText(command + ",\"data\":1}");
    assertThat(ann.message().intValue()).isEqualTo(1);
  }
}
