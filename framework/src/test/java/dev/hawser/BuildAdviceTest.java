// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.hawser.presence.MemoryPresence;
import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.support.LogCapture;
import dev.hawser.support.TestServer;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What cannot work is refused by the build, with the mend. */
class BuildAdviceTest {
  private static Vertx vertx;

  static final class UserConnection extends Connection {}

  static final class AdminConnection extends Connection {}

  static final class UserChannel extends Channel<UserConnection> {}

  static final class AdminChannel extends Channel<AdminConnection> {}

  static final class AnyChannel extends Channel<Connection> {}

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() {
    TestServer.await(vertx.close());
  }

  private static CableBuilder builder() {
    return Cable.builder(vertx).connection(UserConnection::new);
  }

  private static String problem(CableBuilder builder) {
    CableConfigurationException failure =
        catchThrowableOfType(CableConfigurationException.class, builder::build);
    assertThat(failure).as("the cable was built").isNotNull();
    assertThat(failure.problems()).hasSize(1);
    return failure.problems().get(0);
  }

  @Test
  void refusesASecondAdapter() {
    CableBuilder two = builder().pubSub(MemoryPubSub.create()).pubSub(MemoryPubSub.create());
    assertThat(problem(two))
        .isEqualTo("pubSub: set 2 times, to MemoryPubSub and MemoryPubSub (expected: once)");
  }

  @Test
  void refusesAnAdapterOfAnotherCable() {
    MemoryPubSub shared = MemoryPubSub.create();
    Cable first = builder().pubSub(shared).build();
    assertThat(problem(builder().pubSub(shared)))
        .isEqualTo("pubSub: a MemoryPubSub that serves another cable already"
            + " (expected: one of its own for each cable)");
    assertThat(first.readiness().ready()).isTrue();
    TestServer.await(first.close());
  }

  @Test
  void refusesAPresenceStoreOfAnotherCable() {
    MemoryPresence shared = MemoryPresence.create();
    Cable first = builder().presence(shared).build();
    assertThat(problem(builder().presence(shared))).startsWith("presence: a MemoryPresence that ");
    TestServer.await(first.close());
  }

  @Test
  void leavesTheAdapterOfABuildThatFailedToTheNextOne() {
    MemoryPubSub adapter = MemoryPubSub.create();
    assertThat(problem(Cable.builder(vertx).pubSub(adapter))).startsWith("connection: not set");
    TestServer.await(builder().pubSub(adapter).build().close());
  }

  @Test
  void refusesChannelsThatNoConnectionCouldHave() {
    assertThat(problem(builder()
            .channel(AnyChannel.class, AnyChannel::new)
            .channel(UserChannel.class, UserChannel::new)
            .channel(AdminChannel.class, AdminChannel::new)))
        .isEqualTo(AdminChannel.class.getName() + " needs a " + AdminConnection.class.getName()
            + ", but " + UserChannel.class.getName() + " needs a " + UserConnection.class.getName()
            + " (expected: one class of connection for all channels of a cable)");
  }

  @Test
  void refusesModulesBesideAMapper() {
    assertThat(problem(
            builder().objectMapper(new ObjectMapper()).jacksonModules(new SimpleModule("mine"))))
        .isEqualTo("jacksonModules: set beside objectMapper (expected: one of the two; register the"
            + " modules with that mapper)");
  }

  @Test
  void saysThatABroadcastCameBehindTheClose() {
    Cable cable = builder().build();
    TestServer.await(cable.close());
    try (LogCapture log = new LogCapture()) {
      assertThat(cable.broadcast("news", 1).cause())
          .hasMessage("the pub/sub adapter is closed, with its cable (expected: broadcasts before"
              + " Cable.close())");
      assertThat(log.line("broadcast failed: broadcasting=news problem=the pub/sub adapter is clo"))
          .contains("WARN");
    }
  }
}
