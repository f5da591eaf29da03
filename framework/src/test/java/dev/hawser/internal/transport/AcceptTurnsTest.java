// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How fast connections are accepted. */
class AcceptTurnsTest {
  private static final int PER_TURN = ArrivalPace.ACCEPTED_PER_LOOP;

  private final AtomicInteger waiting = new AtomicInteger();
  private final EmbeddedChannel server = new EmbeddedChannel(new ArrivalPace(waiting));

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

  private void passATurn() {
    server.advanceTimeBy(ArrivalPace.TURN_US, TimeUnit.MICROSECONDS);
    server.runScheduledPendingTasks();
  }

  @Test
  void acceptsNoMoreThanALoopCanTakeInATurn() {
    accept(PER_TURN - 1);
    assertThat(accepts()).isTrue();
    accept(1);
    assertThat(accepts()).isFalse();
    passATurn();
    assertThat(accepts()).isTrue();
    accept(PER_TURN);
    assertThat(accepts()).isFalse();
    assertThat(server.inboundMessages()).hasSize(2 * PER_TURN);
  }

  @Test
  void leavesTheOthersToTheOperatingSystemWhileTooManyWait() {
    waiting.set(ArrivalPace.MOST_WAITING);
    accept(PER_TURN);
    passATurn();
    assertThat(accepts()).isFalse();
    passATurn();
    assertThat(accepts()).isFalse();
    waiting.decrementAndGet();
    passATurn();
    assertThat(accepts()).isTrue();
  }
}
