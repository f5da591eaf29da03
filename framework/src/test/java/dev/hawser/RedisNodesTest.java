// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.pubsub.redis.RedisPubSub;
import dev.hawser.support.WireClient;
import dev.hawser.support.redis.NodeProcess;
import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.TcpProxy;
import dev.hawser.support.redis.Until;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Two operating system processes behind a proxy that deals connections out in turn. */
class RedisNodesTest {
  private static final String NEWS = "{\"channel\":\"NodeChannel\"}";
  private static final int CLIENTS = 10;

  /** A client that comes back when its socket ends, as browsers' clients do. */
  private static final class Client implements AutoCloseable {
    private final int port;
    private final BlockingQueue<String> nodes = new LinkedBlockingQueue<>();
    private final List<Integer> numbers = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "client");
    private volatile boolean stopped;
    private volatile int latest = -1;
    private volatile String node = "";
    private final AtomicInteger connects = new AtomicInteger();
    private volatile WireClient socket;

    Client(int port) {
      this.port = port;
      thread.start();
    }

    private void run() {
      while (!stopped) {
        try (WireClient fresh = WireClient.connect(port, "/cable", "Cookie: user=ann")) {
          socket = fresh;
          fresh.welcomed().subscribe(NEWS);
          serve(fresh);
        } catch (AssertionError | RuntimeException e) {
          /* the socket ended; once more */
        }
      }
    }

    private void serve(WireClient fresh) {
      while (!stopped) {
        JsonNode json = fresh.json();
        JsonNode message = json.path("message");
        if (message.has("node")) {
          node = message.get("node").asText();
        } else if ("confirm_subscription".equals(json.path("type").asText())) {
          connects.incrementAndGet();
          nodes.add(node);
        } else if (message.isInt()) {
          synchronized (numbers) {
            numbers.add(message.asInt());
          }
          latest = message.asInt();
        }
      }
    }

    List<Integer> numbers() {
      synchronized (numbers) {
        return List.copyOf(numbers);
      }
    }

    @Override
    public void close() {
      stopped = true;
      WireClient open = socket;
      if (open != null) {
        open.close();
      }
      Until.isTrue("the client has stopped", () -> !thread.isAlive());
    }
  }

  @Test
  void nobodyDoesAgainWhatAKilledNodeWasDoing() {
    String client = "client-with-22-or-more";
    try (RedisProcess redis = RedisProcess.start();
        NodeProcess one = NodeProcess.start("one", redis.url());
        NodeProcess two = NodeProcess.start("two", redis.url());
        WireClient before = WireClient.connect(one.port(), "/cable");
        WireClient after = WireClient.connect(two.port(), "/cable")) {
      String epoch = before.welcome().path("epoch").textValue();
      after.welcomed().subscribe(NEWS);
      before.subscribe(NEWS);
      assertThat(before.message().path("node").textValue()).isEqualTo("one");
      assertThat(after.message().path("node").textValue()).isEqualTo("two");
      before.confirmed(NEWS).callOnce(NEWS, "hang", "1", client, 60_000, null);
      assertThat(after.confirmed(NEWS).message().textValue()).isEqualTo("hanging");
      one.kill();
      Until.isTrue("the lease of the dead node is over", () -> {
        String now = String.valueOf(System.currentTimeMillis());
        return redis.call("ZCOUNT", "hawser/{answers}:nodes", now, "+inf").equals(1L);
      });
      after.callOnce(NEWS, "hang", "1", client, 60_000, epoch);
      assertThat(after.reply(NEWS, "1").path("error").path("code").textValue())
          .isEqualTo("unknown_outcome");
    }
  }

  @Test
  void aNodeKilledUnderLoadHarmsOnlyItsOwnClientsAndTheyMoveToTheOther() {
    Vertx vertx = Vertx.vertx();
    List<Client> clients = new ArrayList<>();
    try (RedisProcess redis = RedisProcess.start();
        NodeProcess one = NodeProcess.start("one", redis.url());
        NodeProcess two = NodeProcess.start("two", redis.url());
        TcpProxy proxy = new TcpProxy(one.port(), two.port())) {
      Broadcaster broadcaster = Broadcaster.create(RedisPubSub.create(vertx, redis.url()));
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(new Client(proxy.port()));
        Until.next(clients.get(i).nodes, "the confirmation");
      }
      List<Client> onOne =
          clients.stream().filter(client -> client.node.equals("one")).toList();
      List<Client> onTwo =
          clients.stream().filter(client -> client.node.equals("two")).toList();
      assertThat(onOne).hasSize(CLIENTS / 2);
      assertThat(onTwo).hasSize(CLIENTS / 2);

      AtomicBoolean stop = new AtomicBoolean();
      List<Integer> sent = new ArrayList<>();
      Thread load = new Thread(() -> {
        for (int i = 0; !stop.get(); i++) {
          await(broadcaster.broadcast("news", i));
          sent.add(i);
        }
      });
      load.start();
      Until.isTrue(
          "everyone hears", () -> clients.stream().allMatch(client -> client.latest > 100));
      one.kill();
      onOne.forEach(
          client -> assertThat(Until.next(client.nodes, "the new confirmation")).isEqualTo("two"));
      onOne.forEach(client -> {
        int before = client.latest;
        Until.isTrue("it hears again", () -> client.latest > before + 100);
      });
      stop.set(true);
      Until.isTrue("the load has stopped", () -> !load.isAlive());
      int last = sent.size() - 1;
      Until.isTrue(
          "everyone heard the last",
          () -> clients.stream().allMatch(client -> client.latest == last));
      assertThat(onTwo).allSatisfy(client -> {
        assertThat(client.connects).hasValue(1);
        assertThat(client.numbers()).isEqualTo(sent);
      });
      assertThat(onOne).allSatisfy(client -> {
        assertThat(client.connects).hasValue(2);
        assertThat(client.numbers()).isSorted().doesNotHaveDuplicates();
      });
      assertThat(two.isReady()).isTrue();
      await(broadcaster.close());
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    } finally {
      clients.forEach(Client::close);
      await(vertx.close());
    }
  }

  @Test
  void theOrderToDisconnectAndToRestartReachesEveryProcess() {
    try (RedisProcess redis = RedisProcess.start();
        NodeProcess one = NodeProcess.start("one", redis.url());
        NodeProcess two = NodeProcess.start("two", redis.url());
        WireClient ann =
            WireClient.connect(one.port(), "/cable", "Cookie: user=ann").welcomed();
        WireClient bob =
            WireClient.connect(two.port(), "/cable", "Cookie: user=bob").welcomed()) {
      redis.call(
          "PUBLISH",
          "hawser/control",
          "{\"type\":\"disconnect\",\"identifiers\":{\"user\":\"bob\"},\"reconnect\":false}");
      bob.expect("{\"type\":\"disconnect\",\"reason\":\"remote\",\"reconnect\":false}");
      redis.call("PUBLISH", "hawser/control", "{\"type\":\"restart\"}");
      ann.expect("{\"type\":\"disconnect\",\"reason\":\"server_restart\",\"reconnect\":true}");
      assertThat(ann.closeCode()).isEqualTo(1000);
      assertThat(bob.closeCode()).isEqualTo(1000);
    }
  }

  @Test
  void aMessageOfOneProcessReachesTheClientsOfAnother() {
    try (RedisProcess redis = RedisProcess.start();
        NodeProcess one = NodeProcess.start("one", redis.url());
        NodeProcess two = NodeProcess.start("two", redis.url());
        WireClient ann = WireClient.connect(one.port(), "/cable").welcomed();
        WireClient bob = WireClient.connect(two.port(), "/cable").welcomed()) {
      for (WireClient client : List.of(ann, bob)) {
        client.subscribe(NEWS);
        client.message();
        client.confirmed(NEWS);
      }
      ann.perform(NEWS, "speak", Map.of("text", "Ahoy"));
      assertThat(bob.message().get("text").asText()).isEqualTo("Ahoy");
      assertThat(ann.message().get("text").asText()).isEqualTo("Ahoy");
    }
  }
}
