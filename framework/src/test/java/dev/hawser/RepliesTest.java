// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.support.Gate;
import dev.hawser.support.LogCapture;
import dev.hawser.support.WireClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of clients: each gets one reply, in its turn. */
class RepliesTest extends WireTest {
  private static final String SHOP = identifier("ShopChannel");
  private static final String NULL = "{\"message\":null}";

  private final Gate gate = new Gate();

  record Order(int id, String state) {}

  record Line(int count) {}

  record Advance(int id, List<Line> lines) {}

  private final class ShopConnection extends Connection {
    private String skips = "";

    @Override
    protected boolean beforeCommand(ConnectionCommand command) throws Exception {
      if (command.kind() == ConnectionCommand.Kind.MESSAGE) {
        skips = request().header("X-Skips") == null ? "" : request().header("X-Skips");
        if (skips.equals("refuse")) {
          throw new ActionException("closed", "We are closed");
        }
        if (skips.equals("fail")) {
          throw new IllegalStateException("hidden");
        }
      }
      return !skips.equals("before");
    }

    @Override
    protected void aroundCommand(ConnectionCommand command, ConnectionCommand.Body body)
        throws Exception {
      if (skips.equals("around")) {
        return;
      }
      try {
        body.proceed();
      } catch (IllegalStateException e) {
        if (!skips.equals("swallow")) {
          throw e;
        }
      }
    }

    @Override
    protected boolean onError(Throwable failure, String callback) {
      journal.add(callback + ": " + failure.getMessage());
      return true;
    }
  }

  static final class SoldOut extends ActionException {
    private static final long serialVersionUID = 1L;

    SoldOut(Object data) {
      super("sold_out", "No seats left", data, true);
    }
  }

  private class ShopChannel extends Channel<Connection> {
    @Action
    void nothing() {}

    @Action
    Order value() {
      return new Order(7, "packed");
    }

    @Action
    int number() {
      return 7;
    }

    @Action
    Future<Order> future() {
      return connectionFuture(new Order(8, "sent"));
    }

    @Action
    Future<Void> voidFuture() {
      return Future.succeededFuture();
    }

    @Action
    CompletionStage<String> stage() {
      return CompletableFuture.supplyAsync(() -> "staged");
    }

    @Action
    Map<String, Object> advance(Advance data) {
      return Map.of("id", data.id(), "lines", data.lines().size());
    }

    @Action
    void transmitsFirst() {
      transmit("before");
    }

    @Action
    void refuse() {
      throw new ActionException("sold_out", "No seats left");
    }

    @Action
    void refuseWithData() {
      throw new SoldOut(Map.of("left", 0));
    }

    @Action
    void refuseWithBadData() {
      throw new SoldOut(new Object());
    }

    @Action
    Future<Order> refuseLater() {
      return Future.failedFuture(new ActionException("sold_out", "No seats left"));
    }

    @Action
    CompletionStage<Order> refuseInAStage() {
      return CompletableFuture.supplyAsync(() -> {
        throw new ActionException("sold_out", "No seats left");
      });
    }

    @Action
    void fail() {
      throw new IllegalStateException("hidden");
    }

    @Action
    void failHard() {
      throw new StackOverflowError("hidden");
    }

    @Action
    Future<Order> failLater() {
      return Future.failedFuture("hidden");
    }

    @Action
    Object unwritable() {
      return new Object();
    }

    @Action
    String large() {
      return "x".repeat(3000);
    }

    @Action
    Future<Void> never() {
      return Promise.<Void>promise().future();
    }

    @Action
    Order blocked() {
      gate.pass();
      return new Order(9, "late");
    }

    @Action
    void rejects() {
      reject();
    }

    private <T> Future<T> connectionFuture(T value) {
      Promise<T> promise = Promise.promise();
      server().vertx().setTimer(1, fired -> promise.complete(value));
      return promise.future();
    }
  }

  private WireClient serveShop(String... headers) {
    serve(cable -> cable
        .connection(ShopConnection::new)
        .channel("ShopChannel", ShopChannel.class, ShopChannel::new)
        .maxOutboundMessageBytes(2000)
        .maxDataBytes(1000)
        .maxCallsPerConnection(2)
        .callbackTimeout(Duration.ofSeconds(1))
        .events(limitsToJournal));
    return open(headers).subscribe(SHOP).confirmed(SHOP);
  }

  private static String reply(WireClient client, String action) {
    return client.call(SHOP, action, Map.of(), "c1").reply(SHOP, "c1").toString();
  }

  private static JsonNode error(WireClient client, String action) {
    return client.call(SHOP, action, Map.of(), "c1").reply(SHOP, "c1").get("error");
  }

  private static void expectError(JsonNode error, String code) {
    assertThat(error.path("code").textValue()).isEqualTo(code);
    assertThat(error.path("message").textValue()).isNotBlank().doesNotContain("hidden");
    assertThat(error.path("retryable").isBoolean()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing     | {\"message\":null}",
        "value       | {\"message\":{\"id\":7,\"state\":\"packed\"}}",
        "number      | {\"message\":7}",
        "future      | {\"message\":{\"id\":8,\"state\":\"sent\"}}",
        "void_future | {\"message\":null}",
        "stage       | {\"message\":\"staged\"}",
      })
  void repliesWithWhatTheActionReturns(String action, String expected) {
    assertThat(reply(serveShop(), action)).isEqualTo(expected);
  }

  @Test
  void givesTheDataToTheAction() {
    Map<String, Object> data = Map.of("id", 7, "lines", List.of(Map.of("count", 1)));
    JsonNode reply = serveShop().call(SHOP, "advance", data, "c1").reply(SHOP, "c1");
    assertThat(reply.path("message").path("id").intValue()).isEqualTo(7);
    assertThat(reply.path("message").path("lines").intValue()).isEqualTo(1);
  }

  @Test
  void sendsExactlyThis() {
    WireClient client = serveShop();
    String quoted = "\"{\\\"channel\\\":\\\"ShopChannel\\\"}\"";
    client.call(SHOP, "number", Map.of(), "a\"ü");
    client.expect(
        "{\"type\":\"reply\",\"identifier\":" + quoted + ",\"call\":\"a\\\"ü\",\"message\":7}");
    client.call(SHOP, "refuse_with_data", Map.of(), "2");
    client.expect("{\"type\":\"reply\",\"identifier\":" + quoted
        + ",\"call\":\"2\",\"error\":{\"code\":\"sold_out\",\"message\":\"No seats left\","
        + "\"data\":{\"left\":0},\"retryable\":true}}");
    client.call(SHOP, "refuse", Map.of(), "3");
    client.expect("{\"type\":\"reply\",\"identifier\":" + quoted
        + ",\"call\":\"3\",\"error\":{\"code\":\"sold_out\",\"message\":\"No seats left\","
        + "\"retryable\":false}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"value", "future", "nothing"})
  void dropsWhatAPerformedActionReturns(String action) {
    expectSilence(serveShop().perform(SHOP, action));
  }

  @Test
  void repliesBehindWhatTheActionTransmits() {
    WireClient client = serveShop().call(SHOP, "transmits_first", Map.of(), "c1");
    assertThat(client.message().textValue()).isEqualTo("before");
    assertThat(client.reply(SHOP, "c1").toString()).isEqualTo(NULL);
  }

  @Test
  void repliesInTheOrderOfTheCommands() {
    WireClient client = serveShop();
    client.call(SHOP, "future", Map.of(), "1").call(SHOP, "number", Map.of(), "2");
    client.reply(SHOP, "1");
    client.reply(SHOP, "2");
  }

  // -- errors

  @ParameterizedTest
  @ValueSource(strings = {"refuse", "refuse_later", "refuse_in_a_stage"})
  void repliesWithTheRefusalOfTheActionAndReportsNothing(String action) {
    WireClient client = serveShop();
    JsonNode error = error(client, action);
    expectError(error, "sold_out");
    assertThat(error.path("message").textValue()).isEqualTo("No seats left");
    assertThat(error.path("retryable").booleanValue()).isFalse();
    assertThat(error.has("data")).isFalse();
    expectSilence(client.perform(SHOP, action));
    assertThat(journal.next()).as("of the one performed").startsWith("ShopChannel#refuse");
    journal.expect();
  }

  @Test
  void repliesWithoutDataThatCannotBeWritten() {
    JsonNode error = error(serveShop(), "refuse_with_bad_data");
    expectError(error, "sold_out");
    assertThat(error.has("data")).isFalse();
    assertThat(journal.next()).contains("cannot be written as JSON");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fail", "fail_hard", "fail_later", "unwritable"})
  void tellsNothingOfAnyOtherFailureButReportsIt(String action) {
    JsonNode error = error(serveShop(), action);
    expectError(error, "internal_error");
    assertThat(error.has("data")).isFalse();
    assertThat(journal.next()).startsWith("ShopChannel#");
  }

  @Test
  void namesTheFieldThatDoesNotFit() {
    Map<String, Object> data = Map.of("lines", List.of(Map.of("count", 1), Map.of("count", "x")));
    JsonNode error =
        serveShop().call(SHOP, "advance", data, "c1").reply(SHOP, "c1").get("error");
    expectError(error, "bad_request");
    assertThat(error.path("data").path("path").textValue()).isEqualTo("data.lines[1].count");
    assertThat(error.path("message").textValue()).startsWith("data.lines[1].count");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",\"data\":null",
        ",\"data\":{}",
        ",\"data\":\"[]\"",
        ",\"data\":\"{\"",
        ",\"data\":\"{\\\"action\\\":7}\"",
      })
  void answersDataThatCannotBeRead(String data) {
    WireClient client = serveShop();
    client.sendText(
        "{\"command\":\"message\",\"identifier\":\"{\\\"channel\\\":\\\"ShopChannel\\\"}\"" + data
            + ",\"call\":\"c1\"}");
    expectError(client.reply(SHOP, "c1").get("error"), "bad_request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"unknown", "getClass", "transmit", "onError"})
  void answersAnUnknownAction(String action) {
    WireClient client = serveShop();
    expectError(error(client, action), "unknown_action");
  }

  @Test
  void answersWhatIsNotSubscribedOrNoLonger() {
    WireClient client = serveShop();
    client.call("{\"channel\":\"ShopChannel\",\"n\":1}", "value", Map.of(), "c1");
    JsonNode error = client.reply("{\"channel\":\"ShopChannel\",\"n\":1}", "c1").get("error");
    expectError(error, "not_subscribed");
    client.unsubscribe(SHOP);
    expectError(error(client, "value"), "not_subscribed");
  }

  @Test
  void repliesBeforeTheRejectionOfASubscriptionThatTheActionEnds() {
    WireClient client = serveShop();
    client.call(SHOP, "rejects", Map.of(), "1").call(SHOP, "value", Map.of(), "2");
    assertThat(client.reply(SHOP, "1").toString()).isEqualTo(NULL);
    client.rejected(SHOP);
    expectError(client.reply(SHOP, "2").get("error"), "not_subscribed");
  }

  @ParameterizedTest
  @CsvSource({
    "before, forbidden",
    "around, forbidden",
    "refuse, closed",
    "fail, internal_error",
  })
  void answersWhatAHookSkips(String skips, String code) {
    expectError(error(serveShop("X-Skips: " + skips), "value"), code);
  }

  @Test
  void answersAFailureThatAHookKeepsForItself() {
    WireClient client = serveShop("X-Skips: swallow");
    expectError(error(client, "fail"), "internal_error");
    assertThat(reply(client, "number")).isEqualTo("{\"message\":7}");
  }

  @Test
  void answersAnActionThatTakesTooLong() {
    expectError(error(serveShop(), "never"), "action_timeout");
  }

  @Test
  void answersWhatIsTooLarge() {
    WireClient client = serveShop();
    expectError(error(client, "large"), "too_large");
    journal.find("maxOutboundMessageBytes");
    client.call(SHOP, "value", Map.of("text", "x".repeat(1000)), "c1");
    expectError(client.reply(SHOP, "c1").get("error"), "too_large");
    journal.find("maxDataBytes");
  }

  // -- limits

  @Test
  void answersOneCallMoreThanAllowedAtOnceAndTheOthersInTheirTurn() {
    WireClient client = serveShop();
    client.call(SHOP, "blocked", Map.of(), "1").call(SHOP, "value", Map.of(), "2");
    gate.awaitArrival();
    client.call(SHOP, "value", Map.of(), "3");
    JsonNode error = client.reply(SHOP, "3").get("error");
    expectError(error, "too_many_calls");
    assertThat(error.path("retryable").booleanValue()).isTrue();
    journal.find("maxCallsPerConnection");
    gate.open();
    assertThat(client.reply(SHOP, "1").has("message")).isTrue();
    assertThat(client.reply(SHOP, "2").has("message")).isTrue();
    assertThat(reply(client, "number")).isEqualTo("{\"message\":7}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "null", "\"\"", "\" \"", "{}", "[\"c1\"]", "\"\\ud800\""})
  void reportsACallWithoutAnIdToReplyTo(String call) {
    WireClient client = serveShop();
    client.sendText(
        "{\"command\":\"message\",\"identifier\":\"{\\\"channel\\\":\\\"ShopChannel\\\"}\","
            + "\"data\":\"{}\",\"call\":" + call + "}");
    expectSilence(client);
    assertThat(journal.next()).startsWith("command: the field call");
  }

  @Test
  void takesAnIdOfSixtyFourCharactersAndNoMore() {
    WireClient client = serveShop();
    String longest = "x".repeat(64);
    client.call(SHOP, "number", Map.of(), longest).reply(SHOP, longest);
    expectSilence(client.call(SHOP, "number", Map.of(), longest + "x"));
    assertThat(journal.next()).startsWith("command: the field call has more than 64 characters");
  }

  @Test
  void repliesNothingOnceTheServerCloses() {
    WireClient client = serveShop();
    client.call(SHOP, "blocked", Map.of(), "1").call(SHOP, "value", Map.of(), "2");
    gate.awaitArrival();
    cable().restart();
    assertThat(client.json().path("type").textValue()).isEqualTo("disconnect");
    gate.open();
    assertThat(client.closeCode()).isEqualTo(1000);
  }

  @Test
  void logsARefusalThatNobodyIsToldOfInOneLine() {
    serve(cable -> cable.channel("ShopChannel", ShopChannel.class, ShopChannel::new));
    WireClient client = open().subscribe(SHOP).confirmed(SHOP);
    try (LogCapture log = new LogCapture()) {
      expectSilence(client.perform(SHOP, "refuse"));
      assertThat(log.line("bad command")).contains("ShopChannel#refuse", "No seats left");
      assertThat(log.text()).doesNotContain("ERROR");
    }
  }

  @Test
  void keepsTheTextOfAnActionExceptionOutOfTheLog() {
    WireClient client = serveShop();
    try (LogCapture log = new LogCapture()) {
      expectError(error(client, "refuse"), "sold_out");
      expectSilence(client);
      assertThat(log.text()).doesNotContain("No seats left");
    }
  }
}
