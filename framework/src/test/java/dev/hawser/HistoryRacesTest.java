// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.support.FaultyPubSub;
import dev.hawser.support.WireClient;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Clients that ask for what they missed again before they have been answered. */
class HistoryRacesTest extends HistoryFixture {
  private static final String FEED = identifier("FeedChannel");

  private final FaultyPubSub backend = new FaultyPubSub();

  /** Channels that reject from now on. */
  private final Set<String> closed = ConcurrentHashMap.newKeySet();

  private final class FeedChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      if (closed.contains("feed")) {
        reject();
      } else {
        streamFrom("feed", history());
      }
    }

    @Override
    protected Object snapshot() {
      return "snapshot";
    }
  }

  /** Where a stream is, and one broadcast later. */
  private record Places(JsonNode start, JsonNode first) {}

  /** Three broadcasts that nobody has seen but a client that is gone. */
  private Places miss() {
    serve(cable -> cable.pubSub(backend).channel(FeedChannel.class, FeedChannel::new));
    WireClient client = openExtended();
    JsonNode start = places(client, FEED);
    assertThat(next(client, 1)).containsExactly("snapshot");
    ObjectNode first = start.deepCopy();
    broadcast("feed", 1);
    ((ObjectNode) first.path("feed")).set("offset", client.json().path("offset"));
    client.close();
    broadcast("feed", 2, 3);
    return new Places(start, first);
  }

  @Test
  void answersOnlyTheLaterOfTwoSubscribesWhoseHistoriesAreReadAtTheSameTime() {
    Places places = miss();
    Promise<Void> reads = backend.slowReads();
    WireClient client = openExtended()
        .sendText(command("subscribe", FEED, behind(places.start)))
        .received();
    awaitLoops();
    assertThat(backend.reads()).isEqualTo(1);
    client
        .sendText(command("unsubscribe", FEED, null))
        .sendText(command("subscribe", FEED, behind(places.first)))
        .received();
    awaitLoops();
    assertThat(backend.reads()).isEqualTo(2);
    reads.complete();
    assertThat(next(client, 4))
        .containsExactly("confirm_subscription kept", "2", "3", "confirm_history");
    broadcast("feed", 4);
    assertThat(next(client, 1)).containsExactly("4");
    expectSilence(client);
  }

  /** What is ended before its answer has none; what is answered is answered as a whole. */
  @Test
  void answersSubscribesThatComeInOneBurstEachAsAWholeOrNotAtAll() {
    Places places = miss();
    WireClient client = openExtended();
    for (JsonNode from : List.of(places.start, places.first, places.start)) {
      client
          .sendText(command("subscribe", FEED, behind(from)))
          .sendText(command("unsubscribe", FEED, null));
    }
    client.sendText(command("subscribe", FEED, behind(places.first)));
    broadcast("feed", 4);
    assertThat(untilFence(client))
        .matches("(confirm_subscription kept (1 )?2 3 (4 confirm_history|confirm_history( 4)?) )*"
            + "confirm_subscription kept 2 3 (4 confirm_history|confirm_history 4)");
  }

  /** All that comes before the answer to a command that is sent now. */
  private static String untilFence(WireClient client) {
    client.subscribe(identifier("NoChannel"));
    List<String> got = new ArrayList<>();
    for (String one = next(client, 1).get(0); !one.startsWith("reject"); ) {
      got.add(one);
      one = next(client, 1).get(0);
    }
    return String.join(" ", got);
  }

  @Test
  void repeatsNothingWhenTwoHistoriesOfOneSubscriptionAreAskedForAtOnce() {
    Places places = miss();
    WireClient client = openExtended();
    places(client, FEED);
    assertThat(next(client, 1)).containsExactly("snapshot");
    Promise<Void> reads = backend.slowReads();
    client
        .sendText(command("history", FEED, behind(places.start)))
        .sendText(command("history", FEED, behind(places.first)))
        .received();
    awaitLoops();
    broadcast("feed", 4);
    reads.complete();
    assertThat(next(client, 4)).containsExactly("1", "2", "3", "confirm_history");
    assertThat(next(client, 2)).containsExactlyInAnyOrder("4", "confirm_history");
    client.sendText(command("history", FEED, behind(places.start)));
    assertThat(next(client, 1)).containsExactly("confirm_history");
    expectSilence(client);
  }

  /** A client that drops what it knows by its number would drop what it has not got. */
  @Test
  void rejectsTheHistoryOfARestoredSubscriptionFromBeforeWhatIsHeldBack() {
    serve(cable -> cable.pubSub(backend).channel(FeedChannel.class, FeedChannel::new));
    int port = server().port();
    String origin = "Origin: http://localhost:" + port;
    String extended = "Sec-WebSocket-Protocol: actioncable-v1-ext-json";
    WireClient client = closing(WireClient.upgrade(port, "/cable", origin, extended));
    String sid = client.welcome().path("sid").textValue();
    ObjectNode places = places(client, FEED).deepCopy();
    client.close();
    broadcast("feed", 1);
    WireClient again = closing(WireClient.upgrade(port, "/cable?sid=" + sid, origin, extended));
    assertThat(again.welcome().path("restored").booleanValue()).isTrue();
    broadcast("feed", 2);
    awaitLoops();
    ((ObjectNode) places.path("feed")).put("epoch", "elsewhere");
    again.sendText(command("history", FEED, behind(places)));
    JsonNode rejected = again.json();
    assertThat(type(rejected)).isEqualTo("reject_history");
    assertThat(next(again, 1)).containsExactly("snapshot");
    assertThat(again.json().path("offset").longValue())
        .isEqualTo(rejected.path("streams").path("feed").path("offset").longValue() + 1);
  }

  @Test
  void handsNeitherHistoryNorSnapshotToAClientThatIsRejectedNow() {
    Places places = miss();
    closed.add("feed");
    WireClient client = openExtended().sendText(command("subscribe", FEED, behind(places.start)));
    client.rejected(FEED);
    client.sendText(command("history", FEED, behind(places.start)));
    expectSilence(client);
    assertThat(backend.reads()).isZero();
  }
}
