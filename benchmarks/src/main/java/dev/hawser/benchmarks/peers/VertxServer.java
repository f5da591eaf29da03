// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.peers;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one writes by hand with Vert.x: a set of sockets for each room, and {@code writeTextMessage}
 * to each. Argument: the port.
 */
public final class VertxServer {
  private final Map<String, Set<ServerWebSocket>> rooms = new HashMap<>();

  private VertxServer() {}

  /** Starts the server. */
  public static void main(String[] args) {
    VertxServer server = new VertxServer();
    Vertx vertx = Transport.chosen().vertx();
    vertx
        .createHttpServer(new HttpServerOptions()
            .setAcceptBacklog(4096)
            .setWebSocketSubProtocols(List.of("actioncable-v1-json")))
        .webSocketHandler(server::opened)
        .listen(Integer.parseInt(args[0]), "127.0.0.1")
        .onFailure(cause -> {
          System.err.println("cannot start: " + cause);
          Runtime.getRuntime().halt(1);
        });
  }

  private void opened(ServerWebSocket socket) {
    socket.writeTextMessage("{\"type\":\"welcome\"}");
    socket.textMessageHandler(text -> received(socket, new JsonObject(text)));
  }

  private void received(ServerWebSocket socket, JsonObject command) {
    String identifier = command.getString("identifier");
    if (command.getString("command").equals("subscribe")) {
      Set<ServerWebSocket> room = room(new JsonObject(identifier).getString("room"));
      room.add(socket);
      socket.closeHandler(closed -> room.remove(socket));
      socket.writeTextMessage(new JsonObject()
          .put("identifier", identifier)
          .put("type", "confirm_subscription")
          .encode());
      return;
    }
    JsonObject data = new JsonObject(command.getString("data"));
    String message =
        new JsonObject().put("identifier", identifier).put("message", data).encode();
    if (data.getString("action").equals("echo")) {
      socket.writeTextMessage(message);
      return;
    }
    for (ServerWebSocket member : room(data.getString("room"))) {
      member.writeTextMessage(message);
    }
  }

  private Set<ServerWebSocket> room(String name) {
    return rooms.computeIfAbsent(name, fresh -> new LinkedHashSet<>());
  }
}
