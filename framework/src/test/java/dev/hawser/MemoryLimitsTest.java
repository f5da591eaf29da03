// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.Gate;
import dev.hawser.support.WireClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What one connection may make the node keep; {@link MemoryAttackTest} has the worst of many. */
class MemoryLimitsTest extends WireTest {
  private static final String KEEPER = identifier("KeeperChannel");
  private static final int LIMIT = 64 * 1024;
  private static final byte[] PART = "x".repeat(60 * 1024).getBytes(UTF_8);
  private static final int PARTS = 100;
  private static final int CONTINUATION = 0;

  private final Gate gate = new Gate();

  private final class KeeperChannel extends Channel<Connection> {
    @Action
    void stream(Map<String, String> data) {
      answer(() -> streamFrom(data.get("name")));
    }

    @Action
    void stop(Map<String, String> data) {
      answer(() -> stopStreamFrom(data.get("name")));
    }

    @Action
    void repeat() {
      answer(() -> periodically(Duration.ofHours(1), () -> {}));
    }

    private void answer(Runnable attempt) {
      try {
        attempt.run();
        transmit("done");
      } catch (IllegalStateException e) {
        transmit(e.getMessage());
      }
    }

    @Action
    void hold(Map<String, Object> data) {
      gate.pass();
      transmit(data.get("n"));
    }
  }

  private WireClient serveKeeper(Consumer<CableBuilder> limits) {
    serve(cable -> {
      cable
          .channel(KeeperChannel.class, KeeperChannel::new)
          .maxMemoryPerConnection(LIMIT)
          .events(limitsToJournal);
      limits.accept(cable);
    });
    return open();
  }

  private static String identifierOf(int number, int length) {
    return "{\"channel\":\"KeeperChannel\",\"n\":" + number + ",\"long\":\"" + "x".repeat(length)
        + "\"}";
  }

  /** Subscribes with long identifiers until one is rejected; returns how many were not. */
  private static int fill(WireClient client) {
    for (int i = 0; ; i++) {
      String identifier = identifierOf(i, 800);
      client.subscribe(identifier);
      if (client.json().get("type").asText().equals("reject_subscription")) {
        return i;
      }
    }
  }

  @Test
  void rejectsSubscriptionsThatAConnectionHasNoMemoryFor() {
    WireClient client = serveKeeper(cable -> {});
    int most = fill(client);
    assertThat(most).isBetween(5, LIMIT / 5_000);
    journal.expect("maxMemoryPerConnection");
    client.subscribe(KEEPER).confirmed(KEEPER);
  }

  @Test
  void takesAsManyAgainWhenSubscriptionsHaveEnded() {
    WireClient client = serveKeeper(cable -> {});
    int most = fill(client);
    for (int i = 0; i < most; i++) {
      client.unsubscribe(identifierOf(i, 800));
    }
    assertThat(fill(client)).isEqualTo(most);
  }

  @Test
  void refusesStreamsThatAConnectionHasNoMemoryForAndTakesThemAgainWhenOthersHaveStopped() {
    WireClient client = serveKeeper(cable -> {});
    client.subscribe(KEEPER).confirmed(KEEPER);
    int count = 0;
    while (perform(client, "stream", "stream-" + count).equals("done")) {
      count++;
    }
    assertThat(count).isBetween(LIMIT / 1500, LIMIT / 1024);
    journal.expect("maxMemoryPerConnection");
    assertThat(perform(client, "stop", "stream-0")).isEqualTo("done");
    assertThat(perform(client, "stop", "stream-0")).isEqualTo("done");
    assertThat(perform(client, "stream", "another-0")).isEqualTo("done");
    assertThat(perform(client, "stream", "another-1"))
        .isEqualTo("no memory for a stream: maxMemoryPerConnection allows no more");
  }

  private static String perform(WireClient client, String action, String name) {
    return client.perform(KEEPER, action, Map.of("name", name)).message().asText();
  }

  @Test
  void refusesTimersThatAConnectionHasNoMemoryFor() {
    WireClient client = serveKeeper(cable -> cable.maxTimersPerSubscription(10_000));
    client.subscribe(KEEPER).confirmed(KEEPER);
    int count = 0;
    while (perform(client, "repeat", "").equals("done")) {
      count++;
    }
    assertThat(count).isBetween(LIMIT / 800, LIMIT / 512);
    journal.expect("maxMemoryPerConnection");
  }

  @Test
  void readsLaterAndLosesNothingWhenWaitingCommandsTakeTheMemory() {
    WireClient client = serveKeeper(cable -> {});
    client.subscribe(KEEPER).confirmed(KEEPER);
    for (int i = 0; i < 20; i++) {
      client.perform(KEEPER, "hold", Map.of("n", i, "filling", "x".repeat(2000)));
    }
    gate.awaitArrival();
    journal.expect("maxMemoryPerConnection");
    gate.open();
    for (int i = 0; i < 20; i++) {
      assertThat(client.message().asInt()).isEqualTo(i);
    }
  }

  @Test
  void carriesOutACommandThatAloneNeedsMoreThanThereIs() {
    WireClient client = serveKeeper(cable -> {});
    client.subscribe(KEEPER).confirmed(KEEPER);
    gate.open();
    for (int i = 0; i < 3; i++) {
      client.perform(KEEPER, "hold", Map.of("n", i, "filling", "x".repeat(50_000)));
      assertThat(client.message().asInt()).isEqualTo(i);
    }
  }

  @Test
  void closesAConnectionWhoseAddressKeepsTooMuchOfUnfinishedMessages() {
    serve(cable -> cable
        .maxMemoryPercentPerAddress(1)
        .maxMessageBytes(16 * 1024 * 1024)
        .events(limitsToJournal));
    long most = Runtime.getRuntime().maxMemory() / 100;
    List<WireClient> clients = new ArrayList<>();
    for (long kept = 0; kept < most / 2; kept += 2L * PARTS * PART.length) {
      clients.add(sendParts(open()));
    }
    clients.forEach(WireClient::received);
    assertThat(sendUntilRefused(open()))
        .isEqualTo("{\"type\":\"disconnect\",\"reason\":\"overloaded\",\"reconnect\":true}");
    journal.expect("maxMemoryPercentPerAddress");
    clients.forEach(WireClient::close);
    awaitLoops();
    sendParts(open()).received();
  }

  /** Sends most of a message of 16 MiB. */
  private static WireClient sendParts(WireClient client) {
    client.sendFrame(false, WireClient.TEXT, PART);
    for (int i = 1; i < PARTS; i++) {
      client.sendFrame(false, CONTINUATION, PART);
    }
    return client;
  }

  private static String sendUntilRefused(WireClient client) {
    client.sendFrame(false, WireClient.TEXT, PART);
    while (true) {
      client.sendFrame(true, WireClient.PING, new byte[0]);
      WireClient.Frame frame = client.frame();
      if (frame.opcode() == WireClient.TEXT && !frame.text().contains("\"ping\"")) {
        return frame.text();
      }
      client.sendFrame(false, CONTINUATION, PART);
    }
  }
}
