// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.pubsub.redis.RedisPubSub;
import dev.hawser.pubsub.redis.RedisPubSubBuilder;
import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.Until;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two cables that share nothing but a Redis. */
class RedisCablesTest {
  private static final String CHAT = "{\"channel\":\"ChatChannel\",\"room\":\"1\"}";
  private static final String PREFIX = "shop";

  static final class AppConnection extends Connection {
    @Override
    protected void connect() {
      identifiedBy("user", request().cookie("user").orElse("nobody"));
    }
  }

  static final class ChatChannel extends Channel<AppConnection> {
    record Params(String room) {}

    record Speak(String text) {}

    private String room = "";

    @Override
    protected void subscribed() {
      room = params(Params.class).room();
      streamFor(room);
    }

    @Action(perUserPerSecond = 5)
    void vote() {
      transmit("voted");
    }

    @Action
    void echo() {
      transmit("echo");
    }

    @Action
    void speak(Speak command) {
      broadcastTo(room, Map.of("text", command.text()));
    }
  }

  private final List<Vertx> adapters = new ArrayList<>();
  private RedisProcess redis;
  private TestServer one;
  private TestServer two;

  @BeforeEach
  void start() {
    redis = RedisProcess.start();
    one = node();
    two = node();
    Until.isTrue(
        "both nodes are ready",
        () -> one.cable().readiness().ready() && two.cable().readiness().ready());
  }

  @AfterEach
  void stop() {
    one.close();
    two.close();
    adapters.forEach(vertx -> await(vertx.close()));
    redis.close();
  }

  private TestServer node() {
    return start(cable -> {});
  }

  private TestServer start(Consumer<CableBuilder> configure) {
    Vertx adapterVertx = Vertx.vertx();
    TestServer server = TestServer.start(
        1,
        new HttpServerOptions(),
        builder -> {
          builder
              .connection(AppConnection::new)
              .channel(ChatChannel.class, ChatChannel::new)
              .pubSub(adapter(adapterVertx).build());
          configure.accept(builder);
        },
        router -> {});
    adapters.add(adapterVertx);
    return server;
  }

  private RedisPubSubBuilder adapter(Vertx vertx) {
    return RedisPubSub.builder(vertx)
        .url(redis.url())
        .channelPrefix(PREFIX)
        .minReconnectDelay(Duration.ofMillis(5))
        .maxReconnectDelay(Duration.ofMillis(100));
  }

  private static WireClient user(TestServer node, String name) {
    return node.connect("Cookie: user=" + name).welcomed().subscribe(CHAT).confirmed(CHAT);
  }

  @Test
  void chatsBetweenNodes() {
    try (WireClient ann = user(one, "ann");
        WireClient bob = user(two, "bob")) {
      ann.perform(CHAT, "speak", Map.of("text", "Ahoy"));
      assertThat(bob.message().get("text").asText()).isEqualTo("Ahoy");
      assertThat(ann.message().get("text").asText()).isEqualTo("Ahoy");
      two.cable().broadcastTo(ChatChannel.class, "1", "from the server");
      assertThat(ann.message().asText()).isEqualTo("from the server");
    }
  }

  @Test
  void disconnectsUsersOfAnotherNode() {
    try (WireClient ann = user(one, "ann");
        WireClient bob = user(two, "bob")) {
      one.cable().remoteConnections().where("user", "bob").disconnect(false);
      bob.expect("{\"type\":\"disconnect\",\"reason\":\"remote\",\"reconnect\":false}");
      assertThat(bob.closeCode()).isEqualTo(1000);
      two.cable().broadcast("chat:1", "still here");
      assertThat(ann.message().asText()).isEqualTo("still here");
    }
  }

  /** Sends many at once, and returns how many were carried out. */
  private static int vote(WireClient client) {
    for (int i = 0; i < 20; i++) {
      client.perform(CHAT, "vote");
    }
    client.perform(CHAT, "echo");
    int votes = 0;
    while (client.message().asText().equals("voted")) {
      votes++;
    }
    return votes;
  }

  @Test
  void countsTheActionsOfAUserOnAllNodes() {
    try (WireClient ann = user(one, "ann");
        WireClient annElsewhere = user(two, "ann");
        WireClient bob = user(two, "bob")) {
      long start = System.nanoTime();
      int votes = vote(ann) + vote(annElsewhere);
      long windows = 1 + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
      assertThat(votes).isBetween(5, (int) (5 * windows));
      assertThat(vote(bob)).isGreaterThanOrEqualTo(5);
    }
  }

  @Test
  void letsEachNodeCountAloneWithoutRedis() {
    try (WireClient ann = user(one, "ann")) {
      redis.kill();
      Until.isTrue("the node is not ready", () -> !one.cable().readiness().ready());
      assertThat(vote(ann)).isBetween(5, 19);
    } finally {
      redis.restart();
    }
  }

  /** Redis forgets what is published while a node is away, so the order is repeated for it. */
  @Test
  void disconnectsUsersWhoseNodesHaveJustLostTheirLinks() {
    List<WireClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 10; i++) {
        clients.add(user(i % 2 == 0 ? one : two, "user " + i));
      }
      assertThat(redis.killConnectionsNamed("hawser-sub")).isEqualTo(2);
      List<Future<Void>> orders = new ArrayList<>();
      for (int i = 0; i < clients.size(); i++) {
        RemoteConnections all = one.cable().remoteConnections();
        orders.add(all.where("user", "user " + i).disconnect(false));
      }
      await(Future.all(orders));
      for (WireClient client : clients) {
        client.expect("{\"type\":\"disconnect\",\"reason\":\"remote\",\"reconnect\":false}");
      }
    } finally {
      clients.forEach(WireClient::close);
    }
  }

  @Test
  void restartsNodesThatHadLostTheirLinks() {
    try (WireClient bob = user(two, "bob")) {
      redis.killConnectionsNamed("hawser-sub");
      await(one.cable().restartAll());
      bob.expect("{\"type\":\"disconnect\",\"reason\":\"server_restart\",\"reconnect\":true}");
    }
  }

  @Test
  void restartsAllNodes() {
    try (WireClient ann = user(one, "ann");
        WireClient bob = user(two, "bob")) {
      one.cable().restartAll();
      for (WireClient client : new WireClient[] {ann, bob}) {
        client.expect("{\"type\":\"disconnect\",\"reason\":\"server_restart\",\"reconnect\":true}");
        assertThat(client.closeCode()).isEqualTo(1000);
      }
    }
  }

  @Test
  void hearsABroadcaster() {
    Vertx vertx = Vertx.vertx();
    Broadcaster broadcaster =
        Broadcaster.create(adapter(vertx).clientName("job").build());
    try (WireClient ann = user(one, "ann");
        WireClient bob = user(two, "bob")) {
      await(broadcaster.broadcastTo(ChatChannel.class, 1, Map.of("text", "Ahoy")));
      assertThat(ann.message().get("text").asText()).isEqualTo("Ahoy");
      assertThat(bob.message().get("text").asText()).isEqualTo("Ahoy");
      await(broadcaster.broadcastTo("ChatChannel", "1", null));
      assertThat(ann.message().isNull()).isTrue();
      assertThatThrownBy(() -> broadcaster.broadcast("hawser/control", Map.of()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(redis.connectionsNamed("job-pub")).isEqualTo(1);
      assertThat(redis.connectionsNamed("job-sub")).isZero();
    } finally {
      await(broadcaster.close());
      await(vertx.close());
    }
  }

  /** The channel name and payload are those of ActionCable's Redis adapter. */
  @Test
  void hearsARailsApplication() {
    try (WireClient ann = user(one, "ann")) {
      redis.call("PUBLISH", "shop:chat:1", "{\"text\":\"from Rails\"}");
      assertThat(ann.message().get("text").asText()).isEqualTo("from Rails");
    }
  }

  @Test
  void outlivesGarbage() {
    try (WireClient ann = user(one, "ann")) {
      redis.call("PUBLISH", "shop:chat:1", "},\"identifier\":\"forged\"}");
      redis.call("PUBLISH", "shop:hawser/control", "garbage");
      redis.call("PUBLISH", "shop:hawser/control", "[]");
      redis.call("PUBLISH", "shop:hawser/control", "{\"type\":\"disconnect\"}");
      redis.call("PUBLISH", "shop:hawser/control", "{\"type\":[1]}");
      redis.call("PUBLISH", "shop:hawser/control", "{\"type\":\"unheard of\",\"more\":1}");
      redis.call("PUBLISH", "shop:chat:1", "1");
      assertThat(ann.message().asInt()).isEqualTo(1);
    }
  }

  /** What such an application calls "shop:hawser/control" is the control channel of "shop". */
  @Test
  void takesNoOrdersFromAnApplicationWithoutAPrefix() {
    Vertx vertx = Vertx.vertx();
    Broadcaster other = Broadcaster.create(adapter(vertx).channelPrefix("").build());
    try (WireClient ann = user(one, "ann")) {
      assertThatThrownBy(() -> other.broadcast("shop:hawser/control", Map.of("type", "restart")))
          .isInstanceOf(IllegalArgumentException.class);
      await(other.broadcast("shop:chat:1", "a message like any other"));
      assertThat(ann.message().asText()).isEqualTo("a message like any other");
    } finally {
      await(other.close());
      await(vertx.close());
    }
  }

  @Test
  void confirmsOnceRedisIsBack() {
    try (WireClient ann = user(one, "ann")) {
      redis.kill();
      Until.isTrue("the node is not ready", () -> !one.cable().readiness().ready());
      assertThat(one.cable().readiness().reasons())
          .containsExactly("the pub/sub adapter is not connected");
      try (WireClient late = one.connect("Cookie: user=late").welcomed()) {
        String room = CHAT.replace("\"1\"", "\"2\"");
        late.subscribe(room);
        late.subscribe(CHAT).confirmed(CHAT);
        redis.restart();
        late.confirmed(room);
        Until.isTrue("the node is ready", () -> one.cable().readiness().ready());
        await(one.cable().broadcast("chat:2", "back"));
        assertThat(late.message().asText()).isEqualTo("back");
      }
      Until.isTrue("the other is ready", () -> two.cable().readiness().ready());
      await(two.cable().broadcast("chat:1", "back"));
      assertThat(ann.message().asText()).isEqualTo("back");
    }
  }

  /** The client changes its mind while Redis is away; that must not cost it the connection. */
  @Test
  void keepsAConnectionThatUnsubscribesBeforeTheConfirmation() {
    try (WireClient ann = user(one, "ann")) {
      redis.kill();
      Until.isTrue("the node is not ready", () -> !one.cable().readiness().ready());
      String room = CHAT.replace("\"1\"", "\"2\"");
      ann.subscribe(room).unsubscribe(room);
      redis.restart();
      Until.isTrue("the node is ready", () -> one.cable().readiness().ready());
      await(one.cable().broadcast("chat:1", "still here"));
      assertThat(ann.message().asText()).isEqualTo("still here");
      Until.isTrue("no stream is left over", () -> one.cable().streamCount() == 1);
    }
  }

  @Test
  void sendsAClientAwayWhoseSubscriptionTakesTooLong() {
    try (TestServer hasty = start(cable -> cable.subscribeTimeout(Duration.ofMillis(200)))) {
      Until.isTrue("the node is ready", () -> hasty.cable().readiness().ready());
      try (WireClient ann = hasty.connect().welcomed()) {
        redis.kill();
        Until.isTrue("the node is not ready", () -> !hasty.cable().readiness().ready());
        ann.subscribe(CHAT);
        ann.expect(
            "{\"type\":\"disconnect\",\"reason\":\"pubsub_unavailable\",\"reconnect\":true}");
      } finally {
        redis.restart();
      }
    }
  }
}
