// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How fast connections are accepted. */
class AcceptTurnsTest {
  private int established;
  private final Arrivals arrivals = new Arrivals(() -> established);
  private final int most = arrivals.newPerLoop();
  private final EmbeddedChannel server = new EmbeddedChannel(new ArrivalPace(arrivals));

  @BeforeEach
  void stopTime() {
    server.freezeTime();
  }

  @AfterEach
  void close() {
    server.finishAndReleaseAll();
  }

  private void accept(int connections) {
    for (int i = 0; i < connections; i++) {
      server.writeInbound(new EmbeddedChannel(DefaultChannelId.newInstance(), false, false));
    }
  }

  private boolean accepts() {
    return server.config().isAutoRead();
  }

  private void passChecks(int checks) {
    for (int i = 0; i < checks; i++) {
      server.advanceTimeBy(ArrivalPace.CHECK_US, TimeUnit.MICROSECONDS);
      server.runScheduledPendingTasks();
    }
  }

  @Test
  void acceptsNoMoreThanALoopHasTakenUp() {
    accept(most - 1);
    assertThat(accepts()).isTrue();
    accept(1);
    assertThat(accepts()).isFalse();
    passChecks(1);
    assertThat(accepts()).isFalse();
    arrivals.setUp(most);
    passChecks(1);
    assertThat(accepts()).isTrue();
    accept(most);
    assertThat(accepts()).isFalse();
    assertThat(server.inboundMessages()).hasSize(2 * most);
  }

  @Test
  void leavesTheOthersToTheOperatingSystemWhileTooManyWait() {
    for (int i = 0; i < ArrivalPace.MOST_WAITING; i++) {
      arrivals.waits();
    }
    accept(1);
    passChecks(1);
    assertThat(accepts()).isFalse();
    arrivals.waitsNoMore();
    passChecks(1);
    assertThat(accepts()).isTrue();
  }

  @Test
  void acceptsSomeThoughALoopStandsStill() {
    accept(most);
    passChecks(ArrivalPace.MOST_CHECKS - 1);
    assertThat(accepts()).isFalse();
    passChecks(1);
    assertThat(accepts()).isTrue();
    accept(most);
    assertThat(accepts()).isFalse();
  }

  @Test
  void takesFewAtATimeWhileOthersAreEstablished() {
    accept(1);
    assertThat(arrivals.perTurn()).isGreaterThan(1);
    established = 1;
    accept(1);
    assertThat(arrivals.perTurn()).isOne();
    assertThat(arrivals.newPerLoop()).isLessThan(most);
  }
}
