// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hawser.support.LogCapture;
import dev.hawser.support.WireClient;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client may send wrong: nobody's socket dies of it, and the client is answered. */
class CommandsTest extends WireTest {
  private static final String ECHO = identifier("EchoChannel");

  private final class JournalConnection extends Connection {
    @Override
    protected boolean onError(Throwable failure, String callback) {
      journal.add(callback + ": " + failure.getMessage());
      return true;
    }
  }

  static class EchoChannel extends Channel<Connection> {
    @Action
    void receive(Map<String, Object> data) {
      transmit(data.get("text"));
    }
  }

  static final class NoActionsChannel extends Channel<Connection> {}

  private WireClient client;
  private WireClient neighbour;

  private void open(Runnable check) {
    serve(cable -> cable
        .connection(JournalConnection::new)
        .channel(EchoChannel.class, EchoChannel::new)
        .channel(NoActionsChannel.class, NoActionsChannel::new));
    client = open().subscribe(ECHO).confirmed(ECHO);
    neighbour = open().subscribe(ECHO).confirmed(ECHO);
    check.run();
    expectEcho(client);
    expectEcho(neighbour);
  }

  private static void expectEcho(WireClient client) {
    client.perform(ECHO, null, Map.of("text", "well"));
    assertThat(client.message().textValue()).isEqualTo("well");
  }

  private static String command(String command, String identifier) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("command", command)
        .put("identifier", identifier)
        .toString();
  }

  private static String message(String identifier, String data) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("command", "message")
        .put("identifier", identifier)
        .put("data", data)
        .toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "not json",
        "{\"command\":\"subscribe\"",
        "{\"command\":\"subscribe\"} {}",
        "[]",
        "[{\"command\":\"subscribe\",\"identifier\":\"{}\"}]",
        "1",
        "true",
        "null",
        "\"subscribe\"",
        "{}",
        "{\"command\":null}",
        "{\"command\":1}",
        "{\"command\":\"\"}",
        "{\"command\":\"Subscribe\",\"identifier\":\"{}\"}",
        "{\"command\":\"Pong\"}",
        "{\"command\":\"history\"}",
        "{\"command\":\"shout\",\"identifier\":\"{}\",\"data\":\"{}\"}",
        "{\"command\":\"whisper\"}",
        "{\"command\":\"whisper\",\"identifier\":\"{}\"}",
        "{\"command\":\"join\",\"identifier\":\"{}\"}",
        "{\"command\":\"leave\"}",
        "{\"command\":\"presence\"}",
        "{\"command\":\"subscribe\"}",
        "{\"command\":\"subscribe\",\"identifier\":null}",
        "{\"command\":\"subscribe\",\"identifier\":\"\"}",
        "{\"command\":\"subscribe\",\"identifier\":\" \\t\"}",
        "{\"command\":\"subscribe\",\"identifier\":1}",
        "{\"command\":\"subscribe\",\"identifier\":{\"channel\":\"EchoChannel\"}}",
        "{\"command\":\"subscribe\",\"identifier\":\"{\\\"channel\\\":\\\"\\uD800\\\"}\"}",
        "{\"command\":\"subscribe\",\"command\":\"subscribe\",\"identifier\":\"{}\"}",
        "{\"command\":\"unsubscribe\"}",
        "{\"command\":\"unsubscribe\",\"identifier\":\"\"}",
        "{\"command\":\"message\"}",
        "{\"command\":\"message\",\"identifier\":\"{\\\"channel\\\":\\\"EchoChannel\\\"}\"}",
      })
  void reportsWhatIsNoCommandAndStays(String text) {
    open(() -> {
      expectSilence(client.sendText(text));
      journal.find("command: ");
    });
  }

  @Test
  void reportsWhatIsNestedTooDeep() {
    open(() -> {
      String deep = "[".repeat(1000) + "]".repeat(1000);
      expectSilence(client.sendText("{\"command\":\"subscribe\",\"extra\":" + deep + "}"));
      journal.find("command: ");
      String identifier = "{\"channel\":\"EchoChannel\",\"deep\":" + deep + "}";
      client.subscribe(identifier).rejected(identifier);
      journal.find("subscribe: identifier is not valid JSON");
    });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not json",
        "{",
        "[]",
        "1",
        "null",
        "\"EchoChannel\"",
        "{} {}",
        "{}",
        "{\"channel\":null}",
        "{\"channel\":\"\"}",
        "{\"channel\":1}",
        "{\"channel\":[\"EchoChannel\"]}",
        "{\"channel\":{\"name\":\"EchoChannel\"}}",
        "{\"channel\":\"UnknownChannel\"}",
        "{\"channel\":\"echochannel\"}",
        "{\"channel\":\"::EchoChannel\"}",
        "{\"channel\":\"EchoChannel \"}",
        "{\"channel\":\"Channel\"}",
        "{\"channel\":\"dev.hawser.Channel\"}",
        "{\"channel\":\"dev.hawser.CommandsTest$EchoChannel\"}",
        "{\"channel\":\"java.lang.Runtime\"}",
        "{\"channel\":\"EchoChannel\",\"channel\":\"EchoChannel\"}",
        "{\"channel\":\"<script>&\\u2028\\\"\\\\\"}",
      })
  void rejectsASubscriptionThatCannotBe(String identifier) {
    open(() -> {
      client.sendText(command("subscribe", identifier)).rejected(identifier);
      journal.find("subscribe: ");
      // The client forgets it; nothing is left of it here.
      assertThat(cable().connections())
          .allSatisfy(connection -> assertThat(connection.subscriptions()).containsExactly(ECHO));
      client.sendText(command("subscribe", identifier)).rejected(identifier);
    });
  }

  @Test
  void ignoresAnUnsubscribeFromWhatIsNotSubscribed() {
    open(() -> {
      expectSilence(client.unsubscribe("{\"channel\":\"EchoChannel\",\"n\":1}"));
      expectSilence(client.unsubscribe("no json"));
      journal.expect("subscribe: no channel is registered as \"\"");
      journal.expect("subscribe: no channel is registered as \"\"");
    });
  }

  @Test
  void reportsAMessageToWhatIsNotSubscribed() {
    open(() -> {
      expectSilence(client.perform("{\"channel\":\"EchoChannel\",\"n\":1}", "receive"));
      journal.find(
          "message: no subscription \"{\\\"channel\\\":\\\"EchoChannel\\\",\\\"n\\\":1}\"");
    });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not json",
        "[]",
        "1",
        "null",
        "\"receive\"",
        "{} {}",
        "{\"action\":1}",
        "{\"action\":[\"receive\"]}",
        "{\"action\":{}}",
        "{\"action\":true}",
      })
  void reportsDataThatIsNoObjectOrHasNoNamedAction(String data) {
    open(() -> {
      expectSilence(client.sendText(message(ECHO, data)));
      journal.find("EchoChannel#message: data");
    });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"command\":\"message\",\"identifier\":ECHO,\"data\":null}",
        "{\"command\":\"message\",\"identifier\":ECHO,\"data\":{\"text\":\"x\"}}",
        "{\"command\":\"message\",\"identifier\":ECHO,\"data\":1}",
      })
  void reportsDataThatIsNoString(String text) {
    open(() -> {
      String quoted = JsonNodeFactory.instance.textNode(ECHO).toString();
      expectSilence(client.sendText(text.replace("ECHO", quoted)));
      journal.find("command: ");
    });
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "1", "{\"a\":[1]}", "[]"})
  void overlooksDataOfASubscribe(String data) {
    open(() -> {
      String quoted = JsonNodeFactory.instance.textNode(ECHO).toString();
      client.sendText("{\"command\":\"unsubscribe\",\"identifier\":ECHO}".replace("ECHO", quoted));
      client.sendText("{\"command\":\"subscribe\",\"data\":DATA,\"identifier\":ECHO}"
          .replace("ECHO", quoted)
          .replace("DATA", data));
      client.confirmed(ECHO);
    });
  }

  @Test
  void logsAWrongCommandInOneLineWithoutControlCharacters() {
    serve(cable -> {});
    WireClient client = open();
    try (LogCapture log = new LogCapture()) {
      client.sendText("{\"command\":\"a\\nFAKE\\u001b[31m" + "x".repeat(500) + "\"}");
      String line = log.line("bad command");
      assertThat(line)
          .contains("unknown command \"a\\u000AFAKE\\u001B[31mxxx")
          .hasSizeLessThan(300);
    }
  }

  // -- what it has to accept

  @Test
  void readsFieldsInAnyOrderAndSkipsUnknownOnes() {
    open(() -> {
      String other = "{\"channel\":\"EchoChannel\",\"n\":1}";
      String quoted = JsonNodeFactory.instance.textNode(other).toString();
      client.sendText(" {\"history\":{\"since\":[1,{}]},\"identifier\":" + quoted
          + ",\"command\":\"subscribe\"} ");
      client.confirmed(other);
    });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"channel\":\"EchoChannel\",\"room\":1}",
        "{ \"channel\" : \"EchoChannel\" }",
        "{\"room\":1,\"channel\":\"EchoChannel\"}",
        "{\"channel\":\"EchoChannel\",\"room\":\"\\u00fc\"}",
        "{\"channel\":\"EchoChannel\",\"room\":\"ü 🚢 <&> \u2028\"}",
        "{\"channel\":\"EchoChannel\",\"room\":\"a\\nb\\\\c\\\"d\"}",
        "\n{\"channel\":\"EchoChannel\"}\n",
      })
  void repeatsAnIdentifierAsItWasSent(String identifier) {
    open(() -> {
      client.subscribe(identifier).confirmed(identifier);
      client.perform(identifier, null, Map.of("text", "x"));
      assertThat(client.json().get("identifier").textValue()).isEqualTo(identifier);
    });
  }

  @Test
  void keepsIdentifiersApartThatDifferInTheirTextOnly() {
    open(() -> {
      String spaced = "{\"channel\": \"EchoChannel\"}";
      client.subscribe(spaced).confirmed(spaced);
      assertThat(cable().connections())
          .anySatisfy(
              connection -> assertThat(connection.subscriptions()).containsExactly(ECHO, spaced));
      client.unsubscribe(spaced).perform(ECHO, null, Map.of("text", "still here"));
      assertThat(client.message().textValue()).isEqualTo("still here");
    });
  }
}
