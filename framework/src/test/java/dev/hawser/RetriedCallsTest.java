// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.support.Gate;
import dev.hawser.support.WireClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that clients send again: each has one effect, and one answer. */
class RetriedCallsTest extends WireTest {
  private static final String SHOP = identifier("ShopChannel");
  private static final String CLIENT = "client-with-22-or-more";
  private static final long TTL_MS = 30_000;

  private final AtomicInteger effects = new AtomicInteger();
  private final Gate gate = new Gate();
  private String epoch;

  private final class UserConnection extends Connection {
    @Override
    protected void connect() {
      String user = request().header("X-User");
      if (user != null) {
        identifiedBy("user", user);
      }
    }

    @Override
    protected boolean beforeCommand(ConnectionCommand command) {
      return command.kind() != ConnectionCommand.Kind.MESSAGE
          || request().header("X-Skips") == null
          || effects.incrementAndGet() == 0;
    }

    @Override
    protected boolean onError(Throwable failure, String callback) {
      journal.add(callback + ": " + failure.getMessage());
      return true;
    }
  }

  private class ShopChannel extends Channel<UserConnection> {
    @Action
    Map<String, Object> order() {
      return Map.of("order", effects.incrementAndGet());
    }

    @Action
    int blocked() {
      gate.pass();
      return effects.incrementAndGet();
    }

    @Action
    void refuse() {
      throw new ActionException("sold_out", "sold out " + effects.incrementAndGet());
    }

    @Action
    void fail() {
      effects.incrementAndGet();
      throw new IllegalStateException("hidden");
    }

    @Action
    String large() {
      return "x".repeat(2000) + effects.incrementAndGet();
    }
  }

  private void serveShop() {
    serveShop(cable -> {});
  }

  private void serveShop(Consumer<CableBuilder> configure) {
    serve(cable -> configure.accept(cable
        .connection(UserConnection::new)
        .channel("ShopChannel", ShopChannel.class, ShopChannel::new)
        .events(limitsToJournal)));
  }

  private WireClient shop(String... headers) {
    WireClient client = connect(headers);
    epoch = client.welcome().path("epoch").textValue();
    return client.subscribe(SHOP).confirmed(SHOP);
  }

  private static String first(WireClient client, String action, String id) {
    return client
        .callOnce(SHOP, action, id, CLIENT, TTL_MS, null)
        .reply(SHOP, id)
        .toString();
  }

  private static String again(WireClient client, String action, String id, String since) {
    return client
        .callOnce(SHOP, action, id, CLIENT, TTL_MS, since)
        .reply(SHOP, id)
        .toString();
  }

  @Test
  void repeatsTheAnswerAndNotTheEffect() {
    serveShop();
    WireClient client = shop();
    String since = epoch;
    assertThat(first(client, "order", "1")).isEqualTo("{\"message\":{\"order\":1}}");
    client.close();
    for (int i = 0; i < 3; i++) {
      assertThat(again(shop(), "order", "1", since)).isEqualTo("{\"message\":{\"order\":1}}");
    }
    assertThat(effects).hasValue(1);
    assertThat(first(shop(), "order", "2")).isEqualTo("{\"message\":{\"order\":2}}");
  }

  @Test
  void carriesOutARepetitionWhoseFirstCopyNeverArrived() {
    serveShop();
    WireClient client = shop();
    assertThat(again(client, "order", "1", epoch)).isEqualTo("{\"message\":{\"order\":1}}");
    assertThat(again(client, "order", "1", epoch)).isEqualTo("{\"message\":{\"order\":1}}");
    assertThat(effects).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "another", "00000000-0000-0000-0000-000000000000"})
  void carriesOutNothingThatMayHaveBeenForgotten(String since) {
    serveShop();
    assertThat(again(shop(), "order", "1", since)).contains("\"code\":\"unknown_outcome\"");
    assertThat(effects).hasValue(0);
  }

  @Test
  void waitsForTheAnswerOfOneThatIsBeingCarriedOut() {
    serveShop();
    WireClient lost = shop();
    String since = epoch;
    lost.callOnce(SHOP, "blocked", "1", CLIENT, TTL_MS, null);
    gate.awaitArrival();
    lost.close();
    WireClient client = shop().callOnce(SHOP, "blocked", "1", CLIENT, TTL_MS, since);
    client.perform(SHOP, "unknown").received();
    gate.open();
    assertThat(client.reply(SHOP, "1").toString()).isEqualTo("{\"message\":1}");
    assertThat(effects).hasValue(1);
    assertThat(journal.next()).as("in its turn").contains("has no action");
  }

  @ParameterizedTest
  @CsvSource({"refuse, sold_out", "fail, internal_error", "unknown, unknown_action"})
  void repeatsErrorsAsWell(String action, String code) {
    serveShop();
    WireClient client = shop();
    String answer = first(client, action, "1");
    assertThat(answer).contains("\"code\":\"" + code + "\"");
    int once = effects.get();
    assertThat(again(shop(), action, "1", epoch)).isEqualTo(answer);
    assertThat(effects).hasValue(once);
  }

  @Test
  void keepsWhatAHookSkipped() {
    serveShop();
    WireClient client = shop("X-Skips: yes");
    String answer = first(client, "order", "1");
    assertThat(answer).contains("\"code\":\"forbidden\"");
    assertThat(again(client, "order", "1", epoch)).isEqualTo(answer);
    assertThat(effects).as("hooks of the first one only").hasValue(1);
  }

  @Test
  void givesNobodyTheAnswerOfAnother() {
    serveShop();
    assertThat(first(shop("X-User: ann"), "order", "1")).contains("{\"order\":1}");
    assertThat(again(shop("X-User: bob"), "order", "1", epoch)).contains("{\"order\":2}");
    assertThat(again(shop(), "order", "1", epoch)).contains("{\"order\":3}");
    WireClient other = shop("X-User: ann");
    other.callOnce(SHOP, "order", "1", CLIENT + "2", TTL_MS, epoch);
    assertThat(other.reply(SHOP, "1").toString()).contains("{\"order\":4}");
    assertThat(again(shop("X-User: ann"), "order", "1", epoch)).contains("{\"order\":1}");
  }

  @Test
  void answersWhatIsNotSubscribedAndClaimsNothing() {
    serveShop();
    WireClient client = connect().welcomed();
    assertThat(first(client, "order", "1")).contains("\"code\":\"not_subscribed\"");
    client.subscribe(SHOP).confirmed(SHOP);
    assertThat(first(client, "order", "1")).contains("{\"order\":1}");
  }

  // -- limits

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 60_001, Integer.MAX_VALUE})
  void refusesATimeOutOfRange(long ttlMs) {
    serveShop(cable -> cable.maxAnswerTime(Duration.ofMinutes(1)));
    WireClient client = shop().callOnce(SHOP, "order", "1", CLIENT, ttlMs, null);
    JsonNode error = client.reply(SHOP, "1").get("error");
    assertThat(error.path("code").textValue()).isEqualTo("bad_request");
    assertThat(error.path("data").path("path").textValue()).isEqualTo("ttl");
    assertThat(effects).hasValue(0);
  }

  @Test
  void takesTheLongestTime() {
    serveShop(cable -> cable.maxAnswerTime(Duration.ofMinutes(1)));
    WireClient client = shop().callOnce(SHOP, "order", "1", CLIENT, 60_000, null);
    assertThat(client.reply(SHOP, "1").has("message")).isTrue();
  }

  @Test
  void keepsAsManyAnswersAsAllowedAndCarriesOutNoMore() {
    serveShop(cable -> cable.maxKeptAnswers(2));
    WireClient client = shop();
    first(client, "order", "1");
    first(client, "order", "2");
    String refused = first(client, "order", "3");
    assertThat(refused).contains("\"code\":\"unavailable\"", "\"retryable\":true");
    journal.find("maxKeptAnswers");
    assertThat(again(client, "order", "1", epoch)).contains("{\"order\":1}");
    assertThat(again(client, "order", "2", epoch)).contains("{\"order\":2}");
    assertThat(again(client, "order", "3", epoch)).contains("\"code\":\"unknown_outcome\"");
    assertThat(effects).hasValue(2);
    assertThat(client.call(SHOP, "order", Map.of(), "4").reply(SHOP, "4").toString())
        .as("without a promise to keep the answer")
        .contains("{\"order\":3}");
  }

  @Test
  void givesAPlaceBackThatARepetitionDoesNotNeed() {
    serveShop(cable -> cable.maxKeptAnswers(2));
    WireClient client = shop();
    first(client, "order", "1");
    for (int i = 0; i < 3; i++) {
      again(client, "order", "1", epoch);
      again(client, "order", "x", "another");
    }
    assertThat(first(client, "order", "2")).contains("{\"order\":2}");
  }

  @Test
  void keepsNoMoreBytesThanAllowed() {
    serveShop(cable -> cable.maxKeptAnswerBytes(1024));
    WireClient client = shop();
    assertThat(first(client, "large", "1")).contains("xxx1\"");
    journal.find("maxKeptAnswerBytes");
    assertThat(again(client, "large", "1", epoch)).contains("\"code\":\"unknown_outcome\"");
    assertThat(first(client, "order", "2")).contains("{\"order\":2}");
    assertThat(again(client, "order", "2", epoch)).contains("{\"order\":2}");
    assertThat(effects).hasValue(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"client\":\"short\",\"ttl\":1",
        "\"client\":\"123456789012345678901\",\"ttl\":1",
        "\"client\":\"12345678901234567890123456789012345678901234567890123456789012345\"",
        "\"client\":7,\"ttl\":1",
        "\"client\":\"1234567890123456789012\",\"ttl\":\"1\"",
        "\"client\":\"1234567890123456789012\",\"ttl\":1.5",
        "\"client\":\"1234567890123456789012\",\"ttl\":12345678901",
        "\"client\":\"1234567890123456789012\",\"ttl\":1,\"since\":1",
        "\"client\":\"1234567890123456789012\",\"ttl\":1,\"since\":null",
        "\"client\":\"1234567890123456789012\",\"ttl\":1,\"since\":\"\\ud800\"",
      })
  void reportsWhatCannotBeRead(String fields) {
    serveShop();
    WireClient client = shop()
        .sendText(
            "{\"command\":\"message\",\"identifier\":\"{\\\"channel\\\":\\\"ShopChannel\\\"}\","
                + "\"data\":\"{}\",\"call\":\"c1\"," + fields + "}");
    expectSilence(client);
    assertThat(journal.next()).startsWith("command: the field ");
    assertThat(effects).hasValue(0);
  }
}
