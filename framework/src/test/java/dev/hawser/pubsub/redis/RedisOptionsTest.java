// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.internal.options.OptionRange;
import dev.hawser.internal.options.OptionRange.Unit;
import dev.hawser.internal.options.OptionValues;
import dev.hawser.support.OptionTable;
import dev.hawser.support.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RedisOptionsTest {
  private static final OptionValues<RedisOption> DEFAULTS = new OptionValues<>(RedisOption.class);

  private static Vertx vertx;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() {
    TestServer.await(vertx.close());
  }

  private static RedisPubSubBuilder builder() {
    return RedisPubSub.builder(vertx);
  }

  // -- problems

  @Test
  void listsAllProblemsInOneException() {
    RedisPubSubBuilder builder = builder()
        .url("redis://:secret@host:0")
        .channelPrefix("\uD800")
        .clientName("two words")
        .pingInterval(Duration.ofMillis(9))
        .minReconnectDelay(Duration.ofSeconds(6))
        .publishRetryTimeout(Duration.ofMillis(-1))
        .publisherConnections(0)
        .maxPayloadBytes(1);
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the Redis adapter cannot be built:\n  - url: its port is 0")
        .hasMessageContaining("\n  - channelPrefix: ")
        .hasMessageContaining("\n  - clientName: \"two words\" (expected: 1 to 64 of ")
        .hasMessageContaining("\n  - pingInterval: PT0.009S (expected: PT0.01S to PT1H)")
        .hasMessageContaining("\n  - maxReconnectDelay: PT5S (expected: PT6S to PT1H)")
        .hasMessageContaining("\n  - publishRetryTimeout: PT-0.001S (expected: PT0S to PT1H)")
        .hasMessageContaining("\n  - publisherConnections: 0 (expected: 1 to 64)")
        .hasMessageContaining("\n  - maxPayloadBytes: 1 (expected: 1024 to 536870912)")
        .message()
        .satisfies(message -> assertThat(message.lines()).hasSize(9))
        .asString()
        .doesNotContain("secret");
  }

  @Test
  void refusesOptionsOfTheVertxClientThatItCannotUse() {
    assertThatThrownBy(() -> builder()
            .redisOptions(new RedisOptions().setType(RedisClientType.REPLICATION))
            .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\n  - type: REPLICATION (expected: ");
  }

  @Test
  void refusesNullRightAway() {
    RedisPubSubBuilder builder = builder();
    assertThatThrownBy(() -> RedisPubSub.builder(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> builder.url(null)).hasMessage("url");
    assertThatThrownBy(() -> builder.redisOptions(null)).hasMessage("options");
    assertThatThrownBy(() -> builder.pingTimeout(null)).hasMessage("pingTimeout");
  }

  // -- settings

  @ParameterizedTest
  @EnumSource
  void setsEachOptionByTheMethodOfItsName(RedisOption option) throws Exception {
    boolean isTime = option.range().unit() == Unit.TIME;
    Method setter = RedisPubSubBuilder.class.getMethod(
        option.optionName(), isTime ? Duration.class : int.class);
    RedisPubSubBuilder builder = builder();
    setter.invoke(builder, isTime ? Duration.ofDays(7) : Integer.MAX_VALUE);
    assertThatThrownBy(builder::build)
        .hasMessageContaining("\n  - " + option.optionName() + ": ")
        .message()
        .satisfies(message -> assertThat(message.lines()).hasSizeBetween(2, 3));
  }

  @Test
  void takesTheAddressFromTheUrlAndTheNetworkFromTheOptions() {
    RedisOptions options = new RedisOptions()
        .setConnectionString("redis://elsewhere")
        .setNetClientOptions(new NetClientOptions().setTcpNoDelay(false));
    for (RedisPubSubBuilder builder : List.of(
        builder().url("redis://here").redisOptions(options),
        builder().redisOptions(options).url("redis://here"))) {
      assertThat(builder.config().site()).hasToString("standalone[here:6379]");
      assertThat(builder.config().network().isTcpNoDelay()).isFalse();
    }
    assertThat(builder().redisOptions(options).config().site())
        .hasToString("standalone[elsewhere:6379]");
    assertThat(builder().config().site()).hasToString("standalone[localhost:6379]");
  }

  @Test
  void changesNoAdapterThatIsBuilt() {
    RedisOptions options = new RedisOptions();
    RedisPubSubBuilder builder = builder().redisOptions(options).publisherConnections(2);
    RedisConfig config = builder.config();
    builder.publisherConnections(3);
    options.getNetClientOptions().setTcpNoDelay(false);
    assertThat(config.count(RedisOption.PUBLISHER_CONNECTIONS)).isEqualTo(2);
    assertThat(config.network().isTcpNoDelay()).isTrue();
  }

  @Test
  void logsInToSentinelsAsToRedisUnlessToldOtherwise() {
    RedisPubSubBuilder builder = builder().url("redis-sentinel://app:pw@one");
    assertThat(builder.config().sentinelUser()).isEqualTo("app");
    assertThat(builder.config().sentinelPassword()).isEqualTo("pw");
    assertThat(builder.sentinelCredentials(null, "other").config().sentinelUser())
        .isNull();
    assertThat(builder.config().sentinelPassword()).isEqualTo("other");
    assertThat(builder.config().toString()).doesNotContain("other", "pw");
  }

  // -- documentation

  @ParameterizedTest
  @EnumSource
  void hasTheDefaultAndTheRangeThatAreDocumented(RedisOption option) throws Exception {
    OptionTable table = OptionTable.read("redis.md");
    OptionRange range = option.range();
    assertThat(table.cell(option.optionName(), 1))
        .isEqualTo(OptionTable.text(range.unit(), DEFAULTS.get(option)));
    String least = option == RedisOption.MAX_RECONNECT_DELAY
        ? "`minReconnectDelay`"
        : OptionTable.text(range.unit(), range.least().in(unused -> 0));
    assertThat(table.cell(option.optionName(), 2))
        .isEqualTo(least + " to " + OptionTable.text(range.unit(), range.most().in(unused -> 0)));
  }

  @Test
  void documentsEveryOption() throws Exception {
    OptionTable table = OptionTable.read("redis.md");
    Set<String> together = Set.of("url", "redisOptions"); // in one row
    assertThat(Arrays.stream(RedisPubSubBuilder.class.getMethods())
            .filter(method -> method.getReturnType() == RedisPubSubBuilder.class)
            .map(Method::getName)
            .filter(name -> !together.contains(name)))
        .hasSizeGreaterThan(15)
        .allSatisfy(name -> assertThat(table.cell(name, 1)).isNotEmpty());
  }
}
