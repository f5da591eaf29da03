// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.support.Gate;
import dev.hawser.support.WireClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Rooms to be in, and clients that lose their sockets. */
abstract class RestoreFixture extends WireTest {
  static final String NEWS = room("news");
  static final String CHAT = room("chat");

  /** Users who are turned away, and rooms that reject. */
  final Set<String> closed = ConcurrentHashMap.newKeySet();

  /** Rooms whose subscribed() waits. */
  final Map<String, Gate> gates = new ConcurrentHashMap<>();

  static String room(String name) {
    return "{\"channel\":\"RoomChannel\",\"room\":\"" + name + "\"}";
  }

  /** A cookie says who the client is. */
  private final class AppConnection extends Connection {
    @Override
    protected void connect() {
      String user = request().cookie("user").orElse("");
      journal.add("connect " + user);
      if (closed.contains(user)) {
        throw unauthorized();
      }
      if (!user.isEmpty()) {
        identifiedBy("user", user);
      }
    }

    @Override
    protected void disconnect() {
      journal.add("disconnect");
    }
  }

  private final class RoomChannel extends Channel<Connection> {
    record Params(String room) {}

    private String room = "";

    @Override
    protected void subscribed() {
      room = params(Params.class).room();
      journal.add("subscribed " + room);
      Gate gate = gates.get(room);
      if (gate != null) {
        gate.pass();
      }
      if (closed.contains(room)) {
        reject();
      } else {
        streamFrom(room);
        transmit("hello from " + room);
      }
    }

    @Override
    protected void afterSubscribe() {
      journal.add("afterSubscribe " + room);
    }

    @Override
    protected void unsubscribed() {
      journal.add("unsubscribed " + room);
    }

    @Action
    void leave() {
      connection().close("bye", true);
    }

    @Action
    String sid() {
      return connection().sid();
    }
  }

  void serveRooms(Consumer<CableBuilder> configure) {
    serve(cable -> {
      cable
          .connection(AppConnection::new)
          .channel("RoomChannel", RoomChannel.class, RoomChannel::new);
      configure.accept(cable);
    });
  }

  void serveRooms() {
    serveRooms(cable -> {});
  }

  WireClient connectAs(String user, String query, String... headers) {
    List<String> lines = new ArrayList<>(List.of(headers));
    lines.add("Origin: http://localhost:" + server().port());
    lines.add("Cookie: user=" + user);
    if (!String.join("", headers).contains("Sec-WebSocket-Protocol")) {
      lines.add("Sec-WebSocket-Protocol: actioncable-v1-ext-json");
    }
    return closing(
        WireClient.upgrade(server().port(), "/cable" + query, lines.toArray(String[]::new)));
  }

  WireClient restoring(String user, String sid) {
    return connectAs(user, "?sid=" + sid);
  }

  /** A client with subscriptions, and its sid. */
  record Visitor(WireClient client, String sid) {}

  Visitor visit(String user, String... identifiers) {
    WireClient client = connectAs(user, "");
    String sid = client.welcome().path("sid").textValue();
    for (String identifier : identifiers) {
      client.subscribe(identifier);
      client.message();
      client.confirmed(identifier);
    }
    return new Visitor(client, sid);
  }

  /** Loses the socket, and waits until all callbacks have run. */
  String lose(Visitor visitor) {
    visitor.client().close();
    journal.find("disconnect");
    return visitor.sid();
  }

  /** What the welcome says is restored. */
  static List<String> restored(JsonNode welcome) {
    assertThat(welcome.path("restored").booleanValue()).as("%s", welcome).isTrue();
    List<String> ids = new ArrayList<>();
    welcome.path("restored_ids").forEach(id -> ids.add(id.textValue()));
    return ids;
  }

  static WireClient assertOrdinary(WireClient client) {
    JsonNode welcome = client.welcome();
    assertThat(welcome.has("restored")).as("%s", welcome).isFalse();
    assertThat(welcome.has("restored_ids")).as("%s", welcome).isFalse();
    return expectSilence(client);
  }
}
