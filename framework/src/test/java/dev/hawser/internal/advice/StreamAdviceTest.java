// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.advice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamAdviceTest {
  private static final Set<String> SUBSCRIBED =
      Set.of("chat:lobby", "news", "orders:7", "notifications:ann", "room:a");

  @ParameterizedTest
  @CsvSource({
    "chats:lobby, chat:lobby",
    "chat:loby, chat:lobby",
    "Chat:Lobby, chat:lobby",
    "caht:lobyb, chat:lobby",
    "new, news",
    "order:7, orders:7",
    "notificatoin:ann, notifications:ann",
  })
  void findsTheStreamThatWasMeant(String written, String meant) {
    assertThat(StreamAdvice.suggestion(written, SUBSCRIBED))
        .isEqualTo("did you mean \"" + meant + "\"?");
  }

  @ParameterizedTest
  @CsvSource({
    "chat:lobby",
    "orders:8",
    "orders:42",
    "order:8",
    "notifications:bob",
    "room:b",
    "chat",
    "chat:lobby:de",
    "views"
  })
  void takesOtherModelsAndOtherStreamsAsTheyAre(String written) {
    assertThat(StreamAdvice.suggestion(written, SUBSCRIBED)).isNull();
  }

  @Test
  void looksAtNoMoreThanAFew() {
    String huge = "news".repeat(100_000);
    assertThat(StreamAdvice.suggestion(huge, List.of(huge + "s"))).isNull();
    assertThat(StreamAdvice.suggestion("news", List.of(huge))).isNull();
    List<String> many =
        IntStream.range(0, 300).mapToObj(i -> "unrelated" + i).collect(Collectors.toList());
    many.add("news");
    assertThat(StreamAdvice.suggestion("newss", many)).isNull();
  }
}
