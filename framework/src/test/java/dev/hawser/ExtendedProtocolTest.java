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
  private static final String FEED = identifier("FeedChannel");
  private static final String PONG = "{\"type\":\"pong\"}";

  static final class SidChannel extends Channel<Connection> {
    @Action
    void tell() {
      transmit(connection().sid());
    }
  }

  static final class FeedChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("feed");
    }
  }

  private WireClient serveSid(String subprotocol) {
    if (server() == null) {
      serve(cable -> cable
          .channel(SidChannel.class, SidChannel::new)
          .channel(FeedChannel.class, FeedChannel::new));
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
  void rejectsTheHistoryOfAStreamThatKeepsNone() {
    WireClient client = extended().welcomed().sendText(withHistory("subscribe", FEED));
    client.confirmed(FEED).expect(history("reject", FEED));
    client.sendText(withHistory("history", FEED)).expect(history("reject", FEED));
    expectSilence(client);
  }

  @Test
  void confirmsTheHistoryOfASubscriptionThatCanMissNothing() {
    WireClient client = extended().welcomed().sendText(withHistory("subscribe", SID));
    client.confirmed(SID).expect(history("confirm", SID));
    client.sendText(withHistory("history", SID)).expect(history("confirm", SID));
    expectSilence(client);
  }

  @Test
  void keepsSilentAboutTheHistoryOfWhatIsNotSubscribed() {
    expectSilence(extended().welcomed().sendText(withHistory("history", SID)));
  }

  @Test
  void sendsNoHistoryToAClientOfTheBaseProtocol() {
    WireClient client =
        base().welcomed().sendText(withHistory("subscribe", SID)).confirmed(SID);
    expectSilence(client.sendText(withHistory("history", SID)));
  }

  private static String withHistory(String command, String identifier) {
    return "{\"command\":\"" + command + "\",\"identifier\":" + quoted(identifier)
        + ",\"history\":{\"since\":1,\"streams\":{}}}";
  }

  private static String history(String verdict, String identifier) {
    return "{\"identifier\":" + quoted(identifier) + ",\"type\":\"" + verdict + "_history\"}";
  }

  private static String quoted(String identifier) {
    return JsonNodeFactory.instance.textNode(identifier).toString();
  }
}
