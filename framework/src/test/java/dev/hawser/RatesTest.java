// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.support.HookedPubSub;
import dev.hawser.support.LogCapture;
import dev.hawser.support.WireClient;
import dev.hawser.support.redis.Until;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Commands that come faster than a rate are refused; those within it are carried out. */
class RatesTest extends WireTest {
  private static final String ROOM = identifier("RoomChannel");
  private static final String OTHER = "{\"channel\":\"RoomChannel\",\"other\":true}";
  private static final int FLOOD = 50;

  private final HookedPubSub pubSub = new HookedPubSub();

  private final class UserConnection extends Connection {
    @Override
    protected void connect() {
      request().cookie("user").ifPresent(user -> identifiedBy("user", user));
    }

    @Override
    protected boolean onError(Throwable failure, String callback) {
      if (failure instanceof RateLimitedException limited) {
        journal.add(callback + " " + limited.action() + ": " + limited.getMessage());
      }
      return false;
    }
  }

  static final class RoomChannel extends Channel<Connection> {
    @Action(perSecond = 1)
    void speakOut(Map<String, Object> data) {
      transmit("spoken");
    }

    @Action(perSecond = 1)
    void listen() {
      transmit("heard");
    }

    @Action(perUserPerSecond = 1)
    void vote() {
      transmit("voted");
    }

    @Action
    void free() {
      transmit("free");
    }
  }

  private void serveRooms(Consumer<CableBuilder> configure) {
    serve(cable -> {
      cable
          .connection(UserConnection::new)
          .channel(RoomChannel.class, RoomChannel::new)
          .pubSub(pubSub)
          .events(limitsToJournal);
      configure.accept(cable);
    });
  }

  private WireClient member(String... headers) {
    return open(headers).subscribe(ROOM).confirmed(ROOM);
  }

  /** Sends many at once, and returns how many were carried out. */
  private static int flood(WireClient client, String action) {
    for (int i = 0; i < FLOOD; i++) {
      client.perform(ROOM, action, Map.of());
    }
    client.perform(ROOM, "free");
    int performed = 0;
    for (JsonNode next = client.message(); !next.asText().equals("free"); next = client.message()) {
      performed++;
    }
    return performed;
  }

  /** All others were refused, and told of. */
  private void expectRefusals(int count, String option, String refusal) {
    for (int i = 0; i < count; i++) {
      journal.expect(option, refusal);
    }
    assertThat(journal.rest()).isEmpty();
  }

  @Test
  void refusesWhatIsFasterThanTheRateOfTheAction() {
    serveRooms(cable -> {});
    WireClient client = member();
    try (LogCapture log = new LogCapture()) {
      int performed = flood(client, "speak_out");
      assertThat(performed).isBetween(1, FLOOD - 1);
      expectRefusals(
          FLOOD - performed,
          "@Action(perSecond)",
          "RoomChannel#speak_out speak_out: faster than @Action(perSecond) allows, 1");
      log.line("limit reached: option=@Action(perSecond)");
      log.line("bad command: connection= callback=RoomChannel#speak_out problem=faster than");
    }
    Until.isTrue("the action is performed again", () -> {
      client.perform(ROOM, "speakOut").perform(ROOM, "free");
      boolean spoken = client.message().asText().equals("spoken");
      return spoken && client.message().asText().equals("free");
    });
  }

  @Test
  void countsEachActionOfEachSubscriptionByItself() {
    serveRooms(cable -> {});
    WireClient client = member();
    client.subscribe(OTHER).confirmed(OTHER);
    client.perform(ROOM, "speak_out").perform(ROOM, "listen").perform(OTHER, "speak_out");
    assertThat(client.message().asText()).isEqualTo("spoken");
    assertThat(client.message().asText()).isEqualTo("heard");
    assertThat(client.message().asText()).isEqualTo("spoken");
    expectSilence(member());
    assertThat(journal.rest()).isEmpty();
  }

  @Test
  void refusesWhatIsFasterThanTheRateOfTheSubscription() {
    serveRooms(cable -> cable.maxCommandsPerSecondPerSubscription(3));
    WireClient client = member();
    for (int i = 0; i < FLOOD; i++) {
      client.perform(ROOM, "free");
    }
    journal.expect(
        "maxCommandsPerSecondPerSubscription",
        "RoomChannel#message message: faster than maxCommandsPerSecondPerSubscription allows, 3");
    client.subscribe(OTHER);
    for (int i = 0; i < 3; i++) {
      assertThat(client.message().asText()).isEqualTo("free");
    }
  }

  @Test
  void refusesWhatIsFasterThanTheRateOfTheUser() {
    serveRooms(cable -> {});
    WireClient client = member("Cookie: user=ann");
    int performed = flood(client, "vote");
    assertThat(performed).isBetween(1, FLOOD - 1);
    expectRefusals(
        FLOOD - performed,
        "@Action(perUserPerSecond)",
        "RoomChannel#vote vote: faster than @Action(perUserPerSecond) allows, 1");
  }

  /** The adapter counts for all nodes, by a name that tells nothing of the user. */
  @Test
  void countsTheConnectionsOfAUserTogether() {
    serveRooms(cable -> {});
    String[] counted = new String[4];
    String[] cookies = {"user=ann", "user=ann", "user=bob", ""};
    for (int i = 0; i < counted.length; i++) {
      WireClient client = member("Cookie: " + cookies[i]);
      Until.isTrue("the adapter is asked", () -> {
        client.perform(ROOM, "vote").perform(ROOM, "free").message();
        return !pubSub.counted().rest().isEmpty();
      });
      counted[i] = pubSub.counted().next();
      pubSub.counted().clear();
      assertThat(counted[i]).matches("hawser/rate/[0-9a-f]{32}");
    }
    assertThat(counted[1]).isEqualTo(counted[0]);
    assertThat(Set.of(counted[1], counted[2], counted[3])).hasSize(3);
  }

  @Test
  void answersACallThatIsTooFast() {
    serveRooms(cable -> {});
    WireClient client = member();
    for (int i = 0; i < FLOOD; i++) {
      client.call(ROOM, "listen", Map.of(), "call " + i);
    }
    int refused = 0;
    for (int i = 0; i < FLOOD; i++) {
      JsonNode answer = client.json();
      if (!answer.has("type")) {
        answer = client.json(); // What the action transmits comes before its reply.
      }
      refused += answer.findPath("code").asText().equals("rate_limited") ? 1 : 0;
      assertThat(answer.findPath("retryable").asBoolean(true)).isTrue();
    }
    assertThat(refused).isBetween(1, FLOOD - 1);
  }
}
