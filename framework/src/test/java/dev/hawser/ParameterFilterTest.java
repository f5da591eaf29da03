// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterFilterTest {

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
