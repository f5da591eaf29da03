// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import dev.hawser.Action;
import dev.hawser.Channel;
import dev.hawser.Connection;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/**
 * A session with secrets in every place where they travel, well and failing, in a process whose log
 * is at TRACE.
 */
public final class TracedSession {
  /** Every secret has this in it. */
  public static final String SECRET = "TopSecret";

  private static final String ROOM = "{\"channel\":\"RoomChannel\",\"token\":\"" + SECRET + "6\"}";

  private TracedSession() {}

  /** Anybody with a cookie and a token. */
  public static final class AnyConnection extends Connection {
    @Override
    protected void connect() {
      if (request().queryParam("fail") != null) {
        throw new IllegalStateException("wanted by " + request());
      }
      identifiedBy("user", 7);
      transmit(request().cookie("session").orElseThrow());
      transmit(request().queryParam("token"));
    }
  }

  /** A channel that fails on demand. */
  public static final class RoomChannel extends Channel<AnyConnection> {
    record Login(String password, int tokenNumber, List<Integer> tokens) {}

    @Override
    protected void subscribed() {
      streamFor("room");
    }

    @Action
    void login(Login login) {
      broadcastTo("room", Map.of("for", login.password()));
    }

    @Action
    void fail() {
      throw new IllegalStateException("wanted");
    }
  }

  public static void main(String[] arguments) {
    try (TestServer server = TestServer.start(cable ->
        cable.connection(AnyConnection::new).channel(RoomChannel.class, RoomChannel::new))) {
      String[] headers = {
        "Cookie: session=" + SECRET + "1",
        "Authorization: Bearer " + SECRET + "2",
        "X-Api-Key: " + SECRET + "3",
        "Origin: http://localhost:" + server.port(),
        "Sec-WebSocket-Protocol: actioncable-v1-json, token." + SECRET + "4"
      };
      String uri = "/cable?token=" + SECRET + "5";
      try (WireClient client = WireClient.upgrade(server.port(), uri, headers)) {
        client.text();
        client.text();
        client.welcomed().subscribe(ROOM).confirmed(ROOM);
        client
            .perform(ROOM, "login", Map.of("password", SECRET + "7", "tokenNumber", 1))
            .message();
        client.perform(ROOM, "login", Map.of("password", SECRET + "8", "tokenNumber", "many"));
        client.perform(ROOM, "login", Map.of("tokenNumber", SECRET + "C"));
        client.perform(ROOM, "login", Map.of("tokens", SECRET + "D"));
        client.perform(ROOM, "login", Map.of("tokens", List.of(SECRET + "E")));
        client.sendText(SECRET + "F");
        client.sendText(
            "{\"command\":\"message\",\"identifier\":\"{\\\"channel\\\":\\\"RoomChannel\\\",\\\"token\\\":\\\""
                + SECRET + "6\\\"}\",\"data\":\"" + SECRET + "G\"}");
        client.subscribe(SECRET + "H").rejected(SECRET + "H");
        client.perform(ROOM, "fail", Map.of("access_token", SECRET + "9"));
        client.perform(
            ROOM, "none", new JsonObject().put("secret", SECRET + "A").getMap());
        client.sendText("{\"command\":\"" + "message\",\"data\":\"" + SECRET + "B");
        client.unsubscribe(ROOM).subscribe("{}").rejected("{}");
        client.sendClose(1000).ended();
      }
      WireClient.upgrade(server.port(), uri + "&fail=1", headers).closeCode();
      WireClient.upgrade(server.port(), uri + "%zz", headers).text();
      headers[3] = "Origin: https://evil.example";
      WireClient.upgrade(server.port(), uri, headers).close();
    }
  }
}
