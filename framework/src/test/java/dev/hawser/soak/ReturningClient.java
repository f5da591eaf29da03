// SPDX-License-Identifier: Apache-2.0
package dev.hawser.soak;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.List;

/** Holds one subscription, and comes back without delay when its socket ends. */
final class ReturningClient {
  private static final String SUBSCRIBE =
      "{\"command\":\"subscribe\",\"identifier\":\"{\\\"channel\\\":\\\"RoomChannel\\\"}\"}";
  private static final long RETRY_MS = 200;

  private final Vertx vertx;
  private final WebSocketClient sockets;
  private final WebSocketConnectOptions options;
  private final RedisSoak.Latencies interruptions;
  private volatile boolean settled;
  private volatile long lostAt = System.nanoTime();

  ReturningClient(
      Vertx vertx, WebSocketClient sockets, int port, RedisSoak.Latencies interruptions) {
    this.vertx = vertx;
    this.sockets = sockets;
    this.interruptions = interruptions;
    this.options = new WebSocketConnectOptions()
        .setHost("127.0.0.1")
        .setPort(port)
        .setURI("/cable")
        .setSubProtocols(List.of("actioncable-v1-json"));
  }

  void connect() {
    sockets
        .connect(options)
        .onSuccess(this::opened)
        .onFailure(refused -> vertx.setTimer(RETRY_MS, again -> connect()));
  }

  private void opened(WebSocket socket) {
    socket.textMessageHandler(text -> received(socket, text));
    socket.closeHandler(closed -> {
      settled = false;
      lostAt = System.nanoTime();
      connect();
    });
  }

  private void received(WebSocket socket, String text) {
    if (text.startsWith("{\"type\":\"welcome\"")) {
      socket.writeTextMessage(SUBSCRIBE);
    } else if (text.contains("confirm_subscription")) {
      settled = true;
      interruptions.add(System.nanoTime() - lostAt);
    } else if (text.startsWith("{\"type\":\"disconnect\"")) {
      socket.close();
    }
  }

  boolean isSettled() {
    return settled;
  }
}
