// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hawser.support.WireClient;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What AnyCable added to the protocol; replies, whispers and presence have tests of their own. */
class ExtendedProtocolTest extends WireTest {
  private static final String SID = identifier("SidChannel");
  private static final String PONG = "{\"type\":\"pong\"}";

  static final class SidChannel extends Channel<Connection> {
    @Action
    void tell() {
      transmit(connection().sid());
    }
  }

  private WireClient serveSid(String subprotocol) {
    if (server() == null) {
      serve(cable -> cable.channel(SidChannel.class, SidChannel::new));
    }
    int port = server().port();
    return closing(WireClient.upgrade(
        port,
        "/cable",
        "Origin: http://localhost:" + port,
        "Sec-WebSocket-Protocol: " + subprotocol));
  }

  private WireClient base() {
    return serveSid("actioncable-v1-json");
  }

  private WireClient extended() {
    return serveSid("actioncable-v1-ext-json");
  }

  @Test
  void tellsEachClientTheIdOfItsConnection() {
    Set<String> sids = new HashSet<>();
    for (WireClient client : new WireClient[] {base(), extended(), extended()}) {
      JsonNode welcome = client.welcome();
      String sid = welcome.path("sid").textValue();
      assertThat(sid).matches("[A-Za-z0-9_-]{22}");
      assertThat(sids.add(sid)).isTrue();
      client.subscribe(SID).confirmed(SID).perform(SID, "tell");
      assertThat(client.message().textValue()).isEqualTo(sid);
    }
  }

  @Test
  void announcesReplies() {
    assertThat(base().welcome().path("features"))
        .extracting(JsonNode::textValue)
        .contains("call");
    assertThat(extended().welcome().path("features"))
        .extracting(JsonNode::textValue)
        .contains("call");
  }

  @Test
  void answersPingsAndTakesPongs() {
    for (WireClient client : new WireClient[] {base(), extended()}) {
      client.welcomed().sendText("{\"command\":\"ping\"}").expect(PONG);
      expectSilence(client.sendText("{\"command\":\"pong\"}"));
    }
  }

  @Test
  void rejectsTheHistoryThatComesWithASubscribe() {
    WireClient client = extended().welcomed().sendText(withHistory("subscribe"));
    client.confirmed(SID).expect(rejectedHistory());
    expectSilence(client);
  }

  @Test
  void rejectsAHistoryOfItsOwn() {
    WireClient client = extended().welcomed().subscribe(SID).confirmed(SID);
    client.sendText(withHistory("history")).expect(rejectedHistory());
    expectSilence(client);
  }

  @Test
  void keepsSilentAboutTheHistoryOfWhatIsNotSubscribed() {
    expectSilence(extended().welcomed().sendText(withHistory("history")));
  }

  @Test
  void sendsNoHistoryToAClientOfTheBaseProtocol() {
    WireClient client = base().welcomed().sendText(withHistory("subscribe")).confirmed(SID);
    expectSilence(client.sendText(withHistory("history")));
  }

  private static String withHistory(String command) {
    return "{\"command\":\"" + command + "\",\"identifier\":" + quoted()
        + ",\"history\":{\"since\":1,\"streams\":{}}}";
  }

  private static String rejectedHistory() {
    return "{\"identifier\":" + quoted() + ",\"type\":\"reject_history\"}";
  }

  private static String quoted() {
    return JsonNodeFactory.instance.textNode(SID).toString();
  }
}
