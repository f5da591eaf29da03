// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.internal.protocol.SessionId;
import dev.hawser.support.WireClient;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests for history that hand nothing out, and take nothing from the subscription either. */
class HistoryRefusalTest extends HistoryFixture {
  private static final String PAIR = identifier("PairChannel");
  private static final String ONE = identifier("OneChannel");

  private static final class PairChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("one", history());
      streamFrom("two", history());
    }
  }

  private static final class OneChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("one", history());
    }
  }

  private void serveAll() {
    serve(cable -> cable
        .channel(PairChannel.class, PairChannel::new)
        .channel(OneChannel.class, OneChannel::new));
  }

  /** The places of two streams, of which the second has got further. */
  private JsonNode pair() {
    serveAll();
    WireClient client = openExtended();
    JsonNode start = places(client, PAIR);
    broadcast("two", "a", "b");
    next(client, 2);
    broadcast("one", "secret");
    return start;
  }

  private static void expectRefused(WireClient client) {
    assertThat(next(client, 2)).containsExactly("confirm_subscription lost", "reject_history");
    expectSilence(client);
  }

  @Test
  void takesNoPositionOfAnotherStreamThatTheSubscriptionFollows() {
    JsonNode start = pair();
    ObjectNode swapped = JSON.createObjectNode();
    swapped.set("one", start.path("two"));
    swapped.set("two", start.path("one"));
    WireClient client = openExtended().sendText(command("subscribe", PAIR, behind(swapped)));
    boolean sameEpoch = start.path("one").path("epoch").equals(start.path("two").path("epoch"));
    assertThat(sameEpoch).as("streams have numberings of their own").isFalse();
    expectRefused(client);
    broadcast("one", "live");
    assertThat(next(client, 1)).containsExactly("live");
  }

  @Test
  void takesNoPositionOfAStreamAtAnotherPlaceOfIt() {
    JsonNode start = pair();
    ObjectNode mixed = start.deepCopy();
    ((ObjectNode) mixed.path("one")).set("epoch", start.path("two").path("epoch"));
    expectRefused(openExtended().sendText(command("subscribe", PAIR, behind(mixed))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7",
        "[]",
        "\"all\"",
        "{\"streams\":{\"one\":{\"epoch\":\"elsewhere\",\"offset\":0}}}",
        "{\"streams\":{\"one\":{\"epoch\":\"EPOCH\",\"offset\":99}}}",
        "{\"streams\":{\"one\":{\"epoch\":\"EPOCH\",\"offset\":9007199254740993}}}",
        "{\"streams\":{\"one\":{\"epoch\":\"EPOCH\",\"offset\":9223372036854775807}}}",
        "{\"streams\":{\"one\":{\"epoch\":\"EPOCH\",\"offset\":9223372036854775808}}}",
        "{\"streams\":{\"one\":{\"epoch\":\"EPOCH\",\"offset\":-9223372036854775808}}}",
        "{\"streams\":{\"one\":{\"epoch\":\"EPOCH\",\"offset\":null}}}",
        "{\"streams\":{\"one\":{\"epoch\":\"EPOCH\",\"offset\":true}}}",
        "{\"streams\":{\"one\":{\"epoch\":\"EPOCH\",\"offset\":[0]}}}",
        "{\"streams\":{\"one\":{\"epoch\":null,\"offset\":0}}}",
        "{\"streams\":{\"one\":{\"epoch\":\"EPOCH\"}}}",
        "{\"streams\":{\"one\":null}}",
        "{\"streams\":null}",
        "{\"since\":null}",
        "{\"since\":1e16}",
        "{\"sids\":\"EPOCH\"}",
        "{\"sids\":[null]}"
      })
  void refusesACommandOfItsOwnAndGoesOn(String history) {
    serveAll();
    WireClient first = openExtended();
    JsonNode start = places(first, ONE);
    broadcast("one", "secret");
    WireClient client = openExtended();
    places(client, ONE);
    client.sendText("{\"command\":\"history\",\"identifier\":" + TextNode.valueOf(ONE)
        + ",\"history\":"
        + history.replace("EPOCH", start.path("one").path("epoch").textValue()) + "}");
    assertThat(next(client, 1)).containsExactly("reject_history");
    broadcast("one", "live");
    assertThat(next(client, 1)).containsExactly("live");
    expectSilence(client);
  }

  @Test
  void refusesMorePositionsThanThereCanBeStreams() {
    JsonNode start = pair();
    ObjectNode many = start.deepCopy();
    ObjectNode place = JSON.createObjectNode().put("epoch", "e").put("offset", 0);
    IntStream.range(0, 999).forEach(i -> many.set("o" + i, place));
    expectRefused(openExtended().sendText(command("subscribe", PAIR, behind(many))));
  }

  @Test
  void refusesMoreSidsThanASessionCanHave() {
    JsonNode start = pair();
    ObjectNode history = behind(start);
    IntStream.range(0, 17)
        .forEach(i -> history.withArray("sids").add(SessionId.random().toString()));
    expectRefused(openExtended().sendText(command("subscribe", PAIR, history)));
  }

  @Test
  void refusesAnEpochThatIsHuge() {
    ObjectNode huge = pair().deepCopy();
    ((ObjectNode) huge.path("one")).put("epoch", "x".repeat(10_000));
    expectRefused(openExtended().sendText(command("subscribe", PAIR, behind(huge))));
  }

  /** A client that names another connection as its own misses what that one said, and no more. */
  @Test
  void handsNothingMoreOutToAClientThatNamesTheConnectionOfAnother() {
    serveAll();
    WireClient ann = closing(WireClient.upgrade(
        server().port(),
        "/cable",
        "Origin: http://localhost:" + server().port(),
        "Sec-WebSocket-Protocol: actioncable-v1-ext-json"));
    String sid = ann.welcome().path("sid").textValue();
    JsonNode start = places(ann, ONE);
    await(cable().broadcast("one", "by ann", BroadcastOption.except(sid)));
    broadcast("one", "by others");
    ObjectNode history = behind(start);
    history.withArray("sids").add(sid);
    WireClient bob = openExtended().sendText(command("subscribe", ONE, history));
    assertThat(next(bob, 3))
        .containsExactly("confirm_subscription kept", "by others", "confirm_history");
    expectSilence(bob);
    assertThat(next(ann, 1)).containsExactly("by others");
    expectSilence(ann);
  }
}
