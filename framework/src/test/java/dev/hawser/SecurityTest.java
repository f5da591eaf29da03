// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.support.WireClient;
import io.vertx.core.http.HttpServerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Practices of docs/security.md that no other test shows. */
class SecurityTest extends WireTest {
  private static final String ROOM = identifier("RoomChannel");
  private static final String SECRET = "hunter2";
  private static final int LARGE = 4 * 1024 * 1024;

  // -- intent

  static final class CarefulConnection extends Connection {
    @Override
    protected void connect() {
      boolean meant = "from-the-page".equals(request().queryParam("csrf"));
      if (request().cookie("session").isEmpty() || !meant) {
        throw unauthorized();
      }
    }
  }

  @Test
  void letsConnectAskForMoreThanTheCookieThatBrowsersSendByThemselves() {
    serve(cable -> cable.connection(CarefulConnection::new).checkOrigin(false));
    WireClient forged = closing(WireClient.connect(
        server().port(), "/cable", "Origin: https://evil.example", "Cookie: session=1"));
    forged.expect("{\"type\":\"disconnect\",\"reason\":\"unauthorized\",\"reconnect\":false}");
    closing(WireClient.connect(server().port(), "/cable?csrf=from-the-page", "Cookie: session=1"))
        .welcomed();
  }

  // -- what clients are told

  private volatile String failing = "";

  private void failIn(String callback) {
    if (failing.equals(callback)) {
      throw new IllegalStateException(SECRET);
    }
  }

  private final class RoomConnection extends Connection {
    @Override
    protected void connect() {
      failIn("connect");
    }

    @Override
    protected boolean beforeCommand(ConnectionCommand command) {
      failIn("beforeCommand");
      return true;
    }

    @Override
    protected void afterCommand(ConnectionCommand command) {
      failIn("afterCommand");
    }

    @Override
    protected boolean onError(Throwable failure, String callback) {
      failIn("onError");
      return false;
    }

    @Override
    protected void disconnect() {
      failIn("disconnect");
    }
  }

  private final class RoomChannel extends Channel<Connection> {
    RoomChannel() {
      failIn("factory");
    }

    @Override
    protected void subscribed() {
      failIn("subscribed");
      streamFrom("room", message -> failIn("handler"));
    }

    @Override
    protected void unsubscribed() {
      failIn("unsubscribed");
    }

    @Periodically(every = 5, unit = TimeUnit.MILLISECONDS)
    void tick() {
      failIn("tick");
    }

    @Action
    void act() {
      failIn("onError");
      failIn("act");
    }

    @Action
    void echo(Map<String, Object> data) {
      transmit(data);
    }
  }

  private void serveRoom() {
    serve(
        new HttpServerOptions().setMaxWebSocketFrameSize(LARGE),
        cable -> cable
            .connection(RoomConnection::new)
            .channel(RoomChannel.class, RoomChannel::new)
            .maxMessageBytes(LARGE)
            .events(new CableEvents() {
              @Override
              public void callbackFailed(String callback, Throwable failure) {
                journal.add(failure.getMessage());
              }
            }),
        router -> {});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connect",
        "beforeCommand",
        "afterCommand",
        "onError",
        "factory",
        "subscribed",
        "handler",
        "tick",
        "act",
        "unsubscribed"
      })
  void tellsClientsNothingOfWhatFailed(String callback) {
    serveRoom();
    failing = callback;
    WireClient client = connect().subscribe(ROOM);
    if (callback.equals("handler") || callback.equals("tick")) {
      client.welcomed().confirmed(ROOM);
      cable().broadcast("room", 1);
      journal.find(SECRET);
    } else {
      client.perform(ROOM, "act");
    }
    client.unsubscribe(ROOM).subscribe("{}");
    for (String text : everything(client)) {
      assertThat(text).doesNotContain(SECRET, "Exception", "dev.hawser", "at ");
    }
    if (!callback.equals("handler") && !callback.equals("tick")) {
      journal.find(SECRET);
    }
  }

  /** What comes up to the answer to the last command, or to a goodbye. */
  private static List<String> everything(WireClient client) {
    List<String> texts = new ArrayList<>();
    do {
      texts.add(client.text());
    } while (!texts.get(texts.size() - 1).contains("\"identifier\":\"{}\"")
        && !texts.get(texts.size() - 1).contains("\"disconnect\""));
    return texts;
  }

  // -- JSON

  record Hostile(String name, String text) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static String message(String data) {
    return "{\"command\":\"message\",\"identifier\":\"{\\\"channel\\\":\\\"RoomChannel\\\"}\",\"data\":\""
        + data.replace("\\", "\\\\").replace("\"", "\\\"")
        + "\"}";
  }

  static Stream<Hostile> hostile() {
    String digits = "9".repeat(1_000_000);
    return Stream.of(
        new Hostile("100,000 brackets", "[".repeat(100_000)),
        new Hostile("100,000 brackets in a field", "{\"x\":" + "[".repeat(100_000)),
        new Hostile("objects in objects", "{\"a\":".repeat(50_000)),
        new Hostile("a number of a million digits", "{\"x\":" + digits + "}"),
        new Hostile("a name of a million characters", "{\"" + digits + "\":1}"),
        new Hostile("a million names", "{" + "\"a\":1,".repeat(500_000) + "\"a\":1}"),
        new Hostile("data: 100,000 brackets", message("[".repeat(100_000))),
        new Hostile(
            "data: brackets in a field",
            message("{\"action\":\"echo\",\"x\":" + "[".repeat(100_000) + "}")),
        new Hostile("data: digits", message("{\"action\":\"echo\",\"x\":" + digits + "}")),
        new Hostile("data: an exponent", message("{\"action\":\"act\",\"x\":1e999999999}")),
        new Hostile("data: a duplicate", message("{\"action\":\"act\",\"action\":\"echo\"}")),
        new Hostile("data: something behind it", message("{\"action\":\"echo\"} {}")),
        new Hostile("data: NUL", message("{\"action\":\"ec\u0000ho\"}")));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void readsHostileJsonWithinBounds(Hostile json) {
    serveRoom();
    WireClient client = open().subscribe(ROOM).confirmed(ROOM);
    expectSilence(client.sendText(json.text()));
    journal.next();
    client.perform(ROOM, "echo", Map.of("a", 1));
    assertThat(client.message().toString()).isEqualTo("{\"a\":1,\"action\":\"echo\"}");
  }

  @Test
  void rejectsALongIdentifierLikeAnyThatNamesNoChannel() {
    serveRoom();
    String identifier = "{\"channel\":\"" + "x".repeat(60_000) + "\"}";
    open().subscribe(identifier).rejected(identifier);
  }

  @Test
  void takesNamesOfClassesForData() {
    serveRoom();
    WireClient client = open().subscribe(ROOM).confirmed(ROOM);
    Map<String, Object> data = Map.of(
        "@class",
        "java.lang.ProcessBuilder",
        "@type",
        "java.util.ArrayList",
        "x",
        List.of("java.util.HashSet", Map.of()));
    client.perform(ROOM, "echo", data);
    JsonNode echo = client.message();
    assertThat(echo.get("@class").textValue()).isEqualTo("java.lang.ProcessBuilder");
    assertThat(echo.get("@type").textValue()).isEqualTo("java.util.ArrayList");
    assertThat(echo.get("x").toString()).isEqualTo("[\"java.util.HashSet\",{}]");
  }
}
