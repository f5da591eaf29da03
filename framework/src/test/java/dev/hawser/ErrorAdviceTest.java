// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hawser.support.LogCapture;
import dev.hawser.support.WireClient;
import io.vertx.core.Vertx;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What developers do wrong first is answered by a line that names the place and the mend. */
@SuppressWarnings("UnusedMethod") // What callbacks are mistaken for is never called.
class ErrorAdviceTest extends WireFixture {
  private static final String CHAT = "{\"channel\":\"ChatChannel\",\"id\":1,\"room\":\"lobby\"}";

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> DATA = new TypeReference<>() {};

  static final class ChatChannel extends Channel<Connection> {
    record Params(int id, String room) {}

    record Speak(@JsonProperty(required = true) String text, String to, int times) {}

    @Override
    protected void subscribed() {
      streamFor(params(Params.class).room());
    }

    @Action
    void speak(Speak command) {
      transmit(command.to().length());
    }

    @Action("bye")
    void leave() {}

    void shout() {}

    void sendAgain() {}
  }

  private WireClient openChat() {
    serve(cable -> cable.channel(ChatChannel.class, ChatChannel::new));
    return open().subscribe(CHAT).confirmed(CHAT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '%',
      value = {
        "shout      | ChatChannel#shout is not marked @Action",
        "sendAgain  | ChatChannel#sendAgain is not marked @Action",
        "send_again | ChatChannel#sendAgain is not marked @Action",
        "leave      | ChatChannel#leave is the action \"bye\"",
        "speek      | did you mean \"speak\"?",
        "Speak      | did you mean \"speak\"?",
        "sing       | expected: one of \"bye\", \"speak\"",
        "subscribed | expected: one of \"bye\", \"speak\"",
      })
  void saysWhyAnActionIsNone(String action, String mend) {
    WireClient client = openChat();
    try (LogCapture log = new LogCapture()) {
      client.perform(CHAT, action);
      assertThat(log.line("bad command: "))
          .contains("callback=ChatChannel#message problem=ChatChannel has no action \"" + action
              + "\" unlogged=0; " + mend);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '%',
      value = {
        "{\"channel\":\"ChatChanel\"} | \"ChatChanel\" | did you mean \"ChatChannel\"?",
        "{\"channel\":\"chatchannel\"} | \"chatchannel\" | did you mean \"ChatChannel\"?",
        "{\"channel\":\"News\"} | \"News\" | expected: one of \"ChatChannel\"",
        "{\"chanel\":\"ChatChannel\"} | \"\" | expected: one of \"ChatChannel\"",
      })
  void namesTheChannelThatWasMeant(String identifier, String name, String mend) {
    serve(cable -> cable.channel(ChatChannel.class, ChatChannel::new));
    try (LogCapture log = new LogCapture()) {
      open().subscribe(identifier).rejected(identifier);
      assertThat(log.line("bad command: "))
          .contains("callback=subscribe problem=no channel is registered as " + name
              + " unlogged=0; " + mend);
    }
  }

  @Test
  void namesTheParamThatIsMissing() {
    serve(cable -> cable.channel(ChatChannel.class, ChatChannel::new));
    String noRoom = "{\"channel\":\"ChatChannel\",\"id\":1,\"rooom\":\"lobby\"}";
    try (LogCapture log = new LogCapture()) {
      open().subscribe(noRoom).rejected(noRoom);
      assertThat(log.line("callback failed: "))
          .contains("callback=ChatChannel#subscribed problem=cannot name null")
          .endsWith("; the client sent no params.room");
    }
  }

  @Test
  void namesThePrimitiveParamThatIsMissing() {
    serve(cable -> cable.channel(ChatChannel.class, ChatChannel::new));
    String noId = "{\"channel\":\"ChatChannel\",\"room\":\"lobby\"}";
    try (LogCapture log = new LogCapture()) {
      open().subscribe(noId).rejected(noId);
      assertThat(log.line("bad command: "))
          .contains("problem=ChatChannel: params.id is missing: expected int");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '%',
      value = {
        "{\"times\":1}                      | data.text is missing: expected String",
        "{\"text\":\"x\"}                   | data.times is missing: expected int",
        "{\"text\":\"x\",\"times\":\"one\"} | data.times does not fit: expected int",
      })
  void namesTheDataThatIsMissing(String data, String problem) throws Exception {
    WireClient client = openChat();
    try (LogCapture log = new LogCapture()) {
      client.perform(CHAT, "speak", MAPPER.readValue(data, DATA));
      assertThat(log.line("bad command: ")).contains("problem=ChatChannel#speak: " + problem);
    }
  }

  @Test
  void namesTheOptionalDataThatTheActionCouldNotDoWithout() {
    WireClient client = openChat();
    try (LogCapture log = new LogCapture()) {
      client.perform(CHAT, "speak", Map.of("text", "x", "times", 1));
      assertThat(log.line("callback failed: "))
          .contains("callback=ChatChannel#speak ")
          .endsWith("; the client sent no data.to");
    }
  }

  // -- callbacks that are none

  static class MisspeltChannel extends Channel<Connection> {
    void subscibed() {}
  }

  static class OverloadedChannel extends Channel<Connection> {
    void subscribed(JsonNode params) {}
  }

  static final class FineChannel extends Channel<Connection> {
    @Action
    void unsubscribe() {}

    void subscribers() {}
  }

  private static String warnings(Class<? extends Channel<?>> type) {
    Vertx vertx = Vertx.vertx();
    try (LogCapture log = new LogCapture()) {
      Cable cable = Cable.builder(vertx)
          .connection(PlainConnection::new)
          .channel(type, () -> null)
          .build();
      cable.close();
      return log.text();
    } finally {
      vertx.close();
    }
  }

  @Test
  void warnsOfACallbackWithAnotherNameOrOtherParameters() {
    assertThat(warnings(MisspeltChannel.class))
        .contains("WARN")
        .contains("MisspeltChannel#subscibed is never called (did you mean subscribed()?)");
    assertThat(warnings(OverloadedChannel.class))
        .contains("OverloadedChannel#subscribed is never called (did you mean subscribed()?)");
    assertThat(warnings(FineChannel.class)).doesNotContain("WARN");
  }

  // -- too early

  static final class HastyChannel extends Channel<Connection> {
    HastyChannel() {
      streamFrom("news");
    }
  }

  static final class CalledChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("news");
    }
  }

  @Test
  void saysWhereStreamsBegin() {
    String early =
        "CHANNEL has no subscription yet; use subscribed() instead of the constructor: streams,"
            + " params and the connection are there from then on. To call a channel by hand, in a"
            + " test, use dev.hawser.testing.ChannelTest";
    assertThatThrownBy(HastyChannel::new)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(early.replace("CHANNEL", HastyChannel.class.getName()));
    assertThatThrownBy(() -> new CalledChannel().subscribed())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(early.replace("CHANNEL", CalledChannel.class.getName()));
  }

  static final class HastyConnection extends Connection {
    HastyConnection() {
      identifiedBy("user", "ann");
    }
  }

  @Test
  void saysWhereConnectionsAreNamed() {
    assertThatThrownBy(HastyConnection::new)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(HastyConnection.class.getName()
            + " has no socket yet; use connect() instead of the constructor: the request and the"
            + " client are there from then on. To call a connection by hand, in a test, use"
            + " dev.hawser.testing.ChannelTest");
  }
}
