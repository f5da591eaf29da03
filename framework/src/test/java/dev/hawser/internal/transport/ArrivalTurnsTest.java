// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From how many new connections an event loop begins to read. */
class ArrivalTurnsTest {
  private static final Duration TURN = Duration.ofNanos(ArrivalTurns.TURN_US * 1000);

  private final EmbeddedChannel loop = new EmbeddedChannel();
  private int established = 1;
  private final Arrivals arrivals = new Arrivals(() -> established);
  private final List<EmbeddedChannel> storm = new ArrayList<>();

  @BeforeEach
  void freezeTime() {
    loop.freezeTime();
  }

  private void aStormArrives() {
    arrivals.accepted();
    ArrivalTurns turns = new ArrivalTurns(loop.eventLoop(), arrivals);
    for (int i = 0; i < 100; i++) {
      EmbeddedChannel connection = new EmbeddedChannel(DefaultChannelId.newInstance());
      storm.add(connection);
      turns.arrived(connection);
    }
  }

  @AfterEach
  void close() {
    storm.forEach(EmbeddedChannel::finishAndReleaseAll);
    loop.finishAndReleaseAll();
  }

  private long readFrom() {
    return storm.stream().filter(connection -> connection.config().isAutoRead()).count();
  }

  /** The loop does something else, and then what is due. */
  private void loopIsBusyFor(Duration time) {
    loop.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    loop.runScheduledPendingTasks();
  }

  @Test
  void readsFromOneMoreInEachTurn() {
    aStormArrives();
    assertThat(readFrom()).isEqualTo(1);
    loopIsBusyFor(TURN.minusNanos(1));
    assertThat(readFrom()).isEqualTo(1);
    loopIsBusyFor(Duration.ofNanos(1));
    assertThat(readFrom()).isEqualTo(2);
    loopIsBusyFor(TURN);
    assertThat(readFrom()).isEqualTo(3);
    assertThat(arrivals.areWaiting()).isEqualTo(97);
  }

  @Test
  void readsFromManyInEachTurnWhileNobodyIsEstablished() {
    established = 0;
    aStormArrives();
    assertThat(readFrom()).isEqualTo(64);
    loopIsBusyFor(TURN);
    assertThat(readFrom()).isEqualTo(storm.size());
  }

  @Test
  void makesUpForTurnsThatEndLate() {
    aStormArrives();
    loopIsBusyFor(Duration.ofMillis(5));
    assertThat(readFrom()).isEqualTo(1 + 5);
    loopIsBusyFor(TURN);
    assertThat(readFrom()).isEqualTo(1 + 5 + 1);
  }

  @Test
  void makesUpForAStandstillInPart() {
    aStormArrives();
    loopIsBusyFor(Duration.ofHours(1));
    assertThat(readFrom()).isEqualTo(1 + ArrivalTurns.MOST_MADE_UP_MS);
  }

  @Test
  void passesThoseOverThatHaveLeft() {
    aStormArrives();
    storm.get(1).close();
    loopIsBusyFor(TURN);
    assertThat(storm.get(2).config().isAutoRead()).isTrue();
    assertThat(arrivals.areWaiting()).isEqualTo(97);
  }

  @Test
  void readsFromAllInTheEnd() {
    aStormArrives();
    for (int i = 1; i < storm.size(); i++) {
      loopIsBusyFor(TURN);
    }
    assertThat(readFrom()).isEqualTo(storm.size());
    assertThat(arrivals.areWaiting()).isZero();
  }
}
