// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.internal.transport.FrameBatch;
import dev.hawser.internal.transport.Loop;
import dev.hawser.internal.transport.Transport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When pings are due, by a clock of the test's own. */
class PingScheduleTest {
  private static final int INTERVAL_MS = 3000;
  private static final int SLOT_MS = INTERVAL_MS / 30;

  private final ManualLoop loop = new ManualLoop();

  /** A socket that notes when something was written to it, and when it was asked for a pong. */
  private final class NotingTransport implements Transport {
    private final List<Long> writes = new ArrayList<>();
    private final List<Long> questions = new ArrayList<>();

    @Override
    public Loop loop() {
      return loop;
    }

    @Override
    public void write(FrameBatch batch) {
      writes.add(loop.nowMs());
    }

    @Override
    public void ping() {
      questions.add(loop.nowMs());
    }

    @Override
    public void flush() {}

    @Override
    public int waitingBytes() {
      return 0;
    }

    @Override
    public boolean isBacklogged() {
      return false;
    }

    @Override
    public boolean isSlow() {
      return false;
    }

    @Override
    public void close(int code) {}

    @Override
    public void abort() {}

    @Override
    public void pause() {}

    @Override
    public void resume() {}
  }

  private final List<Long> givenUp = new ArrayList<>();

  private Hub hub(long deadPeerTimeoutMs) {
    HubOptions.Listener listener = new HubOptions.Listener() {
      @Override
      public void broadcastDropped(String broadcasting) {}

      @Override
      public void failed(Throwable defect) {
        throw new AssertionError(defect);
      }
    };
    return new Hub(
        loop, new HubOptions(INTERVAL_MS, deadPeerTimeoutMs, 1 << 20, 1000, 100, listener));
  }

  private OutboundQueue outbound(Hub hub, Transport transport) {
    return new OutboundQueue(hub, transport, new OutboundQueue.Owner() {

      @Override
      public void onSlow(boolean slow) {
        throw new AssertionError("nothing waits here");
      }

      @Override
      public boolean onBacklog(int more) {
        throw new AssertionError("nothing waits here");
      }

      @Override
      public void onOverflow() {
        throw new AssertionError("nothing waits here");
      }

      @Override
      public void onStall() {
        throw new AssertionError("nothing waits here");
      }

      @Override
      public void onSilence() {
        givenUp.add(loop.nowMs());
      }
    });
  }

  @Test
  void spreadsFirstPingsOverTheIntervalAndRepeatsEachOneIntervalLater() {
    Hub hub = hub(0);
    List<NotingTransport> sockets = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      NotingTransport socket = new NotingTransport();
      sockets.add(socket);
      outbound(hub, socket).startHeartbeat();
    }
    loop.advance(5 * INTERVAL_MS);
    Set<Long> beginnings = new HashSet<>();
    for (NotingTransport socket : sockets) {
      long first = socket.writes.get(0);
      beginnings.add(first);
      assertThat(first).isBetween(1L, (long) INTERVAL_MS);
      assertThat(socket.writes)
          .containsExactly(
              first,
              first + INTERVAL_MS,
              first + 2 * INTERVAL_MS,
              first + 3 * INTERVAL_MS,
              first + 4 * INTERVAL_MS);
      assertThat(socket.questions).isEmpty();
    }
    // 300 sockets in 30 slots: that ten slots stay empty does not happen.
    assertThat(beginnings).hasSizeGreaterThan(20);
  }

  @Test
  void pingsALateComerWithinTheInterval() {
    Hub hub = hub(0);
    outbound(hub, new NotingTransport()).startHeartbeat();
    for (int i = 0; i < 50; i++) {
      loop.advance(77);
      long joined = loop.nowMs();
      NotingTransport socket = new NotingTransport();
      OutboundQueue outbound = outbound(hub, socket);
      outbound.startHeartbeat();
      loop.advance(INTERVAL_MS);
      assertThat(socket.writes).hasSizeBetween(1, 2);
      assertThat(socket.writes.get(0) - joined).isLessThanOrEqualTo(INTERVAL_MS);
      outbound.close();
    }
  }

  @Test
  void stopsWithTheConnectionAndBeginsAgainWithTheNext() {
    Hub hub = hub(0);
    NotingTransport first = new NotingTransport();
    OutboundQueue outbound = outbound(hub, first);
    outbound.startHeartbeat();
    loop.advance(INTERVAL_MS);
    outbound.close();
    loop.advance(3 * INTERVAL_MS);
    assertThat(first.writes).hasSize(1);
    assertThat(loop.runOne()).isFalse();
    NotingTransport second = new NotingTransport();
    outbound(hub, second).startHeartbeat();
    loop.advance(2 * INTERVAL_MS);
    assertThat(second.writes).hasSize(2);
  }

  @Test
  void asksASilentPeerAfterAThirdOfTheTimeoutAndGivesItUpAfterAllOfIt() {
    long timeout = 10 * INTERVAL_MS;
    NotingTransport socket = new NotingTransport();
    outbound(hub(timeout), socket).startHeartbeat();
    loop.advance(2 * timeout);
    assertThat(socket.questions.get(0)).isBetween(timeout / 3, timeout / 3 + INTERVAL_MS);
    assertThat(givenUp)
        .singleElement()
        .satisfies(time -> assertThat(time).isBetween(timeout, timeout + INTERVAL_MS));
    assertThat(socket.writes).allMatch(time -> time < timeout + INTERVAL_MS - SLOT_MS + 1);
  }

  @Test
  void asksNoPeerThatIsHeardAndNoneThatIsNotRead() {
    long timeout = 10 * INTERVAL_MS;
    Hub hub = hub(timeout);
    NotingTransport talking = new NotingTransport();
    OutboundQueue talker = outbound(hub, talking);
    talker.startHeartbeat();
    NotingTransport unread = new NotingTransport();
    OutboundQueue paused = outbound(hub, unread);
    paused.startHeartbeat();
    paused.pauseReading();
    for (int i = 0; i < 40; i++) {
      loop.advance(INTERVAL_MS);
      talker.heard();
    }
    assertThat(talking.questions).isEmpty();
    assertThat(unread.questions).isEmpty();
    assertThat(givenUp).isEmpty();
    paused.resumeReading();
    loop.advance(timeout / 3 + INTERVAL_MS - 1);
    assertThat(unread.questions).hasSize(1);
  }

  @Test
  void givesUpNobodyUnaskedAfterAPauseOfTheServer() {
    long timeout = 10 * INTERVAL_MS;
    Hub hub = hub(timeout);
    NotingTransport living = new NotingTransport();
    OutboundQueue alive = outbound(hub, living);
    alive.startHeartbeat();
    NotingTransport gone = new NotingTransport();
    outbound(hub, gone).startHeartbeat();
    loop.advance(INTERVAL_MS);
    loop.stall(3 * timeout);
    // Every slot has its turn once.
    loop.advance(INTERVAL_MS - SLOT_MS);
    assertThat(givenUp).isEmpty();
    assertThat(living.questions).hasSize(1);
    assertThat(gone.questions).hasSize(1);
    assertThat(living.writes).as("one before, and no burst after").hasSize(2);
    alive.heard();
    loop.advance(2 * INTERVAL_MS);
    assertThat(givenUp).hasSize(1);
    assertThat(gone.questions).hasSize(1);
    assertThat(living.questions).hasSize(1);
  }
}
