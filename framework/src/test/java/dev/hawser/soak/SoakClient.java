// SPDX-License-Identifier: Apache-2.0
package dev.hawser.soak;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** A client that holds some rooms, changes its mind, and comes back when its socket ends. */
final class SoakClient {
  private static final int ROOMS_HELD = 10;
  private static final long CHURN_EVERY_MS = 1_000;
  private static final long RECONNECT_AFTER_MS = 200;

  private final Vertx vertx;
  private final WebSocketClient sockets;
  private final int port;
  private final int rooms;
  private final RedisSoak.Latencies latencies;
  private final Random random;
  private final Set<Integer> wanted = new HashSet<>();
  private final Set<Integer> confirmed = new HashSet<>();
  private final AtomicInteger reconnects = new AtomicInteger();
  private WebSocket socket;
  private boolean welcomed;
  private volatile boolean churning;

  SoakClient(
      Vertx vertx,
      WebSocketClient sockets,
      int port,
      int rooms,
      RedisSoak.Latencies latencies,
      int seed) {
    this.vertx = vertx;
    this.sockets = sockets;
    this.port = port;
    this.rooms = rooms;
    this.latencies = latencies;
    this.random = new Random(seed);
    while (wanted.size() < ROOMS_HELD) {
      wanted.add(random.nextInt(rooms));
    }
    vertx.setPeriodic(CHURN_EVERY_MS, tick -> changeMind());
  }

  void connect() {
    WebSocketConnectOptions options = new WebSocketConnectOptions()
        .setHost("127.0.0.1")
        .setPort(port)
        .setURI("/cable")
        .setSubProtocols(List.of("actioncable-v1-json"));
    sockets.connect(options).onComplete(result -> {
      if (result.failed()) {
        vertx.setTimer(RECONNECT_AFTER_MS, again -> connect());
      } else {
        opened(result.result());
      }
    });
  }

  private synchronized void opened(WebSocket fresh) {
    socket = fresh;
    fresh.textMessageHandler(text -> received(fresh, new JsonObject(text)));
    fresh.closeHandler(closed -> lost(fresh));
  }

  private synchronized void lost(WebSocket ended) {
    if (socket == ended) {
      socket = null;
      welcomed = false;
      confirmed.clear();
      reconnects.incrementAndGet();
      vertx.setTimer(RECONNECT_AFTER_MS, again -> connect());
    }
  }

  private synchronized void received(WebSocket from, JsonObject message) {
    if (from != socket) {
      return;
    }
    String type = message.getString("type", "");
    switch (type) {
      case "welcome" -> {
        welcomed = true;
        wanted.forEach(room -> command("subscribe", room));
      }
      case "confirm_subscription" -> {
        Integer room = new JsonObject(message.getString("identifier")).getInteger("room");
        if (wanted.contains(room)) {
          confirmed.add(room);
        }
      }
      case "disconnect" -> from.close();
      case "" -> latencies.add(System.nanoTime() - message.getLong("message"));
      default -> {
        /* pings */
      }
    }
  }

  private synchronized void changeMind() {
    if (!churning || !welcomed) {
      return;
    }
    Integer left = List.copyOf(wanted).get(random.nextInt(wanted.size()));
    wanted.remove(left);
    confirmed.remove(left);
    command("unsubscribe", left);
    int entered = random.nextInt(rooms);
    while (!wanted.add(entered)) {
      entered = random.nextInt(rooms);
    }
    command("subscribe", entered);
  }

  private void command(String command, int room) {
    String identifier =
        new JsonObject().put("channel", "RoomChannel").put("room", room).encode();
    socket.writeTextMessage(
        new JsonObject().put("command", command).put("identifier", identifier).encode());
  }

  void churn(boolean on) {
    churning = on;
  }

  synchronized boolean isSettled() {
    return welcomed && confirmed.equals(wanted);
  }

  synchronized Set<Integer> rooms() {
    return Set.copyOf(wanted);
  }

  int reconnects() {
    return reconnects.get();
  }
}
