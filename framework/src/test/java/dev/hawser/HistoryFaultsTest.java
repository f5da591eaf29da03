// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.history.StreamPosition;
import dev.hawser.pubsub.PubSubMessage;
import dev.hawser.support.FaultyPubSub;
import dev.hawser.support.WireClient;
import dev.hawser.support.redis.Until;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Streams with history whose backend loses, repeats and delays. */
class HistoryFaultsTest extends WireTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FEED = identifier("FeedChannel");
  private static final String BOARD = identifier("BoardChannel");

  private static final String PLAIN = identifier("PlainChannel");
  private static final String PAIR = identifier("PairChannel");

  private final FaultyPubSub backend = new FaultyPubSub();

  private static final class FeedChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("feed", history());
    }
  }

  private static final class PlainChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("feed");
    }
  }

  private static final class PairChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("feed", history());
      streamFrom("news", history());
    }
  }

  private static final class BoardChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("feed", history());
    }

    @Override
    protected Object snapshot() {
      return "state";
    }
  }

  private void serveAll() {
    serve(cable -> cable
        .pubSub(backend)
        .channel(FeedChannel.class, FeedChannel::new)
        .channel(PlainChannel.class, PlainChannel::new)
        .channel(PairChannel.class, PairChannel::new)
        .channel(BoardChannel.class, BoardChannel::new));
  }

  private void broadcast(int... numbers) {
    for (int number : numbers) {
      await(cable().broadcast("feed", number));
    }
  }

  private static String subscribe(JsonNode positions) {
    ObjectNode json = JSON.createObjectNode();
    json.put("command", "subscribe").put("identifier", FEED);
    json.putObject("history").set("streams", positions);
    return json.toString();
  }

  private static List<Integer> messages(WireClient client, int count) {
    List<Integer> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages.add(client.message().intValue());
    }
    return messages;
  }

  /** One client of each protocol, subscribed; the extended one first. */
  private List<WireClient> both() {
    WireClient extended = openExtended().subscribe(FEED);
    assertThat(extended.json().path("streams").has("feed")).isTrue();
    return List.of(extended, open().subscribe(FEED).confirmed(FEED));
  }

  @Test
  void deliversWhatTheBackendLostBeforeAnythingNewer() {
    serveAll();
    List<WireClient> clients = both();
    broadcast(1);
    backend.lose(2);
    broadcast(2, 3, 4);
    for (WireClient client : clients) {
      assertThat(messages(client, 4)).containsExactly(1, 2, 3, 4);
      expectSilence(client);
    }
  }

  @Test
  void deliversWhatWasLostLastOnceTheLinkIsBack() {
    serveAll();
    List<WireClient> clients = both();
    broadcast(1);
    backend.lose(2);
    broadcast(2, 3);
    backend.restoreLink();
    for (WireClient client : clients) {
      assertThat(messages(client, 3)).containsExactly(1, 2, 3);
      expectSilence(client);
    }
  }

  @Test
  void deliversInOrderWhatComesInDisorder() {
    serveAll();
    List<WireClient> clients = both();
    backend.holdBack();
    broadcast(1, 2, 3, 4);
    backend.deliverBackwards();
    for (WireClient client : clients) {
      assertThat(messages(client, 4)).containsExactly(1, 2, 3, 4);
      expectSilence(client);
    }
  }

  @Test
  void deliversOnceWhatComesTwice() {
    serveAll();
    WireClient client = openExtended().subscribe(FEED);
    JsonNode start = client.json().path("streams").path("feed");
    broadcast(1);
    client.message();
    JsonNode epoch = start.path("epoch");
    backend.deliver(new PubSubMessage(
        "feed",
        Buffer.buffer("1"),
        new StreamPosition(epoch.textValue(), start.path("offset").longValue() + 1, "")));
    broadcast(2);
    assertThat(messages(client, 1)).containsExactly(2);
    expectSilence(client);
  }

  @Test
  void holdsBackWhileTheHistoryCannotBeReachedAndLosesNothing() {
    serveAll();
    List<WireClient> clients = both();
    backend.unreachable(true);
    backend.lose(1);
    broadcast(1, 2);
    clients.forEach(WireTest::expectSilence);
    backend.unreachable(false);
    broadcast(3);
    for (WireClient client : clients) {
      assertThat(messages(client, 3)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void putsAMessageThatComesWhileTheHistoryIsReadBehindWhatWasMissed() {
    serveAll();
    WireClient client = openExtended().subscribe(FEED);
    JsonNode start = client.json().path("streams");
    client.close();
    WireClient witness = open().subscribe(FEED).confirmed(FEED);
    broadcast(1, 2);
    messages(witness, 2);
    Promise<Void> reads = backend.slowReads();
    WireClient again = openExtended().sendText(subscribe(start)).received();
    awaitLoops();
    broadcast(3);
    messages(witness, 1);
    reads.complete();
    assertThat(again.json().path("continuity").textValue()).isEqualTo("kept");
    assertThat(messages(again, 2)).containsExactly(1, 2);
    assertThat(again.json().path("type").textValue()).isEqualTo("confirm_history");
    assertThat(messages(again, 1)).containsExactly(3);
    broadcast(4);
    assertThat(messages(again, 1)).containsExactly(4);
    expectSilence(again);
  }

  @Test
  void readsOnceForAllThatMissedTheSame() {
    serveAll();
    WireClient client = openExtended().subscribe(FEED);
    JsonNode start = client.json().path("streams");
    client.close();
    WireClient witness = open().subscribe(FEED).confirmed(FEED);
    broadcast(1, 2);
    messages(witness, 2);
    Promise<Void> reads = backend.slowReads();
    List<WireClient> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      clients.add(openExtended().sendText(subscribe(start)).received());
    }
    awaitLoops();
    reads.complete();
    for (WireClient again : clients) {
      assertThat(again.json().path("continuity").textValue()).isEqualTo("kept");
      assertThat(messages(again, 2)).containsExactly(1, 2);
    }
    assertThat(backend.reads()).isLessThanOrEqualTo(2);
  }

  @Test
  void tellsOpenConnectionsWhatIsLostAndGivesThemASnapshot() {
    serveAll();
    WireClient feed = openExtended().subscribe(FEED);
    feed.json();
    WireClient board = openExtended().subscribe(BOARD);
    board.json();
    board.json();
    WireClient base = open().subscribe(BOARD).confirmed(BOARD);
    base.message();
    backend.beginAnew();
    broadcast(1);
    JsonNode told = feed.json();
    assertThat(told.path("type").textValue()).isEqualTo("reject_history");
    assertThat(told.path("streams").path("feed").path("epoch").textValue()).endsWith("x");
    assertThat(board.json().path("type").textValue()).isEqualTo("reject_history");
    JsonNode snapshot = board.json();
    assertThat(snapshot.path("message").textValue()).isEqualTo("state");
    assertThat(snapshot.path("reset").booleanValue()).isTrue();
    base.expect("{\"identifier\":" + TextNode.valueOf(BOARD) + ",\"message\":\"state\"}");
    broadcast(2);
    for (WireClient client : List.of(feed, board, base)) {
      assertThat(messages(client, 1)).containsExactly(2);
      expectSilence(client);
    }
  }

  @Test
  void callsNothingKeptWhenTheHistoryBeganAnew() {
    serveAll();
    WireClient client = openExtended().subscribe(FEED);
    JsonNode start = client.json().path("streams");
    client.close();
    backend.beginAnew();
    WireClient again = openExtended().sendText(subscribe(start));
    assertThat(again.json().path("continuity").textValue()).isEqualTo("lost");
    assertThat(again.json().path("type").textValue()).isEqualTo("reject_history");
  }

  @Test
  void callsNothingKeptThatCannotBeRead() {
    serveAll();
    WireClient witness = open().subscribe(FEED).confirmed(FEED);
    WireClient client = openExtended().subscribe(FEED);
    JsonNode start = client.json().path("streams");
    client.close();
    broadcast(1);
    messages(witness, 1);
    Promise<Void> reads = backend.slowReads();
    WireClient again = openExtended().sendText(subscribe(start)).received();
    awaitLoops();
    reads.fail("unreachable by the test's will");
    assertThat(again.json().path("continuity").textValue()).isEqualTo("lost");
    assertThat(again.json().path("type").textValue()).isEqualTo("reject_history");
    broadcast(2);
    assertThat(messages(again, 1)).containsExactly(2);
  }

  @Test
  void waitsForWhatTheClientHasSeenOnANodeThatWasFaster() {
    serveAll();
    WireClient witness = open().subscribe(FEED).confirmed(FEED);
    WireClient client = openExtended().subscribe(FEED);
    JsonNode start = client.json().path("streams");
    backend.holdBack();
    broadcast(1, 2);
    ObjectNode ahead = start.deepCopy();
    ((ObjectNode) ahead.path("feed"))
        .put("offset", start.path("feed").path("offset").asLong() + 2);
    WireClient again = openExtended().sendText(subscribe(ahead));
    assertThat(again.json().path("continuity").textValue()).isEqualTo("kept");
    assertThat(again.json().path("type").textValue()).isEqualTo("confirm_history");
    backend.deliverBackwards();
    broadcast(3);
    assertThat(messages(again, 1)).containsExactly(3);
    assertThat(messages(witness, 3)).containsExactly(1, 2, 3);
    expectSilence(again);
  }

  @Test
  void deliversOnceWhatComesBeforeTheHistorySaysWhereTheStreamIs() {
    serveAll();
    Promise<Void> answers = backend.slowOpenings();
    WireClient extended = openExtended().subscribe(FEED);
    WireClient base = open().subscribe(FEED);
    Until.isTrue("the stream is opened", () -> backend.openings() > 0);
    broadcast(1, 2);
    answers.complete();
    long start = extended.json().path("streams").path("feed").path("offset").longValue();
    base.confirmed(FEED);
    broadcast(3);
    for (long offset = start + 1; offset <= 3; offset++) {
      JsonNode next = extended.json();
      assertThat(next.path("offset").longValue()).isEqualTo(offset);
      assertThat(next.path("message").longValue()).isEqualTo(offset);
    }
    for (long number = start + 1; number <= 3; number++) {
      assertThat(base.message().longValue()).isEqualTo(number);
    }
    expectSilence(extended);
    expectSilence(base);
  }

  /** Clients of both protocols, some of them on each loop. */
  private List<WireClient> many() {
    List<WireClient> clients = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      clients.add((i % 2 == 0 ? openExtended() : open()).subscribe(BOARD).received());
    }
    awaitLoops(); // Who comes later would open the stream once more.
    return clients;
  }

  @Test
  void beginsWhereItsOwnStreamWasOpenedThoughAnEarlierOpeningIsAnsweredLate() {
    serveAll();
    Promise<Void> first = backend.slowOpenings();
    List<WireClient> gone = many();
    Until.isTrue("the stream is opened", () -> backend.openings() == 1);
    backend.holdBack();
    broadcast(1);
    gone.forEach(WireClient::close);
    Until.isTrue("nobody streams", () -> cable().streamCount() == 0);
    Promise<Void> second = backend.slowOpenings();
    List<WireClient> clients = many();
    Until.isTrue("the stream is opened again", () -> backend.openings() == 2);
    awaitLoops();
    first.complete();
    awaitLoops();
    second.complete();
    for (WireClient client : clients) {
      assertThat(client.json().path("type").textValue()).isEqualTo("confirm_subscription");
      assertThat(client.json().path("message").textValue()).isEqualTo("state");
    }
    backend.deliverBackwards();
    broadcast(2);
    for (WireClient client : clients) {
      assertThat(messages(client, 1)).containsExactly(2);
      expectSilence(client);
    }
  }

  @Test
  void sendsNothingAgainThatIsOnItsWayToTheClientThatAsksForIt() {
    serveAll();
    WireClient client = openExtended().subscribe(FEED);
    ObjectNode read = client.json().path("streams").deepCopy();
    broadcast(1, 2, 3);
    awaitLoops();
    ObjectNode place = (ObjectNode) read.path("feed");
    place.put("offset", place.path("offset").longValue() + 1);
    ObjectNode request = JSON.createObjectNode();
    request.put("command", "history").put("identifier", FEED);
    request.putObject("history").set("streams", read);
    client.sendText(request.toString());
    assertThat(messages(client, 3)).containsExactly(1, 2, 3);
    assertThat(client.json().path("type").textValue()).isEqualTo("confirm_history");
    broadcast(4);
    assertThat(messages(client, 1)).containsExactly(4);
    expectSilence(client);
  }

  @Test
  void opensAStreamAgainWhoseHistoryCouldNotBeReached() {
    serveAll();
    open().subscribe(PLAIN).confirmed(PLAIN);
    backend.unreachable(true);
    assertThat(openExtended().subscribe(FEED).json().path("type").textValue())
        .isEqualTo("disconnect");
    backend.unreachable(false);
    WireClient again = openExtended().subscribe(FEED);
    assertThat(again.json().path("streams").has("feed")).isTrue();
    broadcast(1);
    assertThat(messages(again, 1)).containsExactly(1);
  }

  @Test
  void tellsWhereTheStreamsAreThatWereNotLost() {
    serveAll();
    WireClient client = openExtended().subscribe(PAIR);
    client.json();
    broadcast(1, 2);
    await(cable().broadcast("news", "a"));
    assertThat(messages(client, 2)).containsExactly(1, 2);
    client.message();
    backend.beginAnew();
    await(cable().broadcast("news", "b"));
    JsonNode told = client.json();
    assertThat(told.path("type").textValue()).isEqualTo("reject_history");
    assertThat(told.path("streams").path("feed").path("offset").longValue()).isEqualTo(2);
  }

  /** Whatever the order of the two readings is, nothing may be missing behind the latest loss. */
  @Test
  void goesOnWithoutAGapBehindALossThatHappensWhileASubscriptionCatchesUp() {
    serveAll();
    WireClient client = openExtended().subscribe(FEED);
    JsonNode start = client.json().path("streams");
    client.close();
    WireClient witness = open().subscribe(FEED).confirmed(FEED);
    broadcast(1);
    messages(witness, 1);
    Promise<Void> reads = backend.slowReads();
    WireClient again = openExtended().sendText(subscribe(start)).received();
    awaitLoops();
    backend.beginAnew();
    broadcast(2, 3, 4);
    awaitLoops();
    reads.complete();
    broadcast(5);
    long offset = -1;
    boolean told = false;
    for (JsonNode next = again.json(); ; next = again.json()) {
      if (next.has("streams")) {
        offset = next.path("streams").path("feed").path("offset").longValue();
        told |= next.path("type").textValue().equals("reject_history");
      } else if (next.has("message")) {
        assertThat(next.path("offset").longValue()).as(next.toString()).isEqualTo(++offset);
        if (next.path("message").intValue() == 5) {
          break;
        }
      }
    }
    assertThat(told).isTrue();
  }
}
