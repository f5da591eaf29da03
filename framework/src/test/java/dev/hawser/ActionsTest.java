// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.support.LogCapture;
import dev.hawser.support.WireClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class ActionsTest extends WireTest {
  private static final String CHAT = identifier("ChatChannel");

  private final class JournalConnection extends Connection {
    @Override
    protected boolean onError(Throwable failure, String callback) {
      journal.add(callback + ": " + failure.getMessage());
      return false;
    }
  }

  abstract static class BaseChannel extends Channel<Connection> {
    @Action
    public void inherited() {
      transmit("inherited");
    }

    @Action
    protected void overridden() {
      transmit("not overridden");
    }

    @Action("renamed_above")
    void renamedAbove() {
      transmit("renamed above");
    }

    public void publicButNoAction() {
      transmit("must not run");
    }
  }

  record Line(String text, List<Integer> at) {}

  record Speak(String text, int times, List<Line> lines) {}

  private static final Promise<Void> NEVER = Promise.promise();

  static class ChatChannel extends BaseChannel {
    private String secret = "must not be told";
    Future<Void> slow = NEVER.future();

    @Override
    protected void overridden() {
      transmit("overridden");
    }

    @Action
    void plain() {
      transmit("plain");
    }

    @Action
    private void hidden() {
      transmit("hidden");
    }

    @Action
    void speak(Speak command) {
      transmit(command);
    }

    @Action
    void node(JsonNode data) {
      transmit(data);
    }

    @Action
    void object(ObjectNode data) {
      transmit(data);
    }

    @Action
    void map(Map<String, Object> data) {
      transmit(data);
    }

    @Action
    void sendHTMLMessage() {
      transmit("html");
    }

    @Action("Explicit-Name")
    void named() {
      transmit("named");
    }

    @Action
    void receive(Map<String, Object> data) {
      transmit(Map.of("received", data));
    }

    @Action
    void fail() {
      throw new IllegalStateException("on purpose");
    }

    @Action
    void failHard() {
      throw new StackOverflowError("deep");
    }

    @Action
    Future<Void> failLater() {
      return Future.failedFuture("later");
    }

    @Action
    CompletionStage<String> stage() {
      return CompletableFuture.supplyAsync(() -> {
        transmit("staged");
        return "not a reply";
      });
    }

    // Nothing of this is for the wire.
    @Override
    protected void subscribed() {}

    @Override
    public void unsubscribed() {
      transmit("must not run");
    }

    public String getSecret() {
      return secret;
    }

    public void setSecret(String secret) {
      this.secret = secret;
    }

    void packagePrivate() {
      transmit("must not run");
    }

    public static void staticMethod() {}
  }

  private WireClient serveChat() {
    serve(cable -> cable
        .connection(JournalConnection::new)
        .channel(ChatChannel.class, ChatChannel::new)
        .channel(SilentChannel.class, SilentChannel::new)
        .channel(HandlingChannel.class, HandlingChannel::new));
    return open().subscribe(CHAT).confirmed(CHAT);
  }

  @ParameterizedTest
  @CsvSource({
    "plain, plain",
    "hidden, hidden",
    "inherited, inherited",
    "overridden, overridden",
    "renamed_above, renamed above",
    "sendHTMLMessage, html",
    "send_html_message, html",
    "Explicit-Name, named",
    "stage, staged",
  })
  void performsAnAction(String name, String expected) {
    WireClient client = serveChat().perform(CHAT, name, Map.of("ignored", 1));
    assertThat(client.message().textValue()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "getClass",
        "toString",
        "hashCode",
        "equals",
        "notify",
        "notifyAll",
        "wait",
        "finalize",
        "clone",
        "subscribed",
        "unsubscribed",
        "beforeSubscribe",
        "afterUnsubscribe",
        "onError",
        "connection",
        "params",
        "identifier",
        "reject",
        "transmit",
        "streamFrom",
        "stream_from",
        "streamFor",
        "stopAllStreams",
        "stop_all_streams",
        "broadcastTo",
        "broadcast_to",
        "defer",
        "getSecret",
        "setSecret",
        "get_secret",
        "secret",
        "slow",
        "packagePrivate",
        "staticMethod",
        "publicButNoAction",
        "public_but_no_action",
        "<init>",
        "attach",
        "renamedAbove",
        "named",
        "explicit-name",
        "Plain",
        "PLAIN",
        "plain ",
        " plain",
        "plain()",
        "send_h_t_m_l_message",
        "unknown",
        "ChatChannel#plain",
        "lambda$stage$0",
      })
  void refusesWhateverIsNoAction(String name) {
    WireClient client = serveChat();
    expectSilence(client.perform(CHAT, name));
    journal.expect("ChatChannel#message: ChatChannel has no action \"" + name + "\"");
    client.perform(CHAT, "plain");
    assertThat(client.message().textValue()).isEqualTo("plain");
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = {" ", "receive"})
  void givesDataWithoutAnActionToReceive(String name) {
    WireClient client = serveChat().perform(CHAT, name, Map.of("text", "x"));
    assertThat(client.message().get("received").get("text").textValue()).isEqualTo("x");
  }

  @Test
  void givesDataWithANullActionToReceive() {
    Map<String, Object> data = new HashMap<>();
    data.put("action", null);
    WireClient client = serveChat().perform(CHAT, null, data);
    assertThat(client.message().get("received").has("action")).isTrue();
  }

  static final class SilentChannel extends Channel<Connection> {
    public void receive() {
      transmit("must not run");
    }
  }

  @Test
  void refusesDataWithoutAnActionIfThereIsNoReceive() {
    String silent = identifier("SilentChannel");
    WireClient client = serveChat().subscribe(silent).confirmed(silent);
    expectSilence(client.perform(silent, null, Map.of("text", "x")));
    journal.expect("SilentChannel#message: SilentChannel has no action \"receive\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"node", "object", "map"})
  void givesTheWholeDataWithItsAction(String name) {
    WireClient client = serveChat().perform(CHAT, name, Map.of("a", List.of(1, "b")));
    assertThat(client.message().toString())
        .isEqualTo("{\"a\":[1,\"b\"],\"action\":\"" + name + "\"}");
  }

  @Test
  void bindsDataToARecord() {
    WireClient client = serveChat()
        .perform(
            CHAT,
            "speak",
            Map.of(
                "text",
                "Ahoy",
                "times",
                2,
                "lines",
                List.of(Map.of("text", "l", "at", List.of(1))),
                "unknown",
                true));
    assertThat(client.message().toString())
        .isEqualTo("{\"text\":\"Ahoy\",\"times\":2,\"lines\":[{\"text\":\"l\",\"at\":[1]}]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"times\":\"often\"}                         | data.times",
        "{\"times\":null}                              | data.times",
        "{\"text\":{}}                                 | data.text",
        "{\"lines\":[{\"at\":[1,2]},{\"at\":[1,\"x\"]}]} | data.lines[1].at[1]",
        "{\"lines\":7}                                 | data.lines",
      })
  void tellsWhichFieldDoesNotFit(String data, String path) throws Exception {
    WireClient client = serveChat();
    Map<?, ?> fields = new com.fasterxml.jackson.databind.ObjectMapper().readValue(data, Map.class);
    Map<String, Object> arguments = new HashMap<>();
    fields.forEach((name, value) -> arguments.put(String.valueOf(name), value));
    try (LogCapture log = new LogCapture()) {
      expectSilence(client.perform(CHAT, "speak", arguments));
      String report = "ChatChannel#speak: " + path + " does not fit: ";
      assertThat(journal.next()).startsWith("ChatChannel#speak: " + report);
      assertThat(log.line("bad command")).contains("callback=ChatChannel#speak", report);
    }
  }

  @ParameterizedTest
  @CsvSource({"fail, on purpose", "failHard, deep", "failLater, later"})
  void reportsAFailingActionAndStays(String name, String message) {
    WireClient client = serveChat();
    try (LogCapture log = new LogCapture()) {
      expectSilence(client.perform(CHAT, name));
      journal.expect("ChatChannel#" + name + ": " + message);
      log.line("callback failed: connection= callback=ChatChannel#" + name);
    }
    client.perform(CHAT, "plain");
    assertThat(client.message().textValue()).isEqualTo("plain");
  }

  private final class HandlingChannel extends Channel<Connection> {
    @Action
    void fail(Speak command) {
      throw new IllegalStateException("times " + command.times());
    }

    @Override
    protected boolean onError(Throwable failure, String callback) {
      journal.add("channel: " + callback + " " + failure.getClass().getSimpleName());
      return !failure.getMessage().contains("times 2");
    }
  }

  @Test
  void asksTheChannelBeforeTheConnection() {
    String handling = identifier("HandlingChannel");
    WireClient client = serveChat().subscribe(handling).confirmed(handling);
    client.perform(handling, "fail", Map.of("times", 1));
    client.perform(handling, "fail", Map.of("times", 2));
    client.perform(handling, "fail", Map.of("times", "x"));
    client.perform(handling, "nothing");
    journal.expect(
        "channel: HandlingChannel#fail IllegalStateException",
        "channel: HandlingChannel#fail IllegalStateException",
        "HandlingChannel#fail: times 2",
        "channel: HandlingChannel#fail BindingException",
        "channel: HandlingChannel#message ProtocolException");
  }

  @Test
  void tellsTheListenerOfEveryActionPerformed() {
    serve(cable -> cable.channel(ChatChannel.class, ChatChannel::new).events(new CableEvents() {
      @Override
      public void actionPerformed(String channel, String action, long nanos, Throwable failure) {
        journal.add(channel + " " + action + " " + (nanos > 0) + " " + failure);
      }
    }));
    WireClient client = open().subscribe(CHAT).confirmed(CHAT);
    client.perform(CHAT, "plain").perform(CHAT, "getClass").perform(CHAT, "fail");
    client.perform(CHAT, "send_html_message");
    journal.expect(
        "ChatChannel plain true null",
        "ChatChannel fail true java.lang.IllegalStateException: on purpose",
        "ChatChannel send_html_message true null");
  }
}
