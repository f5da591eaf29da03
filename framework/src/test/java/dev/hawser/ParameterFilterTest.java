// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.internal.log.ParameterFilter;
import dev.hawser.support.LogCapture;
import dev.hawser.support.WireClient;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterFilterTest extends WireFixture {
  private static final String SIGN_IN = identifier("SignInChannel");

  static final class SignInChannel extends Channel<Connection> {
    @Action
    void signIn() {}
  }

  private String logged(Consumer<CableBuilder> configure) {
    serve(configure.andThen(cable -> cable.channel(SignInChannel.class, SignInChannel::new)));
    try (LogCapture log = new LogCapture()) {
      WireClient client = open().subscribe(SIGN_IN).confirmed(SIGN_IN);
      client.perform(SIGN_IN, "sign_in", Map.of("name", "ann", "password", "p1", "pin", "p2"));
      return log.line("performing: ");
    }
  }

  @Test
  void logsActionsWithTheirFilteredData() {
    assertThat(logged(cable -> {}))
        .contains("channel=SignInChannel action=sign_in")
        .contains("\"name\":\"ann\"", "\"password\":\"[FILTERED]\"", "\"pin\":\"p2\"");
  }

  @Test
  void masksMoreNamesIfTold() {
    assertThat(logged(cable -> cable.filterParameters("PIN")))
        .contains("\"password\":\"[FILTERED]\"", "\"pin\":\"[FILTERED]\"");
  }

  @Test
  void logsNoDataIfTold() {
    assertThat(logged(cable -> cable.logParameters(false)))
        .endsWith("action=sign_in data=(not logged)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "{\"text\":\"a\"}                        | {\"text\":\"a\"}",
        "{\"password\":\"a\"}                    | {\"password\":\"[FILTERED]\"}",
        "{\"PassWord2\":1}                       | {\"PassWord2\":\"[FILTERED]\"}",
        "{\"user\":{\"access_token\":[1]}}       | {\"user\":{\"access_token\":\"[FILTERED]\"}}",
        "{\"a\":[[{\"token\":{\"b\":1}}],\"token\"]} | {\"a\":[[{\"token\":\"[FILTERED]\"}],\"token\"]}",
        "{\"passwor\":null,\"tok\":true}         | {\"passwor\":null,\"tok\":true}",
        "{}                                      | {}",
      })
  void masksValuesByTheirKeysAtAnyDepth(String data, String expected) throws Exception {
    ObjectNode arguments = (ObjectNode) new ObjectMapper().readTree(data);
    String before = arguments.toString();
    assertThat(ParameterFilter.filtered(arguments, Set.of("password", "token")))
        .hasToString(expected);
    assertThat(arguments).as("the data itself").hasToString(before);
  }

  private static String shown(ObjectNode arguments) {
    return ParameterFilter.filtered(arguments, Set.of("password")).toString();
  }

  @Test
  void escapesWhatCouldForgeALine() {
    ObjectNode arguments = new ObjectMapper().createObjectNode();
    arguments.put("a\nb\u2028", "c\"\u202E\u0085");
    assertThat(shown(arguments)).isEqualTo("{\"a\\u000Ab\\u2028\":\"c\\\"\\u202E\\u0085\"}");
  }

  @Test
  void endsAfterTwoThousandCharactersOfWhateverTheDataIsMade() {
    ObjectMapper json = new ObjectMapper();
    ObjectNode many = json.createObjectNode();
    ArrayNode numbers = many.putArray("numbers");
    for (int i = 0; i < 100_000; i++) {
      many.put("key" + i, i);
      numbers.add(i);
    }
    ObjectNode deep = json.createObjectNode();
    ObjectNode inner = deep;
    for (int i = 0; i < 5_000; i++) {
      inner = inner.putObject("");
    }
    for (ObjectNode data : List.of(
        many,
        deep,
        json.createObjectNode().put("text", "x".repeat(500_000)),
        json.createObjectNode().put("x".repeat(500_000), "text"),
        json.createObjectNode().put("text", "\n".repeat(500_000)),
        json.createObjectNode().put("number", BigInteger.ONE.shiftLeft(100_000)))) {
      assertThat(shown(data)).startsWith("{\"").hasSizeLessThan(2100);
    }
    assertThat(shown(many)).endsWith("… (cut)");
  }

  @Test
  void showsDataOfTwoThousandCharactersWhole() {
    ObjectNode data = new ObjectMapper().createObjectNode().put("a", "x".repeat(2040));
    assertThat(shown(data)).isEqualTo(data.toString()).hasSize(2048);
  }
}
