// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.internal.log.ParameterFilter;
import dev.hawser.support.LogCapture;
import dev.hawser.support.WireClient;
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
}
