// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.presence.MemoryPresence;
import dev.hawser.presence.PresenceFullException;
import dev.hawser.presence.PresenceList;
import dev.hawser.presence.PresenceTab;
import dev.hawser.presence.PresenceTerms;
import dev.hawser.presence.PresenceUpdate;
import dev.hawser.support.WireClient;
import dev.hawser.support.redis.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PresenceTest extends WireTest {
  private static final String ROOM = "{\"channel\":\"RoomChannel\",\"room\":\"a\"}";
  private static final String ROOM_2 = "{\"channel\":\"RoomChannel\",\"room\":\"a\",\"tab\":2}";
  private static final String OPEN = "{\"channel\":\"OpenChannel\"}";
  private static final String EMPTY_LIST =
      presence(OPEN, "{\"type\":\"info\",\"total\":0,\"records\":[]}");

  record Params(String room) {}

  /** Joins in the name of its connection. */
  private final class RoomChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFor(params(Params.class).room());
      String user = connection().request().header("X-User");
      if (user != null) {
        presence().join(user);
      }
    }

    @Action
    void tell(Map<String, Object> info) {
      info.remove("action");
      presence().join(connection().request().header("X-User"), info);
    }

    @Action
    void become(Map<String, String> data) {
      presence().join(data.get("name"));
    }

    @Action
    void leave() {
      presence().leave();
    }

    @Action
    void show() {
      presence().show();
    }

    @Action
    void stop() {
      stopAllStreams();
    }

    @Action
    void list() {
      defer(presence().list().onSuccess(list -> transmit(list.ids())));
    }

    @Action
    void tryToJoin(Map<String, String> data) {
      try {
        defer(presence()
            .join(data.get("name"), data.get("info"))
            .onComplete(joined -> journal.add(
                joined.failed() ? joined.cause().getClass().getSimpleName() : "joined")));
      } catch (IllegalArgumentException e) {
        journal.add(e.getMessage());
      }
    }
  }

  /** Lets its clients join. */
  static final class OpenChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFor("open", clientPresence());
    }
  }

  /** Makes no use of presence. */
  static final class PlainChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFor("plain");
    }

    @Action
    void join() {
      stopAllStreams();
      presence();
    }
  }

  private void serveRooms(Consumer<CableBuilder> configure) {
    serve(configure.andThen(cable -> cable
        .channel(RoomChannel.class, RoomChannel::new)
        .channel(OpenChannel.class, OpenChannel::new)
        .channel(PlainChannel.class, PlainChannel::new)));
  }

  private WireClient client(String subprotocol, String... headers) {
    int port = server().port();
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("Origin: http://localhost:" + port);
    all.add("Sec-WebSocket-Protocol: " + subprotocol);
    return closing(WireClient.upgrade(port, "/cable", all.toArray(String[]::new)))
        .welcomed();
  }

  private WireClient extended(String... headers) {
    return client("actioncable-v1-ext-json", headers);
  }

  private WireClient user(String name) {
    return extended("X-User: " + name).subscribe(ROOM).confirmed(ROOM);
  }

  private static String presence(String identifier, String message) {
    return "{\"type\":\"presence\",\"identifier\":"
        + TextNode.valueOf(identifier)
        + ",\"message\":" + message + "}";
  }

  private static String command(String command, String identifier, String more) {
    return "{\"command\":\"" + command + "\",\"identifier\":" + TextNode.valueOf(identifier) + more
        + "}";
  }

  private static void join(WireClient client, String id, String info) {
    client.sendText(
        command("join", OPEN, ",\"presence\":{\"id\":\"" + id + "\",\"info\":" + info + "}"));
  }

  private PresenceList present(String room) {
    return await(cable().presence(RoomChannel.class, room));
  }

  private void awaitPresent(String... ids) {
    Until.isTrue(
        String.join(", ", ids) + " are present", () -> present("a").ids().equals(List.of(ids)));
  }

  @Test
  void tellsWhoIsThereFromAnywhere() {
    serveRooms(cable -> {});
    assertThat(present("a").people()).isEmpty();
    user("bob");
    user("ann").perform(ROOM, "tell", Map.of("mood", "glad"));
    awaitPresent("ann", "bob");
    Until.isTrue(
        "the info is there",
        () -> present("a").people().get(0).info().path("mood").asText().equals("glad"));
    assertThat(present("a").people().get(1).info().isNull()).isTrue();
    assertThat(present("a").stale()).isFalse();
    assertThat(present("b").people()).isEmpty();
  }

  @Test
  void tellsTheChannelsOfTheStreamWhoComesAndGoes() {
    serveRooms(cable -> {});
    WireClient ann = user("ann");
    WireClient bob = user("bob");
    ann.expect(presence(ROOM, "{\"type\":\"join\",\"id\":\"bob\"}"));
    bob.unsubscribe(ROOM);
    ann.expect(presence(ROOM, "{\"type\":\"leave\",\"id\":\"bob\"}"));
    ann.perform(ROOM, "leave");
    ann.expect(presence(ROOM, "{\"type\":\"leave\",\"id\":\"ann\"}"));
  }

  @Test
  void showsWithoutJoining() {
    serveRooms(cable -> {});
    user("ann");
    awaitPresent("ann");
    WireClient guest = extended().subscribe(ROOM).confirmed(ROOM);
    guest.perform(ROOM, "show").perform(ROOM, "list");
    assertThat(guest.message().toString()).isEqualTo("[\"ann\"]");
    user("bob");
    guest.expect(presence(ROOM, "{\"type\":\"join\",\"id\":\"bob\"}"));
    assertThat(present("a").ids()).containsExactly("ann", "bob");
  }

  @Test
  void countsAPersonOnceHoweverManyTabsThereAre() {
    serveRooms(cable -> {});
    WireClient guest =
        expectSilence(extended().subscribe(ROOM).confirmed(ROOM).perform(ROOM, "show"));
    WireClient first = user("ann");
    guest.expect(presence(ROOM, "{\"type\":\"join\",\"id\":\"ann\"}"));
    WireClient second = user("ann");
    second.subscribe(ROOM_2);
    Until.isTrue("three tabs", () -> present("a").people().get(0).tabs().size() == 3);
    second.perform(ROOM, "tell", Map.of("n", 2));
    Until.isTrue(
        "each tab has its own info",
        () -> present("a").people().get(0).tabs().toString().equals("[null, {\"n\":2}, null]"));
    first.unsubscribe(ROOM);
    second.unsubscribe(ROOM);
    Until.isTrue("one tab", () -> present("a").people().get(0).tabs().size() == 1);
    expectSilence(guest);
    second.unsubscribe(ROOM_2);
    guest.expect(presence(ROOM, "{\"type\":\"leave\",\"id\":\"ann\"}"));
  }

  @Test
  void keepsALostConnectionPresentForTheGraceTime() {
    serveRooms(cable -> cable.presenceGrace(Duration.ofMillis(300)));
    WireClient guest =
        expectSilence(extended().subscribe(ROOM).confirmed(ROOM).perform(ROOM, "show"));
    WireClient ann = user("ann");
    guest.expect(presence(ROOM, "{\"type\":\"join\",\"id\":\"ann\"}"));
    ann.close();
    guest.expect(presence(ROOM, "{\"type\":\"leave\",\"id\":\"ann\"}"));
    assertThat(present("a").people()).isEmpty();
  }

  @Test
  void seesNobodyGoWhoIsBackInTime() {
    serveRooms(cable -> cable.presenceGrace(Duration.ofSeconds(2)));
    WireClient guest =
        expectSilence(extended().subscribe(ROOM).confirmed(ROOM).perform(ROOM, "show"));
    WireClient ann = user("ann");
    guest.expect(presence(ROOM, "{\"type\":\"join\",\"id\":\"ann\"}"));
    ann.close();
    awaitLoops();
    WireClient again = user("ann");
    Until.isTrue("the new tab alone", () -> present("a").people().get(0).tabs().size() == 1);
    user("bob");
    guest.expect(presence(ROOM, "{\"type\":\"join\",\"id\":\"bob\"}"));
    again.unsubscribe(ROOM);
    guest.expect(presence(ROOM, "{\"type\":\"leave\",\"id\":\"ann\"}"));
  }

  @Test
  void letsThoseGoAtOnceWhoMayNotComeBack() {
    serveRooms(cable -> cable.presenceGrace(Duration.ofHours(1)).connection(UserConnection::new));
    user("ann");
    user("bob");
    awaitPresent("ann", "bob");
    await(cable().remoteConnections().where("user", "bob").disconnect(false));
    awaitPresent("ann");
  }

  static final class UserConnection extends Connection {
    @Override
    protected void connect() {
      identifiedBy("user", String.valueOf(request().header("X-User")));
    }
  }

  @Test
  void leavesInOneNameWhenItJoinsInAnother() {
    serveRooms(cable -> {});
    WireClient guest =
        expectSilence(extended().subscribe(ROOM).confirmed(ROOM).perform(ROOM, "show"));
    WireClient ann = user("ann");
    guest.expect(presence(ROOM, "{\"type\":\"join\",\"id\":\"ann\"}"));
    ann.perform(ROOM, "become", Map.of("name", "anna"));
    awaitPresent("anna");
  }

  @Test
  void leavesWithTheStream() {
    serveRooms(cable -> {});
    WireClient ann = user("ann");
    awaitPresent("ann");
    ann.perform(ROOM, "stop");
    awaitPresent();
    user("bob");
    awaitPresent("bob");
    expectSilence(ann);
  }

  // -- by the client

  @Test
  void letsClientsJoinAndLeaveAsAnyCablesDo() {
    serveRooms(cable -> {});
    WireClient ann = extended().subscribe(OPEN).confirmed(OPEN);
    ann.sendText(command("presence", OPEN, ",\"data\":{\"return_records\":false}"));
    ann.expect(EMPTY_LIST);
    join(ann, "1", "{\"name\":\"Ann\",\"at\":[1.50,{}]}");
    ann.expect(presence(
        OPEN, "{\"type\":\"join\",\"id\":\"1\",\"info\":{\"name\":\"Ann\",\"at\":[1.5,{}]}}"));
    join(ann, "1", "\"again\"");
    ann.sendText(command("presence", OPEN, ""));
    ann.expect(presence(
        OPEN, "{\"type\":\"info\",\"total\":1,\"records\":[{\"id\":\"1\",\"info\":\"again\"}]}"));
    ann.sendText(command("leave", OPEN, ",\"presence\":{\"id\":\"2\"}"));
    ann.expect(presence(OPEN, "{\"type\":\"leave\",\"id\":\"1\"}"));
  }

  @Test
  void joinsWithTheSubscription() {
    serveRooms(cable -> {});
    WireClient ann = extended();
    ann.sendText(command("subscribe", OPEN, ",\"presence\":{\"id\":\"1\"}"));
    ann.confirmed(OPEN).expect(presence(OPEN, "{\"type\":\"join\",\"id\":\"1\"}"));
  }

  @Test
  void tellsClientsOfOursWhatEachTabTells() {
    serveRooms(cable -> {});
    WireClient guest = extended().subscribe(OPEN).confirmed(OPEN);
    guest.sendText(command("presence", OPEN, ",\"data\":{\"after\":null}"));
    guest.expect(presence(OPEN, "{\"type\":\"info\",\"total\":0,\"records\":[],\"after\":null}"));
    WireClient ann = extended().subscribe(OPEN).confirmed(OPEN);
    join(ann, "1", "1");
    guest.expect(presence(OPEN, "{\"type\":\"join\",\"id\":\"1\",\"info\":1}"));
    WireClient tab = extended().subscribe(OPEN).confirmed(OPEN);
    join(tab, "1", "2");
    guest.expect(presence(OPEN, "{\"type\":\"update\",\"id\":\"1\",\"info\":2,\"tabs\":[1,2]}"));
    guest.sendText(command("presence", OPEN, ",\"data\":{\"after\":null}"));
    guest.expect(presence(
        OPEN,
        "{\"type\":\"info\",\"total\":1,\"records\":[{\"id\":\"1\",\"info\":2,\"tabs\":[1,2]}],"
            + "\"after\":null}"));
    ann.expect(presence(OPEN, "{\"type\":\"join\",\"id\":\"1\",\"info\":1}"));
    expectSilence(ann);
  }

  @Test
  void sendsLongListsInBoundedPieces() {
    MemoryPresence store = MemoryPresence.create();
    serveRooms(cable -> cable.presence(store));
    int people = 1200;
    List<PresenceTab> tabs = new ArrayList<>();
    for (int i = 0; i < people; i++) {
      String info = i < 600 ? "\"" + "x".repeat(900) + "\"" : "null";
      tabs.add(new PresenceTab("r" + i, String.valueOf(10_000 + i), info));
    }
    PresenceTerms terms = new PresenceTerms(3_600_000, 0, people, 1);
    await(store.apply(
        cable().broadcastingFor(OpenChannel.class, "open"),
        new PresenceUpdate("other", terms, true, List.of(), List.of(), tabs)));
    WireClient guest = extended().subscribe(OPEN).confirmed(OPEN);
    List<String> ids = new ArrayList<>();
    String after = "null";
    while (after != null) {
      guest.sendText(command("presence", OPEN, ",\"data\":{\"after\":" + after + "}"));
      String text = guest.text();
      assertThat(text.length()).isLessThan(64 * 1024);
      JsonNode piece = json(text).path("message");
      assertThat(piece.path("total").intValue()).isEqualTo(people);
      assertThat(piece.path("records").size()).isBetween(1, 500);
      piece.path("records").forEach(record -> ids.add(record.path("id").textValue()));
      after = piece.has("next") ? piece.path("next").toString() : null;
    }
    assertThat(ids).hasSize(people).isSorted().doesNotHaveDuplicates();
    guest.sendText(command("presence", OPEN, ""));
    assertThat(json(guest.text()).path("message").path("records")).hasSize(people);
  }

  @Test
  void sendsNoListThatIsLargerThanAMessageMayBe() {
    MemoryPresence store = MemoryPresence.create();
    serveRooms(cable -> cable
        .presence(store)
        .maxOutboundBytes(64 * 1024)
        .maxOutboundMessageBytes(200)
        .events(limitsToJournal));
    WireClient ann = extended().subscribe(OPEN).confirmed(OPEN);
    for (int i = 0; i < 10; i++) {
      WireClient other = extended().subscribe(OPEN).confirmed(OPEN);
      join(other, "person " + i, "1");
      ann.text();
    }
    ann.sendText(command("presence", OPEN, ""));
    ann.expect(presence(OPEN, "{\"type\":\"error\",\"total\":0,\"code\":\"too_large\"}"));
    journal.find("maxOutboundMessageBytes");
  }

  private static JsonNode json(String text) {
    try {
      return new com.fasterxml.jackson.databind.ObjectMapper().readTree(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  @Test
  void refusesWhatIsNotForClients() {
    serveRooms(cable -> {});
    WireClient ann = user("ann");
    ann.sendText(command("join", ROOM, ",\"presence\":{\"id\":\"bob\"}"));
    ann.expect(presence(ROOM, "{\"type\":\"error\",\"total\":0,\"code\":\"forbidden\"}"));
    ann.sendText(command("leave", ROOM, ""));
    ann.expect(presence(ROOM, "{\"type\":\"error\",\"total\":0,\"code\":\"forbidden\"}"));
    String plain = identifier(PlainChannel.class);
    ann.subscribe(plain).confirmed(plain);
    ann.sendText(command("presence", plain, ""));
    ann.expect(presence(plain, "{\"type\":\"error\",\"total\":0,\"code\":\"no_presence\"}"));
    ann.subscribe(OPEN).confirmed(OPEN);
    join(ann, "1", "1");
    ann.expect(presence(OPEN, "{\"type\":\"join\",\"id\":\"1\",\"info\":1}"));
    join(ann, "2", "1");
    ann.expect(presence(OPEN, "{\"type\":\"error\",\"total\":0,\"code\":\"forbidden\"}"));
    assertThat(present("a").ids()).containsExactly("ann");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "{}", "{\"id\":1}", "{\"id\":\"\"}", "[]", "\"1\""})
  void reportsAJoinThatDoesNotSayWho(String presence) {
    serveRooms(cable -> cable.connection(() -> new Connection() {
      @Override
      protected boolean onError(Throwable failure, String callback) {
        journal.add("reported");
        return true;
      }
    }));
    WireClient ann = extended().subscribe(OPEN).confirmed(OPEN);
    ann.sendText(command("join", OPEN, presence.isEmpty() ? "" : ",\"presence\":" + presence));
    journal.find("reported");
    expectSilence(ann);
    assertThat(await(cable().presence(OpenChannel.class, "open")).people()).isEmpty();
  }

  @Test
  void tellsClientsOfActionCableNothingOfAllThis() {
    serveRooms(cable -> {});
    WireClient old =
        client("actioncable-v1-json", "X-User: old").subscribe(ROOM).confirmed(ROOM);
    old.perform(ROOM, "show");
    user("ann").unsubscribe(ROOM);
    awaitPresent("old");
    old.sendText(command("presence", ROOM, ""));
    old.sendText(command("join", ROOM, ",\"presence\":{\"id\":\"bob\"}"));
    expectSilence(old);
  }

  // -- limits

  @Test
  void letsAsManyPeopleInAsTheLimitAllowsAndNoMore() {
    serveRooms(cable -> cable.maxPresentPerStream(2).events(limitsToJournal));
    WireClient ann = extended().subscribe(ROOM).confirmed(ROOM);
    WireClient bob = extended().subscribe(ROOM).confirmed(ROOM);
    WireClient cem = extended().subscribe(ROOM).confirmed(ROOM);
    ann.perform(ROOM, "tryToJoin", Map.of("name", "ann"));
    journal.find("joined");
    bob.perform(ROOM, "tryToJoin", Map.of("name", "bob"));
    journal.find("joined");
    cem.perform(ROOM, "tryToJoin", Map.of("name", "cem"));
    journal.find("maxPresentPerStream");
    journal.find(PresenceFullException.class.getSimpleName());
    assertThat(present("a").ids()).containsExactly("ann", "bob");
  }

  @Test
  void tellsAClientThatTheStreamIsFull() {
    serveRooms(cable -> cable.maxPresentPerStream(1).maxTabsPerPresent(1).events(limitsToJournal));
    WireClient ann = extended().subscribe(OPEN).confirmed(OPEN);
    join(ann, "1", "1");
    ann.expect(presence(OPEN, "{\"type\":\"join\",\"id\":\"1\",\"info\":1}"));
    WireClient bob = extended().subscribe(OPEN).confirmed(OPEN);
    join(bob, "2", "1");
    bob.expect(presence(OPEN, "{\"type\":\"error\",\"total\":0,\"code\":\"presence_full\"}"));
    journal.find("maxPresentPerStream");
    join(bob, "1", "1");
    bob.expect(presence(OPEN, "{\"type\":\"error\",\"total\":0,\"code\":\"presence_full\"}"));
    journal.find("maxTabsPerPresent");
    ann.sendText(command("leave", OPEN, ""));
    ann.expect(presence(OPEN, "{\"type\":\"leave\",\"id\":\"1\"}"));
    bob.expect(presence(OPEN, "{\"type\":\"leave\",\"id\":\"1\"}"));
    join(bob, "2", "1");
    bob.expect(presence(OPEN, "{\"type\":\"join\",\"id\":\"2\",\"info\":1}"));
  }

  @Test
  void boundsWhatIsToldAboutSomebody() {
    serveRooms(cable -> cable.maxPresenceInfoBytes(32).events(limitsToJournal));
    WireClient ann = extended().subscribe(OPEN).confirmed(OPEN);
    String most = "\"" + "x".repeat(32 - 3 - 2) + "\"";
    join(ann, "1", most);
    ann.expect(presence(OPEN, "{\"type\":\"join\",\"id\":\"1\",\"info\":" + most + "}"));
    join(ann, "1", most.replaceFirst("x", "xx"));
    ann.expect(presence(OPEN, "{\"type\":\"error\",\"total\":0,\"code\":\"too_large\"}"));
    journal.find("maxPresenceInfoBytes");
    ann.subscribe(ROOM).confirmed(ROOM);
    ann.perform(ROOM, "tryToJoin", Map.of("name", "x".repeat(40)));
    journal.find("maxPresenceInfoBytes");
    assertThat(journal.next()).contains("expected: at most maxPresenceInfoBytes, 32");
  }

  @Test
  void needsAStream() {
    serveRooms(cable -> cable.connection(() -> new Connection() {
      @Override
      protected boolean onError(Throwable failure, String callback) {
        journal.add(failure.getMessage());
        return true;
      }
    }));
    String plain = identifier(PlainChannel.class);
    open().subscribe(plain).confirmed(plain).perform(plain, "join");
    assertThat(journal.next()).contains("expected: streamFor(…) before presence()");
  }

  @Test
  void reservesTheNamesOfPresence() {
    serveRooms(cable -> {});
    assertThatThrownBy(() -> cable().presence("hawser/presence/x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> cable().broadcast("hawser/presence/plain/room:a", 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
