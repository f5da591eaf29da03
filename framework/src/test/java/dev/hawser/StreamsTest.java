// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.support.HookedPubSub;
import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamsTest extends WireTest {
  private static final String ROOM = identifier("RoomChannel");
  private static final String OTHER = "{\"channel\":\"RoomChannel\",\"n\":2}";

  record Line(String text) {}

  private final HookedPubSub pubSub = new HookedPubSub();

  private final class JournalConnection extends Connection {
    @Override
    protected boolean onError(Throwable failure, String callback) {
      journal.add(callback + ": " + failure.getMessage());
      return true;
    }
  }

  /** Does with its streams what a client tells it to. */
  private final class RoomChannel extends Channel<Connection> {
    @Action
    void stream(Map<String, String> data) {
      streamFrom(data.get("name"));
    }

    @Action
    void stop(Map<String, String> data) {
      stopStreamFrom(data.get("name"));
    }

    @Action
    void stopAll() {
      stopAllStreams();
    }

    @Action
    void names() {
      transmit(streamNames());
    }

    @Action
    void handle() {
      streamFrom("room", message -> journal.add("json " + message));
    }

    @Action
    void handleTyped() {
      streamFrom("room", Line.class, line -> journal.add("line " + line.text()));
    }

    @Action
    void handleRaw() {
      streamFrom("room", Buffer.class, raw -> journal.add("raw " + raw));
    }

    @Action
    void handleAndSend() {
      streamFrom("room", (JsonNode message) -> transmit(Map.of("got", message)));
    }

    @Action
    void fail() {
      streamFrom("room", message -> {
        throw new IllegalStateException("on purpose");
      });
    }

    @Action
    void model() {
      streamFor(List.of("room", 7));
      streamFor("handled", message -> journal.add("model " + message));
    }

    @Action
    void stopModel() {
      stopStreamFor(List.of("room", 7));
      stopStreamFor("handled");
    }

    @Action
    void broadcastToModel() {
      broadcastTo(List.of("room", 7), "to all");
    }
  }

  private WireClient serveRoom() {
    return serveRoom(cable -> {});
  }

  private WireClient serveRoom(Consumer<CableBuilder> more) {
    serve(cable -> more.accept(cable
        .connection(JournalConnection::new)
        .channel(RoomChannel.class, RoomChannel::new)
        .pubSub(pubSub)));
    return open().subscribe(ROOM).confirmed(ROOM);
  }

  private static WireClient stream(WireClient client, String identifier, String name) {
    return client.perform(identifier, "stream", Map.of("name", name));
  }

  private static WireClient stop(WireClient client, String identifier, String name) {
    return client.perform(identifier, "stop", Map.of("name", name));
  }

  private void expectBroadcast(WireClient client, String name, String message) {
    cable().broadcast(name, message);
    assertThat(client.message().textValue()).isEqualTo(message);
  }

  /** Shows that a broadcast does not arrive, by another one that does. */
  private void expectNoBroadcast(WireClient client, String name) {
    expectSilence(stream(client, ROOM, "fence"));
    cable().broadcast(name, "must not arrive");
    expectBroadcast(client, "fence", "only this");
    expectSilence(stop(client, ROOM, "fence"));
  }

  @Test
  void sendsBroadcastsOnUntilTheStreamStops() {
    WireClient client = serveRoom();
    expectSilence(stream(client, ROOM, "room"));
    expectBroadcast(client, "room", "one");
    expectSilence(stop(client, ROOM, "room"));
    expectNoBroadcast(client, "room");
    pubSub.journal().expect("+room", "-room");
  }

  @Test
  void keepsStreamsApart() {
    WireClient client = serveRoom();
    expectSilence(stream(client, ROOM, "room"));
    expectNoBroadcast(client, "room 2");
    expectNoBroadcast(client, "Room");
    expectBroadcast(client, "room", "mine");
  }

  @Test
  void stopsOnlyTheStreamsOfItsOwnSubscription() {
    WireClient client = serveRoom().subscribe(OTHER).confirmed(OTHER);
    WireClient neighbour = open().subscribe(ROOM).confirmed(ROOM);
    expectSilence(stream(stream(client, ROOM, "room"), OTHER, "room"));
    expectSilence(stream(neighbour, ROOM, "room"));
    expectSilence(client.perform(ROOM, "stop_all"));
    cable().broadcast("room", "for two");
    assertThat(client.json().get("identifier").textValue()).isEqualTo(OTHER);
    assertThat(neighbour.message().textValue()).isEqualTo("for two");
    expectSilence(client);
    pubSub.journal().expect("+room");
    assertThat(pubSub.journal().rest()).isEmpty();
  }

  @Test
  void stopsAllStreams() {
    WireClient client = serveRoom();
    for (String name : List.of("a", "b", "c")) {
      stream(client, ROOM, name);
    }
    client.perform(ROOM, "names");
    assertThat(client.message()).extracting(JsonNode::textValue).containsExactly("a", "b", "c");
    client.perform(ROOM, "stop_all").perform(ROOM, "names");
    assertThat(client.message()).isEmpty();
    assertThat(cable().streamCount()).isZero();
  }

  @Test
  void ignoresTheStopOfAStreamThatIsNone() {
    WireClient client = serveRoom();
    expectSilence(stop(stream(client, ROOM, "room"), ROOM, "nothing"));
    expectBroadcast(client, "room", "still here");
  }

  // -- the same name twice

  @Test
  void deliversOnceWhenAStreamIsStartedTwice() {
    WireClient client = serveRoom();
    stream(stream(client, ROOM, "room"), ROOM, "room").perform(ROOM, "names");
    assertThat(client.message()).hasSize(1);
    expectBroadcast(client, "room", "once");
    expectSilence(client);
    expectSilence(stop(client, ROOM, "room"));
    assertThat(cable().streamCount()).isZero();
    expectNoBroadcast(client, "room");
  }

  @Test
  void replacesAHandlerAndAStreamByOneAnother() {
    WireClient client = serveRoom();
    expectSilence(stream(client, ROOM, "room"));
    expectSilence(client.perform(ROOM, "handle"));
    cable().broadcast("room", 1);
    journal.find("json 1");
    expectSilence(client.perform(ROOM, "handle_typed"));
    cable().broadcast("room", new Line("two"));
    journal.find("line two");
    expectSilence(stream(client, ROOM, "room"));
    expectBroadcast(client, "room", "three");
    expectSilence(client);
    pubSub.journal().expect("+room");
    assertThat(pubSub.journal().rest()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void losesAndDoublesNothingWhileAStreamIsReplaced(boolean handler) throws Exception {
    WireClient client = serveRoom();
    String action = handler ? "handle_and_send" : "stream";
    client.perform(ROOM, action, Map.of("name", "room"));
    expectSilence(client);
    AtomicBoolean done = new AtomicBoolean();
    int messages = 400;
    Thread publisher = new Thread(() -> {
      for (int i = 0; i < messages; i++) {
        cable().broadcast("room", i);
      }
      done.set(true);
    });
    publisher.start();
    int next = 0;
    while (next < messages) {
      if (!done.get()) {
        client.perform(ROOM, action, Map.of("name", "room"));
      }
      JsonNode message = client.message();
      assertThat(handler ? message.get("got").intValue() : message.intValue()).isEqualTo(next++);
    }
    publisher.join(WireClient.PATIENCE_MS);
    expectSilence(client);
  }

  // -- handlers

  @Test
  void givesMessagesToHandlersAsJsonOrATypeOrRaw() {
    WireClient client = serveRoom();
    expectSilence(client.perform(ROOM, "handle"));
    cable().broadcast("room", Map.of("text", "a"));
    journal.find("json {\"text\":\"a\"}");
    expectSilence(client.perform(ROOM, "handle_typed"));
    cable().broadcast("room", Map.of("text", "b", "unknown", 1));
    journal.find("line b");
    expectSilence(client.perform(ROOM, "handle_raw"));
    cable().broadcast("room", Map.of("text", "c"));
    journal.find("raw {\"text\":\"c\"}");
    expectSilence(client);
  }

  @Test
  void sendsOnlyWhatAHandlerTransmits() {
    WireClient client = serveRoom();
    expectSilence(client.perform(ROOM, "handle_and_send"));
    cable().broadcast("room", "x");
    assertThat(client.message().get("got").textValue()).isEqualTo("x");
    expectSilence(client);
  }

  @Test
  void reportsAHandlerThatFailsOrCannotReadAndGoesOn() {
    WireClient client = serveRoom();
    expectSilence(client.perform(ROOM, "fail"));
    cable().broadcast("room", 1);
    journal.find("RoomChannel#streamFrom(room): on purpose");
    cable().broadcast("room", 2);
    journal.find("RoomChannel#streamFrom(room): on purpose");
    expectSilence(client.perform(ROOM, "handle_typed"));
    cable().broadcast("room", List.of("no line"));
    journal.find("RoomChannel#streamFrom(room): ");
    cable().broadcast("room", new Line("a line"));
    journal.find("line a line");
  }

  // -- models

  @Test
  void streamsForModelsScopedByTheChannel() {
    WireClient client = serveRoom();
    expectSilence(client.perform(ROOM, "model"));
    pubSub.journal().expect("+room:room:7", "+room:handled");
    cable().broadcastTo(RoomChannel.class, List.of("room", 7), "to the list");
    assertThat(client.message().textValue()).isEqualTo("to the list");
    cable().broadcastTo(RoomChannel.class, "handled", "by code");
    journal.find("model \"by code\"");
    client.perform(ROOM, "broadcast_to_model");
    assertThat(client.message().textValue()).isEqualTo("to all");
    expectSilence(client.perform(ROOM, "stop_model"));
    pubSub.journal().expect("-room:room:7", "-room:handled");
  }

  // -- limits and wrong use

  @ParameterizedTest
  @ValueSource(strings = {"", "hawser/control", "shop:hawser/control", ":hawser/control"})
  void refusesNamesThatAreEmptyOrReserved(String name) {
    WireClient client = serveRoom();
    expectSilence(stream(client, ROOM, name));
    journal.find("RoomChannel#stream: broadcasting: \"" + name + "\"");
    assertThatThrownBy(() -> cable().broadcast(name, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: a name that is not empty or reserved");
  }

  /** An application whose prefix is the channel's name would take it for an order. */
  @Test
  void refusesAModelWhoseNameIsReserved() {
    serveRoom();
    assertThatThrownBy(() -> cable().broadcastTo(RoomChannel.class, "hawser/control", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("broadcasting: \"room:hawser/control\" (expected: ");
  }

  @Test
  void refusesMoreStreamsThanAllowedButMayReplaceOne() {
    WireClient client = serveRoom(cable -> cable.maxStreamsPerSubscription(2));
    stream(stream(client, ROOM, "a"), ROOM, "b");
    expectSilence(stream(client, ROOM, "c"));
    journal.find("maxStreamsPerSubscription");
    expectSilence(stream(client, ROOM, "b"));
    expectBroadcast(client, "b", "fits");
    assertThat(cable().streamCount()).isEqualTo(2);
  }

  @Test
  void refusesAMessageThatCannotBeWritten() {
    serveRoom();
    assertThatThrownBy(() -> cable().broadcast("room", new Object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the message cannot be written as JSON");
  }

  // -- what the adapter sees

  @Test
  void subscribesAtTheAdapterOncePerName() {
    WireClient client = serveRoom().subscribe(OTHER).confirmed(OTHER);
    WireClient neighbour = open().subscribe(ROOM).confirmed(ROOM);
    stream(stream(client, ROOM, "room"), OTHER, "room");
    expectSilence(client);
    expectSilence(stream(neighbour, ROOM, "room"));
    assertThat(cable().streamCount()).isOne();
    expectSilence(client.unsubscribe(ROOM).unsubscribe(OTHER));
    expectBroadcast(neighbour, "room", "still one left");
    expectSilence(neighbour.unsubscribe(ROOM));
    pubSub.journal().expect("+room", "-room");
    assertThat(cable().streamCount()).isZero();
  }

  @Test
  void broadcastsToNobodyWithoutATrace() {
    serveRoom();
    for (int i = 0; i < 100; i++) {
      TestServer.await(cable().broadcast("nobody " + i, i));
    }
    assertThat(cable().streamCount()).isZero();
    assertThat(pubSub.journal().rest()).isEmpty();
  }

  @Test
  void tellsTheListenerOfBroadcasts() {
    serveRoom(cable -> cable.events(new CableEvents() {
      @Override
      public void broadcasted(String broadcasting, int bytes) {
        journal.add(broadcasting + " " + bytes);
      }
    }));
    cable().broadcast("room", "ü");
    journal.expect("room 4");
  }
}
