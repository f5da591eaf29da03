// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.BroadcastOption.except;
import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.internal.protocol.SessionId;
import dev.hawser.support.HookedPubSub;
import dev.hawser.support.LogCapture;
import dev.hawser.support.WireClient;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that are not for everybody: to all others, and whispers. */
class OthersTest extends WireTest {
  private static final String ROOM = identifier("RoomChannel");
  private static final String ROOM_2 = "{\"channel\":\"RoomChannel\",\"tab\":2}";
  private static final String STREAM = "room:room";
  private static final String QUIET = identifier("QuietChannel");

  private final HookedPubSub pubSub = new HookedPubSub();

  /** Whispers, and hears in code what is broadcast to another stream. */
  private final class RoomChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFor("room", whispers());
    }

    @Action
    void say(Map<String, String> data) {
      broadcastToOthers("room", data.get("text"));
    }

    @Action
    void handle() {
      streamFrom(STREAM, message -> journal.add("handled " + message));
    }

    @Override
    protected boolean onError(Throwable failure, String callback) {
      journal.add(callback + ": " + failure.getMessage());
      return true;
    }
  }

  /** Streams the same, and does not whisper. */
  static final class QuietChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom(STREAM);
    }
  }

  private void serveRoom() {
    serve(cable -> cable
        .pubSub(pubSub)
        .channel("RoomChannel", RoomChannel.class, RoomChannel::new)
        .channel(QuietChannel.class, QuietChannel::new)
        .maxDataBytes(64)
        .connection(() -> new Connection() {
          @Override
          protected boolean onError(Throwable failure, String callback) {
            if (!callback.equals("subscribe")) {
              journal.add(callback + ": " + failure.getMessage());
            }
            return true;
          }
        })
        .events(limitsToJournal));
  }

  private static WireClient whisper(WireClient client, String identifier, String data) {
    return client.sendText("{\"data\":" + data + ",\"command\":\"whisper\",\"identifier\":"
        + TextNode.valueOf(identifier) + "}");
  }

  private static String message(String identifier, String payload) {
    return "{\"identifier\":" + TextNode.valueOf(identifier) + ",\"message\":" + payload + "}";
  }

  private static String whispered(String identifier, String payload) {
    return "{\"whisper\":true," + message(identifier, payload).substring(1);
  }

  private WireClient inRoom() {
    return open().subscribe(ROOM).confirmed(ROOM);
  }

  @Test
  void broadcastsToEverybodyButTheConnection() {
    serveRoom();
    WireClient ann = inRoom().subscribe(ROOM_2).confirmed(ROOM_2);
    WireClient bob = inRoom().subscribe(ROOM_2).confirmed(ROOM_2);
    WireClient cem = open().subscribe(QUIET).confirmed(QUIET);
    ann.perform(ROOM, "say", Map.of("text", "1"));
    assertThat(List.of(bob.text(), bob.text()))
        .containsExactlyInAnyOrder(message(ROOM, "\"1\""), message(ROOM_2, "\"1\""));
    cem.expect(message(QUIET, "\"1\""));
    expectSilence(ann);
  }

  @Test
  void leavesOneConnectionOutWithAllItsSubscriptions() {
    serveRoom();
    WireClient ann = connect();
    String sid = ann.welcome().path("sid").textValue();
    ann.subscribe(ROOM).confirmed(ROOM).subscribe(ROOM_2).confirmed(ROOM_2);
    WireClient bob = inRoom();
    WireClient cem = open().subscribe(QUIET).confirmed(QUIET);
    await(cable().broadcast(STREAM, "for the others", except(sid)));
    bob.expect(message(ROOM, "\"for the others\""));
    cem.expect(message(QUIET, "\"for the others\""));
    expectSilence(ann);
    await(cable().broadcast(STREAM, "for all", except(null)));
    await(cable().broadcast(STREAM, "for all", except("no sid")));
    await(cable().broadcast(STREAM, "for all", except(SessionId.random().toString())));
    List<String> heard = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      bob.expect(message(ROOM, "\"for all\""));
      heard.add(ann.text());
      heard.add(ann.text());
    }
    assertThat(heard).containsOnly(message(ROOM, "\"for all\""), message(ROOM_2, "\"for all\""));
    assertThat(heard.stream().filter(message(ROOM_2, "\"for all\"")::equals)).hasSize(3);
  }

  @Test
  void leavesHandlersOfTheConnectionOut() {
    serveRoom();
    WireClient ann = connect();
    String sid = ann.welcome().path("sid").textValue();
    ann.subscribe(ROOM).confirmed(ROOM).perform(ROOM, "handle");
    WireClient bob = inRoom().perform(ROOM, "handle");
    expectSilence(ann);
    expectSilence(bob);
    await(cable().broadcast(STREAM, 1, except(sid)));
    journal.expect("handled 1");
    await(cable().broadcast(STREAM, 2));
    journal.expect("handled 2", "handled 2");
  }

  @Test
  void keepsTheOrderOfWhatIsForAllAndWhatIsNot() {
    serveRoom();
    WireClient ann = connect();
    String sid = ann.welcome().path("sid").textValue();
    ann.subscribe(ROOM).confirmed(ROOM);
    WireClient bob = inRoom();
    for (int i = 0; i < 300; i++) {
      if (i % 3 == 1) {
        cable().broadcast(STREAM, i, except(sid));
      } else {
        cable().broadcast(STREAM, i);
      }
    }
    for (int i = 0; i < 300; i++) {
      bob.expect(message(ROOM, String.valueOf(i)));
      if (i % 3 != 1) {
        ann.expect(message(ROOM, String.valueOf(i)));
      }
    }
  }

  @Test
  void publishesWhatIsForAllAsItIs() {
    serveRoom();
    inRoom();
    await(cable().broadcast(STREAM, "plain"));
    await(cable().broadcast(STREAM, "plain", except(null)));
    String sid = SessionId.random().toString();
    await(cable().broadcast(STREAM, "enveloped", except(sid)));
    assertThat(pubSub.published())
        .containsExactly(
            "\"plain\"", "\"plain\"", "~hawser{\"except\":\"" + sid + "\"}\n\"enveloped\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "~",
        "~1",
        "~hawser",
        "~hawser{}",
        "~hawser\n1",
        "~hawser[]\n1",
        "~hawser{\"except\":\n1",
        "~hawser1\n1",
        "~other{}\n1"
      })
  void skipsGarbageInPlaceOfAnEnvelope(String garbage) {
    serveRoom();
    WireClient ann = inRoom();
    try (LogCapture log = new LogCapture()) {
      for (int i = 0; i < 3; i++) {
        await(pubSub.publish(STREAM, Buffer.buffer(garbage)));
      }
      await(cable().broadcast(STREAM, "next"));
      ann.expect(message(ROOM, "\"next\""));
      assertThat(log.text().split("envelope skipped", -1)).hasSize(2);
    }
  }

  @Test
  void ignoresWhatItDoesNotKnowInAnEnvelope() {
    serveRoom();
    WireClient ann = inRoom();
    await(pubSub.publish(STREAM, Buffer.buffer("~hawser{\"except\":7,\"later\":{}}\n1")));
    ann.expect(message(ROOM, "1"));
  }

  // -- whispers

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"typing\": true}", "\"a \\\"b\\\" häuser 🚢\"", "1.50", "null", "[ ]", "false"})
  void carriesWhispersToTheOthers(String data) {
    serveRoom();
    WireClient ann = inRoom().subscribe(ROOM_2).confirmed(ROOM_2);
    WireClient bob = inRoom();
    WireClient cem = open().subscribe(QUIET).confirmed(QUIET);
    whisper(ann, ROOM, data);
    bob.expect(whispered(ROOM, data));
    expectSilence(ann);
    expectSilence(cem);
  }

  @Test
  void carriesNoWhispersWhereTheStreamDoesNotAllowIt() {
    serveRoom();
    WireClient ann = inRoom();
    WireClient cem = open().subscribe(QUIET).confirmed(QUIET);
    whisper(cem, QUIET, "1");
    whisper(cem, ROOM, "1");
    whisper(cem, "{\"channel\":\"Nobody\"}", "1");
    expectSilence(cem);
    expectSilence(ann);
    expectSilence(ann.perform(ROOM, "handle"));
    whisper(inRoom(), ROOM, "1");
    expectSilence(ann);
    assertThat(journal.rest()).isEmpty();
  }

  @Test
  void boundsWhispersLikeActions() {
    serveRoom();
    WireClient ann = inRoom();
    WireClient bob = inRoom();
    String most = "\"" + "x".repeat(62) + "\"";
    whisper(ann, ROOM, most);
    bob.expect(whispered(ROOM, most));
    whisper(ann, ROOM, most.replaceFirst("x", "xx"));
    journal.find("maxDataBytes");
    journal.find("data has more bytes than maxDataBytes allows");
    expectSilence(ann);
    expectSilence(bob);
  }
}
