// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.support.TestServer;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StreamNamesTest {
  private static Vertx vertx;
  private static Cable cable;

  static final class ChatChannel extends Channel<Connection> {}

  static final class OtherChannel extends Channel<Connection> {}

  static final class UnknownChannel extends Channel<Connection> {}

  private enum Colour {
    RED {
      @Override
      public String toString() {
        return "not its name";
      }
    }
  }

  private record Room(int id) {}

  private record Named(String name) implements Streamable {
    @Override
    public String streamName() {
      return name;
    }
  }

  private static class Animal {}

  private static final class Dog extends Animal {}

  private interface Keyed {
    String key();
  }

  private record Key(String key) implements Keyed {}

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    cable = Cable.builder(vertx)
        .connection(() -> new Connection() {})
        .channel(ChatChannel.class, ChatChannel::new)
        .channel("Chats::Other", OtherChannel.class, OtherChannel::new)
        .streamName(Room.class, room -> "room-" + room.id())
        .streamName(Animal.class, animal -> animal.getClass().getSimpleName())
        .streamName(Keyed.class, Keyed::key)
        .build();
  }

  @AfterAll
  static void stop() {
    TestServer.await(cable.close());
    TestServer.await(vertx.close());
  }

  private static String name(Object model) {
    return cable.broadcastingFor(ChatChannel.class, model);
  }

  static Stream<Arguments> models() {
    UUID id = UUID.fromString("00000000-0000-0000-0000-00000000002a");
    return Stream.of(
        Arguments.of("general", "chat:general"),
        Arguments.of(CharBuffer.wrap("built"), "chat:built"),
        Arguments.of(7, "chat:7"),
        Arguments.of(7L, "chat:7"),
        Arguments.of(new BigDecimal("7.50"), "chat:7.50"),
        Arguments.of(id, "chat:" + id),
        Arguments.of(Colour.RED, "chat:RED"),
        Arguments.of(new Named("own"), "chat:own"),
        Arguments.of(new Room(3), "chat:room-3"),
        Arguments.of(new Dog(), "chat:Dog"),
        Arguments.of(new Key("k"), "chat:k"),
        Arguments.of(List.of("a", 1, Colour.RED, new Room(3)), "chat:a:1:RED:room-3"),
        Arguments.of("a:b", "chat:a%3Ab"),
        Arguments.of("100%", "chat:100%25"),
        Arguments.of("%3A", "chat:%253A"),
        Arguments.of(" ", "chat: "),
        Arguments.of("🚢\n", "chat:🚢\n"),
        Arguments.of("x".repeat(10_000), "chat:" + "x".repeat(10_000)));
  }

  @ParameterizedTest
  @MethodSource("models")
  void namesAModel(Object model, String expected) {
    assertThat(name(model)).isEqualTo(expected);
  }

  @Test
  void givesNoTwoModelsOneName() {
    List<Object> models = List.of(
        "a:b:c",
        List.of("a", "b", "c"),
        List.of("a:b", "c"),
        List.of("a", "b:c"),
        List.of("a%3Ab", "c"),
        "a%3Ab%3Ac",
        "a%253Ab",
        "A:b:c");
    assertThat(models.stream().map(StreamNamesTest::name)).doesNotHaveDuplicates();
  }

  static Stream<Arguments> nameless() {
    return Stream.of(
        Arguments.of(null, "cannot name null"),
        Arguments.of(List.of(), "an empty list"),
        Arguments.of(Arrays.asList("a", null), "cannot name null"),
        Arguments.of("", "is empty"),
        Arguments.of(List.of("a", ""), "is empty"),
        Arguments.of(new Named(""), "is empty"),
        Arguments.of(new Named(null), "is empty"),
        Arguments.of(new Object(), "cannot name a java.lang.Object"),
        Arguments.of(true, "cannot name a java.lang.Boolean"),
        Arguments.of(new String[] {"a"}, "cannot name a [Ljava.lang.String;"),
        Arguments.of(List.of(List.of("a")), "cannot name a java.util"));
  }

  @ParameterizedTest
  @MethodSource("nameless")
  void saysWhatToDoAboutAModelWithoutAName(Object model, String problem) {
    assertThatThrownBy(() -> name(model))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(problem)
        .hasMessageContaining("CableBuilder.streamName");
  }

  @Test
  void scopesNamesByChannel() {
    assertThat(cable.broadcastingFor(OtherChannel.class, "general"))
        .isEqualTo("chats:other:general");
    assertThatThrownBy(() -> cable.broadcastingFor(UnknownChannel.class, "general"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("UnknownChannel is not registered");
  }

  @ParameterizedTest
  @CsvSource({
    "sendMessage, send_message",
    "sendHTMLMessage, send_html_message",
    "HTML, html",
    "FooBar, foo_bar",
    "already_snake, already_snake",
    "version2Beta, version2_beta",
    "x, x",
    "speakÄnderung, speak_änderung",
  })
  void writesSnakeCaseAsRailsDoes(String name, String expected) {
    assertThat(ChannelDefinition.snakeCase(name)).isEqualTo(expected);
  }
}
