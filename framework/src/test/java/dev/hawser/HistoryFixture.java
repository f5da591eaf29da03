// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.support.WireClient;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What tests of history share: clients that know what it is, and what they say and are told. */
abstract class HistoryFixture extends WireTest {
  static final ObjectMapper JSON = new ObjectMapper();

  void broadcast(String stream, Object... messages) {
    for (Object message : messages) {
      await(cable().broadcast(stream, message));
    }
  }

  /** A command with what it says about history. */
  static String command(String command, String identifier, @Nullable JsonNode history) {
    ObjectNode json = JSON.createObjectNode();
    json.put("command", command).put("identifier", identifier);
    if (history != null) {
      json.set("history", history);
    }
    return json.toString();
  }

  /** A request for what came behind places, by stream. */
  static ObjectNode behind(JsonNode places) {
    return JSON.createObjectNode().set("streams", places);
  }

  /** Subscribes, and returns where its streams go on from. */
  static JsonNode places(WireClient client, String identifier) {
    JsonNode confirmed = client.subscribe(identifier).json();
    assertThat(type(confirmed)).isEqualTo("confirm_subscription");
    return confirmed.path("streams");
  }

  static String type(JsonNode message) {
    return message.path("type").asText();
  }

  /** What comes next, in short: messages, types of answers, and with them whether it is kept. */
  static List<String> next(WireClient client, int count) {
    List<String> next = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      JsonNode json = client.json();
      next.add(
          json.has("message")
              ? json.path("message").asText()
              : (type(json) + " " + json.path("continuity").asText()).strip());
    }
    return next;
  }
}
