// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlMessageTest {
  @Test
  void arrivesAsItWasSent() throws IOException {
    ControlMessage disconnect =
        ControlMessage.disconnect(Map.of("user", "42", "na\"me", "\u00e9"), false);
    assertThat(ControlMessage.decode(disconnect.encode())).isEqualTo(disconnect);
    ControlMessage repeated = disconnect.withId("node-1").aged(17);
    assertThat(ControlMessage.decode(repeated.encode())).isEqualTo(repeated);
    assertThat(ControlMessage.decode(ControlMessage.restart().encode()))
        .isEqualTo(ControlMessage.restart());
    assertThat(ControlMessage.restart().encode())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("{\"type\":\"restart\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "1", "{\"type\":null}", "{\"type\":{}}"})
  void hasNoTypeIfNobodyKnowsIt(String payload) throws IOException {
    assertThat(ControlMessage.decode(payload.getBytes(StandardCharsets.UTF_8)).type())
        .isIn("", "null");
  }

  @Test
  void isNotReadFromWhatIsNoJson() {
    assertThatThrownBy(() -> ControlMessage.decode("{\"type\"".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IOException.class);
  }

  /** Found by ControlMessageFuzz: written as UTF-8 half a character becomes a question mark. */
  @Test
  void namesTheSameIdentifiersOnTheOtherSideWhateverTheyAre() throws IOException {
    Map<String, String> identifiers = Map.of("user", "\uD800", "näme", "🚢\uDFFF");
    ControlMessage received =
        ControlMessage.decode(ControlMessage.disconnect(identifiers, true).encode());
    assertThat(received.identifiers()).isEqualTo(identifiers);
  }
}
