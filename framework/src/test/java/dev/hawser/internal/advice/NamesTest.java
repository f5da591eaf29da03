// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.advice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {
  private static final List<String> KNOWN = List.of("speak", "leave", "sendMessage");

  @ParameterizedTest
  @CsvSource({
    "speek, speak",
    "spaek, speak",
    "SPEAK, speak",
    "speaks, speak",
    "peak, speak",
    "leav, leave",
    "send-message, sendMessage",
    "sendMesage, sendMessage",
  })
  void findsTheNameThatWasMeant(String written, String meant) {
    assertThat(Names.nearest(written, KNOWN)).isEqualTo(meant);
    assertThat(Names.suggestion(written, KNOWN)).isEqualTo("did you mean \"" + meant + "\"?");
  }

  @ParameterizedTest
  @CsvSource({"''", "x", "shout", "unrelated"})
  void listsTheNamesIfNoneIsNear(String written) {
    assertThat(Names.nearest(written, KNOWN)).isNull();
    assertThat(Names.suggestion(written, KNOWN))
        .isEqualTo("expected: one of \"leave\", \"sendMessage\", \"speak\"");
  }

  @Test
  void saysThatThereIsNone() {
    assertThat(Names.suggestion("speak", List.of())).isEqualTo("there is none");
  }

  @Test
  void listsAFewOfManyNames() {
    List<String> many = IntStream.range(10, 40).mapToObj(i -> "name" + i).toList();
    assertThat(Names.suggestion("?", many))
        .startsWith("expected: one of \"name10\", ")
        .endsWith("\"name17\", …");
  }

  @Test
  void doesNotLookAtWhatIsTooLong() {
    String huge = "speak".repeat(100_000);
    assertThat(Names.nearest(huge, List.of(huge + "s"))).isNull();
  }
}
