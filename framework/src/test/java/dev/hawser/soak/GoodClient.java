// SPDX-License-Identifier: Apache-2.0
package dev.hawser.soak;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicLong;

/** Says something in its room each second, and notes how long what is said there takes to come. */
final class GoodClient {
  private static final long EVERY_MS = 1_000;

  private final String identifier;
  private final RedisSoak.Latencies latencies;
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong said = new AtomicLong();
  private volatile boolean confirmed;
  private volatile boolean lost;
  private volatile boolean silent;

  GoodClient(
      Vertx vertx, WebSocketClient sockets, int port, int number, int room, RedisSoak.Latencies l) {
    this.identifier =
        new JsonObject().put("channel", "RoomChannel").put("room", room).encode();
    this.latencies = l;
    // One after the other: so many TLS handshakes at once take longer than one of them may.
    vertx.setTimer(1 + number * 20L, turn -> connect(vertx, sockets, port));
  }

  private void connect(Vertx vertx, WebSocketClient sockets, int port) {
    sockets
        .connect(port, "127.0.0.1", "/cable")
        .onFailure(failure -> lost = true)
        .onSuccess(socket -> {
          socket.textMessageHandler(this::receive);
          socket.closeHandler(closed -> lost = true);
          send(socket, "subscribe", null);
          vertx.setPeriodic(EVERY_MS, tick -> say(socket));
        });
  }

  private void send(WebSocket socket, String command, JsonObject data) {
    JsonObject text = new JsonObject().put("command", command).put("identifier", identifier);
    socket.writeTextMessage((data == null ? text : text.put("data", data.encode())).encode());
  }

  private void say(WebSocket socket) {
    if (confirmed && !lost && !silent) {
      said.incrementAndGet();
      send(socket, "message", new JsonObject().put("action", "say").put("at", System.nanoTime()));
    }
  }

  private void receive(String text) {
    JsonObject json = new JsonObject(text);
    if (json.getValue("message") instanceof JsonObject message && message.containsKey("at")) {
      latencies.add(System.nanoTime() - message.getLong("at"));
      received.incrementAndGet();
    } else if ("confirm_subscription".equals(json.getString("type"))) {
      confirmed = true;
    }
  }

  /** Says no more, so that what it said can be counted. */
  void fallSilent() {
    silent = true;
  }

  boolean isConfirmed() {
    return confirmed;
  }

  boolean isLost() {
    return lost;
  }

  long said() {
    return said.get();
  }

  long received() {
    return received.get();
  }
}
