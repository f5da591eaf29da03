// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.history.History;
import dev.hawser.support.WireClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams with history: positions, and what a client gets that was away. */
class HistoryTest extends WireTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ORDERS = identifier("OrdersChannel");
  private static final String TWO = identifier("TwoChannel");
  private static final String NOTES = identifier("NotesChannel");
  private static final String MIXED = identifier("MixedChannel");

  /** Keeps three. */
  static final class OrdersChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("orders", history(last(3), within(Duration.ofMinutes(5))), whispers());
    }
  }

  static final class TwoChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("one", history());
      streamFrom("two", history(last(1)));
    }
  }

  @History(last = 2)
  static final class NotesChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("notes");
    }
  }

  static final class MixedChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("orders", history());
      streamFrom("plain");
    }
  }

  private void serveAll() {
    serve(cable -> cable
        .channel(OrdersChannel.class, OrdersChannel::new)
        .channel(TwoChannel.class, TwoChannel::new)
        .channel(NotesChannel.class, NotesChannel::new)
        .channel(MixedChannel.class, MixedChannel::new)
        .events(limitsToJournal)
        .maxReplayBytes(10_000));
  }

  private WireClient extended() {
    if (server() == null) {
      serveAll();
    }
    return openExtended();
  }

  private void broadcast(String stream, Object message) {
    await(cable().broadcast(stream, message));
  }

  private static ObjectNode position(JsonNode message) {
    ObjectNode position = JSON.createObjectNode();
    position.set("epoch", message.get("epoch"));
    position.set("offset", message.get("offset"));
    return position;
  }

  private static String command(String command, String identifier, JsonNode history) {
    ObjectNode json = JSON.createObjectNode();
    json.put("command", command).put("identifier", identifier);
    json.set("history", history);
    return json.toString();
  }

  private static ObjectNode streams(Map<String, ? extends JsonNode> positions) {
    ObjectNode history = JSON.createObjectNode();
    history.putObject("streams").setAll(Map.copyOf(positions));
    return history;
  }

  private static String type(JsonNode message) {
    return message.path("type").asText();
  }

  /** A point in time that is later than everything before. */
  private static long nextMs() {
    long nowMs = System.currentTimeMillis();
    while (System.currentTimeMillis() == nowMs) {
      Thread.onSpinWait();
    }
    return nowMs + 1;
  }

  /** Subscribes, and returns where the stream goes on from. */
  private static JsonNode start(WireClient client, String identifier, String stream) {
    JsonNode confirmed = client.subscribe(identifier).json();
    assertThat(type(confirmed)).isEqualTo("confirm_subscription");
    assertThat(confirmed.has("continuity")).isFalse();
    return confirmed.path("streams").path(stream);
  }

  @Test
  void givesEveryBroadcastAPositionOneHigherThanTheOneBefore() {
    WireClient client = extended();
    JsonNode start = start(client, ORDERS, "orders");
    broadcast("orders", "a");
    broadcast("orders", "b");
    JsonNode first = client.json();
    JsonNode second = client.json();
    assertThat(first.path("message").textValue()).isEqualTo("a");
    assertThat(first.path("stream_id").textValue()).isEqualTo("orders");
    assertThat(first.path("epoch")).isEqualTo(start.path("epoch"));
    assertThat(first.path("offset").longValue()).isEqualTo(start.path("offset").longValue() + 1);
    assertThat(second.path("offset").longValue()).isEqualTo(first.path("offset").longValue() + 1);
  }

  @Test
  void announcesHistory() {
    serveAll();
    assertThat(connect().welcome().path("features"))
        .extracting(JsonNode::textValue)
        .contains("history");
  }

  @Test
  void sendsClientsOfTheBaseProtocolTheSameAsEver() {
    serveAll();
    WireClient client = open().subscribe(ORDERS).confirmed(ORDERS);
    broadcast("orders", "a");
    client.expect("{\"identifier\":" + TextNode.valueOf(ORDERS) + ",\"message\":\"a\"}");
    client.sendText(command("history", ORDERS, streams(Map.of())));
    expectSilence(client);
  }

  @Test
  void replaysWhatAClientMissedInOrderAndGoesOn() {
    WireClient client = extended();
    start(client, ORDERS, "orders");
    broadcast("orders", 1);
    ObjectNode seen = position(client.json());
    client.close();
    broadcast("orders", 2);
    broadcast("orders", 3);
    WireClient again =
        extended().sendText(command("subscribe", ORDERS, streams(Map.of("orders", seen))));
    JsonNode confirmed = again.json();
    assertThat(type(confirmed)).isEqualTo("confirm_subscription");
    assertThat(confirmed.path("continuity").textValue()).isEqualTo("kept");
    assertThat(confirmed.path("streams").path("orders")).isEqualTo(seen);
    assertThat(again.message().intValue()).isEqualTo(2);
    assertThat(again.message().intValue()).isEqualTo(3);
    assertThat(type(again.json())).isEqualTo("confirm_history");
    broadcast("orders", 4);
    JsonNode live = again.json();
    assertThat(live.path("message").intValue()).isEqualTo(4);
    assertThat(live.path("offset").longValue()).isEqualTo(seen.path("offset").longValue() + 3);
  }

  @Test
  void keepsAClientThatMissedNothing() {
    JsonNode start = start(extended(), ORDERS, "orders");
    WireClient again =
        extended().sendText(command("subscribe", ORDERS, streams(Map.of("orders", start))));
    assertThat(again.json().path("continuity").textValue()).isEqualTo("kept");
    assertThat(type(again.json())).isEqualTo("confirm_history");
    expectSilence(again);
  }

  @Test
  void resumesBehindABroadcastThatIsJustNotKeptAnyMoreButNotOneBefore() {
    WireClient client = extended();
    JsonNode start = start(client, ORDERS, "orders");
    broadcast("orders", 1);
    ObjectNode first = position(client.json());
    for (int i = 2; i <= 4; i++) {
      broadcast("orders", i);
    }
    WireClient kept =
        extended().sendText(command("subscribe", ORDERS, streams(Map.of("orders", first))));
    assertThat(kept.json().path("continuity").textValue()).isEqualTo("kept");
    assertThat(List.of(
            kept.message().intValue(), kept.message().intValue(), kept.message().intValue()))
        .containsExactly(2, 3, 4);
    assertThat(type(kept.json())).isEqualTo("confirm_history");
    WireClient lost =
        extended().sendText(command("subscribe", ORDERS, streams(Map.of("orders", start))));
    JsonNode confirmed = lost.json();
    assertThat(confirmed.path("continuity").textValue()).isEqualTo("lost");
    JsonNode rejected = lost.json();
    assertThat(type(rejected)).isEqualTo("reject_history");
    assertThat(rejected.path("streams").path("orders").path("offset").longValue())
        .isEqualTo(4);
    assertThat(confirmed.path("streams")).isEqualTo(rejected.path("streams"));
    expectSilence(lost);
  }

  @Test
  void replaysAllStreamsOrNone() {
    WireClient client = extended();
    JsonNode starts = client.subscribe(TWO).json().path("streams");
    client.close();
    broadcast("one", "one 1");
    broadcast("two", "two 1");
    ObjectNode both = streams(Map.of("one", starts.path("one"), "two", starts.path("two")));
    WireClient kept = extended().sendText(command("subscribe", TWO, both));
    assertThat(kept.json().path("continuity").textValue()).isEqualTo("kept");
    assertThat(kept.message().textValue()).isEqualTo("one 1");
    assertThat(kept.message().textValue()).isEqualTo("two 1");
    assertThat(type(kept.json())).isEqualTo("confirm_history");
    broadcast("two", "two 2");
    WireClient lost = extended().sendText(command("subscribe", TWO, both));
    assertThat(lost.json().path("continuity").textValue()).isEqualTo("lost");
    assertThat(type(lost.json())).isEqualTo("reject_history");
    expectSilence(lost);
  }

  @Test
  void callsASubscriptionLostOneOfWhoseStreamsKeepsNothing() {
    WireClient client = extended();
    JsonNode start = start(client, MIXED, "orders");
    client.close();
    broadcast("orders", 1);
    WireClient again =
        extended().sendText(command("subscribe", MIXED, streams(Map.of("orders", start))));
    assertThat(again.json().path("continuity").textValue()).isEqualTo("lost");
    assertThat(again.message().intValue()).isEqualTo(1);
    assertThat(type(again.json())).isEqualTo("confirm_history");
  }

  @Test
  void answersAHistoryOfItsOwnWithoutRepeatingWhatWasSentLive() {
    WireClient client = extended();
    JsonNode start = start(client, ORDERS, "orders");
    broadcast("orders", 1);
    client.message();
    WireClient late = extended();
    start(late, ORDERS, "orders");
    broadcast("orders", 2);
    assertThat(late.message().intValue()).isEqualTo(2);
    late.sendText(command("history", ORDERS, streams(Map.of("orders", start))));
    assertThat(late.message().intValue()).isEqualTo(1);
    assertThat(type(late.json())).isEqualTo("confirm_history");
    late.sendText(command("history", ORDERS, streams(Map.of("orders", start))));
    assertThat(type(late.json())).isEqualTo("confirm_history");
    broadcast("orders", 3);
    assertThat(late.message().intValue()).isEqualTo(3);
  }

  @Test
  void replaysWhatCameSinceAPointInTime() {
    start(extended(), ORDERS, "orders");
    ObjectNode since = JSON.createObjectNode().put("since", nextMs() / 1000.0);
    broadcast("orders", 1);
    WireClient kept = extended().sendText(command("subscribe", ORDERS, since));
    assertThat(type(kept.json())).isEqualTo("confirm_subscription");
    assertThat(kept.message().intValue()).isEqualTo(1);
    assertThat(type(kept.json())).isEqualTo("confirm_history");
    expectSilence(kept);
    ObjectNode early = JSON.createObjectNode().put("since", 1);
    WireClient lost = extended().sendText(command("subscribe", ORDERS, early));
    assertThat(lost.json().path("continuity").textValue()).isEqualTo("lost");
    assertThat(type(lost.json())).isEqualTo("reject_history");
    expectSilence(lost);
  }

  @Test
  void keepsTheStreamsOfAnAnnotatedChannel() {
    JsonNode start = start(extended(), NOTES, "notes");
    broadcast("notes", 1);
    broadcast("notes", 2);
    WireClient kept =
        extended().sendText(command("subscribe", NOTES, streams(Map.of("notes", start))));
    assertThat(kept.json().path("continuity").textValue()).isEqualTo("kept");
    assertThat(kept.message().intValue()).isEqualTo(1);
    broadcast("notes", 3);
    WireClient lost =
        extended().sendText(command("subscribe", NOTES, streams(Map.of("notes", start))));
    assertThat(lost.json().path("continuity").textValue()).isEqualTo("lost");
  }

  @Test
  void doesNotReplayToAClientWhatWasMeantForAllOthers() {
    serveAll();
    int port = server().port();
    WireClient client = closing(WireClient.upgrade(
        port,
        "/cable",
        "Origin: http://localhost:" + port,
        "Sec-WebSocket-Protocol: actioncable-v1-ext-json"));
    String sid = client.welcome().path("sid").textValue();
    JsonNode start = start(client, ORDERS, "orders");
    WireClient other = extended();
    start(other, ORDERS, "orders");
    await(cable().broadcast("orders", "mine", BroadcastOption.except(sid)));
    assertThat(other.message().textValue()).isEqualTo("mine");
    broadcast("orders", "theirs");
    assertThat(client.message().textValue()).isEqualTo("theirs");
    client.close();
    ObjectNode history = streams(Map.of("orders", start));
    history.putArray("sids").add(sid);
    WireClient again = extended().sendText(command("subscribe", ORDERS, history));
    assertThat(again.json().path("continuity").textValue()).isEqualTo("kept");
    assertThat(again.message().textValue()).isEqualTo("theirs");
    assertThat(type(again.json())).isEqualTo("confirm_history");
  }

  @Test
  void keepsNoWhispers() {
    JsonNode start = start(extended(), ORDERS, "orders");
    WireClient whisperer = extended();
    start(whisperer, ORDERS, "orders");
    WireClient listener = extended();
    start(listener, ORDERS, "orders");
    whisperer.sendText("{\"command\":\"whisper\",\"identifier\":" + TextNode.valueOf(ORDERS)
        + ",\"data\":\"psst\"}");
    JsonNode heard = listener.json();
    assertThat(heard.path("whisper").booleanValue()).isTrue();
    assertThat(heard.has("offset")).isFalse();
    WireClient again =
        extended().sendText(command("subscribe", ORDERS, streams(Map.of("orders", start))));
    assertThat(again.json().path("continuity").textValue()).isEqualTo("kept");
    assertThat(type(again.json())).isEqualTo("confirm_history");
    expectSilence(again);
  }

  @Test
  void refusesAReplayThatIsLargerThanTheLimitAndSaysSo() {
    JsonNode start = start(extended(), ORDERS, "orders");
    broadcast("orders", "x".repeat(6000));
    broadcast("orders", "y".repeat(6000));
    WireClient again =
        extended().sendText(command("subscribe", ORDERS, streams(Map.of("orders", start))));
    assertThat(again.json().path("continuity").textValue()).isEqualTo("lost");
    assertThat(type(again.json())).isEqualTo("reject_history");
    journal.find("maxReplayBytes");
    expectSilence(again);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7",
        "{\"streams\":{\"orders\":{\"epoch\":\"elsewhere\",\"offset\":0}}}",
        "{\"streams\":{\"orders\":{\"epoch\":\"EPOCH\",\"offset\":99}}}",
        "{\"streams\":{\"orders\":{\"epoch\":\"EPOCH.tag\",\"offset\":0}}}",
        "{\"streams\":{\"orders\":{\"epoch\":\"EPOCH\",\"offset\":-1}}}",
        "{\"streams\":{\"orders\":{\"epoch\":\"EPOCH\",\"offset\":\"0\"}}}",
        "{\"streams\":{\"orders\":{\"epoch\":\"EPOCH\",\"offset\":0.5}}}",
        "{\"streams\":{\"orders\":{\"epoch\":\"EPOCH\",\"offset\":1e400}}}",
        "{\"streams\":{\"orders\":{\"epoch\":\"EPOCH\",\"offset\":99999999999999999999999}}}",
        "{\"streams\":{\"orders\":{\"epoch\":7,\"offset\":0}}}",
        "{\"streams\":{\"orders\":{\"offset\":0}}}",
        "{\"streams\":{\"orders\":[]}}",
        "{\"streams\":[]}",
        "{\"since\":\"yesterday\"}",
        "{\"since\":-1}",
        "{\"since\":1e300}",
        "{\"sids\":[\"nobody\"],\"streams\":{\"orders\":{\"epoch\":\"EPOCH\",\"offset\":0}}}",
        "{\"sids\":{},\"streams\":{\"orders\":{\"epoch\":\"EPOCH\",\"offset\":0}}}"
      })
  void subscribesAndHandsNothingOutForARequestThatCannotBeRight(String history) {
    JsonNode start = start(extended(), ORDERS, "orders");
    broadcast("orders", "secret");
    WireClient client = extended()
        .sendText("{\"command\":\"subscribe\",\"identifier\":" + TextNode.valueOf(ORDERS)
            + ",\"history\":" + history.replace("EPOCH", start.path("epoch").textValue()) + "}");
    assertThat(client.json().path("continuity").textValue()).isEqualTo("lost");
    assertThat(type(client.json())).isEqualTo("reject_history");
    broadcast("orders", "live");
    assertThat(client.message().textValue()).isEqualTo("live");
    expectSilence(client);
  }

  @Test
  void looksAtNoStreamThatTheSubscriptionDoesNotFollow() {
    JsonNode start = start(extended(), NOTES, "notes");
    start(extended(), ORDERS, "orders");
    broadcast("notes", "secret");
    WireClient client =
        extended().sendText(command("subscribe", ORDERS, streams(Map.of("notes", start))));
    assertThat(type(client.json())).isEqualTo("confirm_subscription");
    assertThat(type(client.json())).isEqualTo("confirm_history");
    expectSilence(client);
  }

  /** The welcome brings the subscription back; what it brings waits for what was missed. */
  @Test
  void holdsARestoredSubscriptionBackUntilTheClientAsksForWhatItMissed() {
    serveAll();
    int port = server().port();
    String origin = "Origin: http://localhost:" + port;
    String extended = "Sec-WebSocket-Protocol: actioncable-v1-ext-json";
    WireClient client = closing(WireClient.upgrade(port, "/cable", origin, extended));
    String sid = client.welcome().path("sid").textValue();
    JsonNode start = start(client, ORDERS, "orders");
    client.close();
    broadcast("orders", 1);
    WireClient again = closing(WireClient.upgrade(port, "/cable?sid=" + sid, origin, extended));
    JsonNode welcome = again.welcome();
    assertThat(welcome.path("restored").booleanValue()).isTrue();
    assertThat(welcome.path("restored_ids").path(0).textValue()).isEqualTo(ORDERS);
    broadcast("orders", 2);
    expectSilence(again);
    again.sendText(command("history", ORDERS, streams(Map.of("orders", start))));
    assertThat(again.message().intValue()).isEqualTo(1);
    JsonNode next = again.json();
    if (next.has("message")) { // Read as one that was missed, or held back as one that is live.
      assertThat(next.path("message").intValue()).isEqualTo(2);
      assertThat(type(again.json())).isEqualTo("confirm_history");
    } else {
      assertThat(type(next)).isEqualTo("confirm_history");
      assertThat(again.message().intValue()).isEqualTo(2);
    }
    broadcast("orders", 3);
    assertThat(again.message().intValue()).isEqualTo(3);
    expectSilence(again);
  }
}
