// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.internal.advice.Development;
import dev.hawser.support.LogCapture;
import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In development mode the page is told what the server refuses; in production it is not. */
class DevelopmentModeTest extends WireFixture {
  private static final String ROOM = identifier("RoomChannel");
  private static final String SECRET = "{\"channel\":\"RoomChannel\",\"secret\":true}";
  private static final String BROKEN = "{\"channel\":\"RoomChannel\",\"broken\":true}";
  private static final String CHANEL = identifier("RoomChanel");
  private static final String EXTENDED = "Sec-WebSocket-Protocol: actioncable-v1-ext-json";

  static final class RoomChannel extends Channel<Connection> {
    record Say(int times) {}

    @Override
    protected void subscribed() {
      if (params().has("secret")) {
        reject();
      }
      if (params().has("broken")) {
        throw new IllegalStateException("no database");
      }
    }

    @Action
    void say(Say what) {
      transmit("said");
    }

    @Action
    void fail() {
      throw new IllegalStateException("on purpose");
    }

    void shout() {}
  }

  static final class PickyConnection extends Connection {
    @Override
    protected void connect() {
      throw new IllegalStateException("no database");
    }
  }

  private WireClient openIn(boolean development, String... headers) {
    serve(cable -> cable.channel(RoomChannel.class, RoomChannel::new).developmentMode(development));
    return closing(WireClient.upgrade(server().port(), "/cable", headers(headers)))
        .welcomed();
  }

  private String[] headers(String... more) {
    String[] all = java.util.Arrays.copyOf(more, more.length + 1);
    all[more.length] = "Origin: http://localhost:" + server().port();
    return all;
  }

  private static void expectAdvice(
      WireClient client, String action, String identifier, String reason, String suggestion) {
    JsonNode advice = client.json();
    assertThat(advice.path("type").asText()).isEqualTo("advice");
    assertThat(advice.path("action").asText()).isEqualTo(action);
    assertThat(advice.path("identifier").asText("")).isEqualTo(identifier);
    assertThat(advice.path("reason").asText()).isEqualTo(reason);
    assertThat(advice.path("suggestion").asText("")).isEqualTo(suggestion);
  }

  @Test
  void tellsThePageWhatIsRefused() {
    WireClient client = openIn(true, EXTENDED).subscribe(CHANEL);
    expectAdvice(
        client,
        "subscribe",
        "",
        "no channel is registered as \"RoomChanel\"",
        "did you mean \"RoomChannel\"?");
    client.rejected(CHANEL).subscribe(SECRET);
    expectAdvice(client, "RoomChannel", SECRET, "rejected: the channel called reject()", "");
    client.rejected(SECRET).subscribe(BROKEN);
    expectAdvice(client, "RoomChannel#subscribed", BROKEN, "no database", "");
    client.rejected(BROKEN).subscribe(ROOM).confirmed(ROOM).perform(ROOM, "shout");
    expectAdvice(
        client,
        "RoomChannel#message",
        ROOM,
        "RoomChannel has no action \"shout\"",
        "RoomChannel#shout is not marked @Action");
    client.perform(ROOM, "say", Map.of("times", "often"));
    expectAdvice(
        client,
        "RoomChannel#say",
        ROOM,
        "RoomChannel#say: data.times does not fit: expected int",
        "");
    client.perform(ROOM, "fail");
    expectAdvice(client, "RoomChannel#fail", ROOM, "on purpose", "");
    client.unsubscribe(ROOM).perform(ROOM, "fail");
    expectAdvice(
        client, "message", "", "no subscription \"{\\\"channel\\\":\\\"RoomChannel\\\"}\"", "");
  }

  private static final String NEWS = identifier("NewsChannel");

  static final class NewsChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("news:sports");
    }
  }

  private String logOfBroadcasts(boolean development, String... names) {
    serve(cable -> cable.channel(NewsChannel.class, NewsChannel::new).developmentMode(development));
    open().subscribe(NEWS).confirmed(NEWS);
    try (LogCapture log = new LogCapture()) {
      for (String name : names) {
        cable().broadcast(name, 1);
      }
      return log.text();
    }
  }

  @Test
  void namesTheStreamThatABroadcastWasMeantFor() {
    assertThat(logOfBroadcasts(true, "news:sports", "news:weather", "new:sports"))
        .contains("INFO")
        .contains("broadcast without subscribers: broadcasting=new:sports unlogged=0; did you mean"
            + " \"news:sports\"?")
        .doesNotContain("news:weather");
  }

  @Test
  void looksForNoOtherStreamInProduction() {
    assertThat(logOfBroadcasts(false, "new:sports")).doesNotContain("without subscribers");
  }

  @Test
  void tellsWhyAConnectionFails() {
    serve(cable -> cable.connection(PickyConnection::new).developmentMode(true));
    WireClient client = closing(WireClient.upgrade(server().port(), "/cable", headers(EXTENDED)));
    expectAdvice(client, "connect", "", "java.lang.IllegalStateException: no database", "");
    client.expect("{\"type\":\"disconnect\",\"reason\":\"server_error\",\"reconnect\":true}");
  }

  private static void expectNothingButRejections(WireClient client) {
    client.subscribe(CHANEL).rejected(CHANEL).subscribe(SECRET).rejected(SECRET);
    client.subscribe(BROKEN).rejected(BROKEN).subscribe(ROOM).confirmed(ROOM);
    expectSilence(client.perform(ROOM, "shout").perform(ROOM, "fail"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Sec-WebSocket-Protocol: actioncable-v1-json", "X-No-Subprotocol: at all"})
  void tellsNothingToClientsThatDoNotKnowTheMessage(String headers) {
    expectNothingButRejections(openIn(true, headers));
  }

  @Test
  void isOffUnlessItIsTurnedOn() {
    expectNothingButRejections(openIn(false, EXTENDED));
    serve(cable -> cable.channel(RoomChannel.class, RoomChannel::new));
    expectNothingButRejections(
        closing(WireClient.upgrade(server().port(), "/cable", headers(EXTENDED)))
            .welcomed());
  }

  private static String logOf(Consumer<CableBuilder> configure) {
    Vertx vertx = Vertx.vertx();
    try (LogCapture log = new LogCapture()) {
      CableBuilder builder = Cable.builder(vertx).connection(PlainConnection::new);
      configure.accept(builder);
      TestServer.await(builder.build().close());
      return log.text();
    } finally {
      TestServer.await(vertx.close());
    }
  }

  @Test
  void isLoudInTheLog() {
    assertThat(logOf(cable -> cable.developmentMode(true)))
        .contains("options: developmentMode=true")
        .contains("WARN")
        .contains("development mode is on: pages are told what the server refuses, with the text of"
            + " exceptions; turn it off in production (developmentMode, hawser.developmentMode)");
    assertThat(logOf(cable -> {})).doesNotContain("development", "WARN");
  }

  @Test
  void isTurnedOnByASystemPropertyToo() {
    System.setProperty(Development.PROPERTY, "true");
    try {
      assertThat(logOf(cable -> {})).contains("development mode is on");
      assertThat(logOf(cable -> cable.developmentMode(false))).doesNotContain("development");
    } finally {
      System.clearProperty(Development.PROPERTY);
    }
  }
}
