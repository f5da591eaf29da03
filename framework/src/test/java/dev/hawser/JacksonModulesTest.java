// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.hawser.internal.json.CableMapper;
import dev.hawser.support.LogCapture;
import dev.hawser.support.WireClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Types that Jackson knows with a module only. */
class JacksonModulesTest extends WireFixture {
  private static final String SHOP = identifier("ShopChannel");

  record Order(
      LocalDate day, ZonedDateTime at, Duration within, Instant since, Optional<String> note) {}

  record Wish(LocalDate day) {}

  record Price(int cents) {}

  static final class ShopChannel extends Channel<Connection> {
    @Action
    void wish(Wish wish) {
      transmit(Map.of("day", wish.day()));
    }
  }

  private static final class PriceSerializer extends StdSerializer<Price> {
    private static final long serialVersionUID = 1L;

    PriceSerializer() {
      super(Price.class);
    }

    @Override
    public void serialize(Price price, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(price.cents() / 100 + "." + price.cents() % 100);
    }
  }

  private static String written(ObjectMapper mapper, Object value) {
    return new String(
        new MessageEncoder(mapper, 1000).encode(value), java.nio.charset.StandardCharsets.UTF_8);
  }

  private static ObjectMapper mapper(com.fasterxml.jackson.databind.Module... modules) {
    CableMapper mapping = new CableMapper();
    mapping.add(List.of(modules));
    return mapping.mapper(1000, new ArrayList<>());
  }

  /** As where the module for java.time is not on the class path. */
  private static ObjectMapper mapperWithoutJavaTime() {
    Thread thread = Thread.currentThread();
    ClassLoader present = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      return mapper();
    } finally {
      thread.setContextClassLoader(present);
    }
  }

  @Test
  void writesAndReadsJavaTimeByItself() {
    serve(cable -> cable.channel(ShopChannel.class, ShopChannel::new));
    WireClient client = open().subscribe(SHOP).confirmed(SHOP);
    client.perform(SHOP, "wish", Map.of("day", "2026-03-01"));
    assertThat(client.message().toString()).isEqualTo("{\"day\":\"2026-03-01\"}");
    assertThat(written(
            mapper(), Map.of("at", ZonedDateTime.of(2026, 3, 1, 8, 30, 0, 0, ZoneOffset.UTC))))
        .isEqualTo("{\"at\":\"2026-03-01T08:30:00Z\"}");
    assertThat(written(mapper(), Duration.ofMinutes(90))).isEqualTo("\"PT1H30M\"");
  }

  @Test
  @SuppressWarnings("JavaUtilDate") // Applications have such fields.
  void writesTimesTheSameWithAndWithoutTheModule() {
    for (ObjectMapper mapper : List.of(mapper(), mapperWithoutJavaTime())) {
      assertThat(written(mapper, Instant.EPOCH)).isEqualTo("\"1970-01-01T00:00:00Z\"");
      assertThat(written(mapper, new Date(0))).startsWith("\"1970-01-01T00:00:00");
      assertThat(written(mapper, new JsonObject().put("a", 1))).isEqualTo("{\"a\":1}");
    }
  }

  @Test
  void saysHowToAddTheModuleThatIsMissing() {
    String mend = ": put that jar on the class path; java.time works by itself then, any other"
        + " module is given to CableBuilder.jacksonModules(…)";
    assertThatThrownBy(() -> written(mapperWithoutJavaTime(), new Wish(LocalDate.EPOCH)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the message cannot be written as JSON: Java 8 date/time type"
            + " `java.time.LocalDate` not supported by default: add Module"
            + " \"com.fasterxml.jackson.datatype:jackson-datatype-jsr310\" to enable handling"
            + mend);
    assertThatThrownBy(() -> written(mapper(), Optional.of("x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("jackson-datatype-jdk8")
        .hasMessageEndingWith(mend);
  }

  @Test
  void saysSoTooForTheDataOfAnAction() {
    serve(cable ->
        cable.channel(ShopChannel.class, ShopChannel::new).objectMapper(mapperWithoutJavaTime()));
    WireClient client = open().subscribe(SHOP).confirmed(SHOP);
    try (LogCapture log = new LogCapture()) {
      client.perform(SHOP, "wish", Map.of("day", "2026-03-01"));
      assertThat(log.line("bad command: "))
          .contains("problem=ShopChannel#wish: data.day does not fit: Java 8 date/time type"
              + " `java.time.LocalDate` not supported by default: add Module"
              + " \"com.fasterxml.jackson.datatype:jackson-datatype-jsr310\"");
    }
  }

  @Test
  void addsModulesOnTopOfTheStrictMapper() {
    SimpleModule prices = new SimpleModule("prices").addSerializer(new PriceSerializer());
    assertThat(written(mapper(prices), new Price(1234))).isEqualTo("\"12.34\"");
    serve(cable -> cable.channel(ShopChannel.class, ShopChannel::new).jacksonModules(prices));
    WireClient client = open().subscribe(SHOP).confirmed(SHOP);
    try (LogCapture log = new LogCapture()) {
      client.sendText("{\"command\":\"message\",\"identifier\":\"{\\\"channel\\\":"
          + "\\\"ShopChannel\\\"}\",\"data\":\"{\\\"a\\\":1,\\\"a\\\":2}\"}");
      assertThat(log.line("bad command: ")).contains("data is not valid JSON");
    }
  }

  @Test
  void letsModulesOfTheApplicationWin() {
    SimpleModule seconds = new SimpleModule("seconds")
        .addSerializer(Instant.class, new StdSerializer<>(Instant.class) {
          @Override
          public void serialize(Instant value, JsonGenerator out, SerializerProvider provider)
              throws IOException {
            out.writeNumber(value.getEpochSecond());
          }
        });
    assertThat(written(mapper(seconds), Instant.ofEpochSecond(5))).isEqualTo("5");
  }
}
