// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputTest {
  @Test
  void takesNamesOfUpTo24Characters() {
    assertThat(Input.name(" Ann  Bonny ")).isEqualTo("Ann Bonny");
    assertThat(Input.name("x".repeat(24))).hasSize(24);
    assertThatThrownBy(() -> Input.name("x".repeat(25)))
        .hasMessage("The name is 25 characters long; 24 are allowed.");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "  ", "\u200b\u200e", "\t\n"})
  void refusesNamesThatCannotBeSeen(String name) {
    assertThatThrownBy(() -> Input.name(name)).hasMessage("The name is empty.");
  }

  @Test
  void takesFromANameWhatTurnsTheTextAroundIt() {
    assertThat(Input.name("Ann\u202eynnoB")).isEqualTo("Ann ynnoB");
    assertThat(Input.name("Zoe\u0308")).isEqualTo("Zo\u00eb");
  }

  @Test
  void takesMessagesOfUpTo500Characters() {
    assertThat(Input.message(" one\ntwo ")).isEqualTo("one\ntwo");
    assertThat(Input.message("x".repeat(500))).hasSize(500);
    assertThatThrownBy(() -> Input.message("x".repeat(501)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("The message is 501 characters long; 500 are allowed.");
    assertThatThrownBy(() -> Input.message(" ")).hasMessage("The message is empty.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"general", "a", "1", "engine-room", "a-b-c", "x1234567890123456789012345678901"})
  void knowsARoom(String room) {
    assertThat(Input.isRoom(room)).isTrue();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "-",
        "a-",
        "-a",
        "a--b",
        "General",
        "a b",
        "a/b",
        "caf\u00e9",
        "a\n",
        "x12345678901234567890123456789012"
      })
  void knowsWhatIsNoRoom(String room) {
    assertThat(Input.isRoom(room)).isFalse();
  }
}
