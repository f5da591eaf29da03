// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hawser.support.TestServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
  private static Vertx vertx;

  static final class AnyConnection extends Connection {}

  static final class GoodChannel extends Channel<AnyConnection> {
    @Action
    void act() {}
  }

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() {
    TestServer.await(vertx.close());
  }

  private static CableBuilder builder() {
    return Cable.builder(vertx).connection(AnyConnection::new);
  }

  private static List<String> problems(CableBuilder builder) {
    CableConfigurationException failure =
        catchThrowableOfType(CableConfigurationException.class, builder::build);
    assertThat(failure).as("the cable was built").isNotNull();
    assertThat(failure).hasMessageContaining(failure.problems().get(0));
    return failure.problems();
  }

  @Test
  void buildsFromAConnectionAlone() {
    Cable cable = builder().build();
    TestServer.await(cable.started());
    assertThat(cable.readiness().ready()).isTrue();
    TestServer.await(cable.close());
  }

  // -- all problems at once

  static final class OverloadedChannel extends Channel<AnyConnection> {
    @Action
    void act() {}

    @Action
    void act(Map<String, Object> data) {}
  }

  static final class DoubledNameChannel extends Channel<AnyConnection> {
    @Action
    void one() {}

    @Action("one")
    void two() {}

    @Action
    void sendIt() {}

    @Action
    void sendIT() {}
  }

  static final class BadActionsChannel extends Channel<AnyConnection> {
    @Action
    void twoArguments(JsonNode one, JsonNode two) {}

    @Action
    void primitive(int number) {}

    @Action
    void text(String text) {}

    @Action
    void array(String[] texts) {}

    @Action
    static void forAll() {}

    @Action(perSecond = 1_000_001)
    void tooFast() {}

    @Action(perUserPerSecond = -1)
    void backwards() {}
  }

  static final class BadTimersChannel extends Channel<AnyConnection> {
    @Periodically(every = 0)
    void zero() {}

    @Periodically(every = -1)
    void negative() {}

    @Periodically(every = 1, unit = TimeUnit.NANOSECONDS)
    void tooShort() {}

    @Periodically(every = 1)
    void argument(JsonNode data) {}

    @Periodically(every = 1)
    int result() {
      return 1;
    }
  }

  @Test
  void tellsAllProblemsInOneException() {
    List<String> problems = problems(Cable.builder(vertx)
        .channel(OverloadedChannel.class, OverloadedChannel::new)
        .channel(DoubledNameChannel.class, DoubledNameChannel::new)
        .channel(BadActionsChannel.class, BadActionsChannel::new)
        .channel(BadTimersChannel.class, BadTimersChannel::new)
        .channel(GoodChannel.class, GoodChannel::new)
        .channel("Again", GoodChannel.class, GoodChannel::new)
        .allowedOrigins("https://fine.example", "example.com")
        .trustedProxies("10.0.0.0/8", "localhost")
        .pingInterval(Duration.ofSeconds(7))
        .maxMessageBytes(10));
    String here = ConfigurationTest.class.getName();
    for (String start : List.of(
        "connection: not set",
        here + "$OverloadedChannel#act is a second action \"act\"",
        here + "$BadActionsChannel#twoArguments takes 2 arguments",
        here + "$BadActionsChannel#primitive takes a int",
        here + "$BadActionsChannel#text takes a String",
        here + "$BadActionsChannel#array takes a String[]",
        here + "$BadActionsChannel#forAll is static",
        here + "$BadActionsChannel#tooFast has perSecond: 1000001 (expected: 1 to 1000000, or 0",
        here + "$BadActionsChannel#backwards has perUserPerSecond: -1 (expected: 1 to 1000000, or",
        here + "$BadTimersChannel#zero runs every 0 SECONDS",
        here + "$BadTimersChannel#negative runs every -1 SECONDS",
        here + "$BadTimersChannel#tooShort runs every 1 NANOSECONDS",
        here + "$BadTimersChannel#argument takes 1 arguments",
        here + "$BadTimersChannel#result returns int",
        here + "$GoodChannel is registered twice",
        "allowedOrigins: \"example.com\"",
        "trustedProxies: \"localhost\"",
        "pingInterval: PT7S (expected: PT0.03S to PT6S)",
        "maxMessageBytes: 10 (expected: 1024 to 67108864)")) {
      assertThat(problems).anyMatch(problem -> problem.startsWith(start));
    }
    assertThat(problems)
        .anyMatch(problem -> problem.contains("is a second action \"one\" beside "))
        .anyMatch(problem -> problem.contains("answers to \"send_it\" too, like "));
    assertThat(problems).hasSize(21);
  }

  static final class OtherChannel extends Channel<AnyConnection> {}

  @Test
  void refusesTwoChannelsOfOneName() {
    assertThat(problems(builder()
            .channel("Chat", GoodChannel.class, GoodChannel::new)
            .channel("Chat", OtherChannel.class, OtherChannel::new)))
        .singleElement()
        .asString()
        .contains("are both named \"Chat\" (give one a name of its own)");
  }

  private static final class TickingChannel extends Channel<Connection> {
    @Periodically(every = 1)
    void tick() {}

    @Periodically(every = 2)
    void tock() {}
  }

  @Test
  void refusesMoreDeclaredTimersThanASubscriptionMayHave() {
    assertThat(problems(builder()
            .maxTimersPerSubscription(1)
            .channel(TickingChannel.class, TickingChannel::new)))
        .singleElement()
        .asString()
        .contains("TickingChannel declares 2 timers", "at most maxTimersPerSubscription, 1");
    builder()
        .maxTimersPerSubscription(2)
        .channel(TickingChannel.class, TickingChannel::new)
        .build();
  }

  @Test
  void refusesABlankChannelName() {
    assertThat(problems(builder().channel(" ", GoodChannel.class, GoodChannel::new)))
        .singleElement()
        .asString()
        .endsWith("has a blank name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "example.com",
        "https://",
        "https://example.com/",
        "https://Example.com",
        "*",
        "https://*",
        "https://exa*mple.com",
        "https://*example.com",
        "https://example.com:port",
        "null",
        "",
        "https://a.example,https://b.example",
        "https://*.*.example.com",
        "*://example.com",
        "https://example.com:*:*",
        "https://user@example.com",
      })
  void refusesWhatIsNoOrigin(String origin) {
    assertThat(problems(builder().allowedOrigins(origin)))
        .singleElement()
        .asString()
        .startsWith("allowedOrigins: \"" + origin + "\" (expected: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "https://example.com",
        "Example.com",
        "example.com/",
        "*",
        "*.",
        "*example.com",
        "exa*mple.com",
        "*.*.example.com",
        "example.com:",
        "example.com:port",
        "example.com:*:*",
        "a.example,b.example",
        "user@example.com",
        "::1",
        "[::1",
      })
  void refusesWhatIsNoHost(String host) {
    assertThat(problems(builder().allowedHosts(host)))
        .singleElement()
        .asString()
        .startsWith("allowedHosts: \"" + host + "\" (expected: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0", "", "::1/129"})
  void refusesWhatIsNoNetwork(String network) {
    assertThat(problems(builder().trustedProxies(network)))
        .singleElement()
        .asString()
        .startsWith("trustedProxies: \"" + network + "\" (expected: ");
  }

  record Range(String option, UnaryOperator<CableBuilder> setting) {
    @Override
    public String toString() {
      return option;
    }
  }

  static Stream<Range> outOfRange() {
    Duration none = Duration.ZERO;
    Duration long1 = Duration.ofHours(2);
    return Stream.of(
        new Range("pingInterval", cable -> cable.pingInterval(Duration.ofMillis(29))),
        new Range("pingInterval", cable -> cable.pingInterval(Duration.ofMillis(6001))),
        new Range("deadPeerTimeout", cable -> cable.deadPeerTimeout(Duration.ofMillis(8999))),
        new Range("deadPeerTimeout", cable -> cable.deadPeerTimeout(long1)),
        new Range("handshakeTimeout", cable -> cable.handshakeTimeout(none)),
        new Range("handshakeTimeout", cable -> cable.handshakeTimeout(long1)),
        new Range("connectTimeout", cable -> cable.connectTimeout(none)),
        new Range("connectTimeout", cable -> cable.connectTimeout(long1)),
        new Range("subscribeTimeout", cable -> cable.subscribeTimeout(none)),
        new Range("closeTimeout", cable -> cable.closeTimeout(none)),
        new Range("drainTimeout", cable -> cable.drainTimeout(none)),
        new Range("slowConsumerTimeout", cable -> cable.slowConsumerTimeout(none)),
        new Range("compressFromBytes", cable -> cable.compressFromBytes(63)),
        new Range("drainRate", cable -> cable.drainRate(0)),
        new Range("maxMessageBytes", cable -> cable.maxMessageBytes(1023)),
        new Range("maxFragments", cable -> cable.maxFragments(0)),
        new Range("maxOutboundBytes", cable -> cable.maxOutboundBytes(1023)),
        new Range("maxPendingCommands", cable -> cable.maxPendingCommands(1)),
        new Range("maxPendingCallbacks", cable -> cable.maxPendingCallbacks(64)),
        new Range("maxPendingBroadcasts", cable -> cable.maxPendingBroadcasts(0)),
        new Range("maxSubscriptionsPerConnection", cable -> cable.maxSubscriptionsPerConnection(0)),
        new Range("maxStreamsPerSubscription", cable -> cable.maxStreamsPerSubscription(0)),
        new Range("maxTimersPerSubscription", cable -> cable.maxTimersPerSubscription(0)),
        new Range("maxIdentifierBytes", cable -> cable.maxIdentifierBytes(0)),
        new Range("maxDataBytes", cable -> cable.maxDataBytes(0)),
        new Range("maxOutboundMessageBytes", cable -> cable.maxOutboundMessageBytes(0)),
        new Range(
            "maxOutboundMessageBytes",
            cable -> cable.maxOutboundBytes(2000).maxOutboundMessageBytes(2001)),
        new Range("maxConnections", cable -> cable.maxConnections(0)),
        new Range("maxConnectionsPerAddress", cable -> cable.maxConnectionsPerAddress(0)),
        new Range(
            "maxConnectsPerSecondPerAddress", cable -> cable.maxConnectsPerSecondPerAddress(0)),
        new Range("maxCommandsPerSecond", cable -> cable.maxCommandsPerSecond(0)),
        new Range("maxPendingCallbacksPerNode", cable -> cable.maxPendingCallbacksPerNode(0)),
        new Range("maxHeapPercent", cable -> cable.maxHeapPercent(0)),
        new Range("maxHeapPercent", cable -> cable.maxHeapPercent(101)),
        new Range("slowCallbackWarning", cable -> cable.slowCallbackWarning(Duration.ofNanos(1))),
        new Range("callbackTimeout", cable -> cable.callbackTimeout(Duration.ofDays(2))),
        new Range("workerPoolSize", cable -> cable.workerPoolSize(0)));
  }

  @ParameterizedTest
  @MethodSource("outOfRange")
  void tellsTheRangeOfAnOption(Range range) {
    assertThat(problems(range.setting().apply(builder())))
        .singleElement()
        .asString()
        .matches(range.option() + ": \\S+ \\(expected: \\S+ to \\S+\\)");
  }

  @Test
  @SuppressWarnings("deprecation")
  void refusesAMapperThatLetsClientsChooseClasses() {
    ObjectMapper mapper = new ObjectMapper();
    mapper.activateDefaultTyping(
        mapper.getPolymorphicTypeValidator(), ObjectMapper.DefaultTyping.NON_FINAL);
    assertThat(problems(builder().objectMapper(mapper)))
        .singleElement()
        .asString()
        .startsWith("objectMapper: uses default typing (expected: none");
  }

  // -- what is allowed

  static class ParentChannel<D> extends Channel<AnyConnection> {
    @Action
    void generic(D data) {}
  }

  record Data(String text) {}

  static final class FineChannel extends ParentChannel<Data> {
    @Action
    private Future<Void> hidden() {
      return Future.succeededFuture();
    }

    @Action
    void withMap(Map<String, Object> data) {}

    void helper(int notAnAction) {}

    void helper(String notAnAction) {}

    @Periodically(every = 1)
    private void tick() {}
  }

  @Test
  void acceptsActionsOfAnyVisibilityAndInheritedGenericOnes() {
    Cable cable = builder().channel(FineChannel.class, FineChannel::new).build();
    TestServer.await(cable.close());
  }

  @Test
  void refusesNullRightAway() {
    CableBuilder builder = builder();
    assertThatThrownBy(() -> Cable.builder(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> builder.connection(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> builder.pubSub(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> builder.events(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> builder.channel(GoodChannel.class, null))
        .isInstanceOf(NullPointerException.class);
  }
}
