// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.Gate;
import dev.hawser.support.HookedPubSub;
import dev.hawser.support.WireClient;
import io.vertx.core.Promise;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UnsubscribeTest extends WireTest {
  private static final String ROOM = identifier("RoomChannel");

  private enum Callback {
    BEFORE,
    SELF,
    AFTER
  }

  private final Gate gate = new Gate();
  private final HookedPubSub pubSub = new HookedPubSub();
  private volatile boolean gated;
  private volatile RoomChannel latest;
  private volatile Callback failing;

  private final class RoomChannel extends Channel<Connection> {
    private int calls;

    RoomChannel() {
      latest = this;
    }

    void transmitLate() {
      transmit("too late");
      streamFrom("too late");
    }

    @Override
    protected void subscribed() {
      journal.add("subscribed");
      streamFrom("room");
      periodically(Duration.ofMillis(5), () -> journal.add("tick"));
      if (gated) {
        gate.pass();
      }
    }

    @Override
    protected void beforeUnsubscribe() {
      failIf(Callback.BEFORE);
    }

    @Override
    protected void unsubscribed() {
      journal.add("unsubscribed");
      streamFrom("too late");
      periodically(Duration.ofMillis(1), () -> journal.add("too late"));
      failIf(Callback.SELF);
    }

    @Override
    protected void afterUnsubscribe() {
      failIf(Callback.AFTER);
    }

    private void failIf(Callback callback) {
      if (failing == callback) {
        throw new IllegalStateException("on purpose");
      }
    }

    @Action
    void count() {
      transmit(++calls);
    }
  }

  private WireClient serveRoom() {
    serve(cable -> cable.channel(RoomChannel.class, RoomChannel::new).pubSub(pubSub));
    return open();
  }

  @Test
  void answersNothingAndRunsUnsubscribed() {
    WireClient client = serveRoom();
    client.subscribe(ROOM).confirmed(ROOM).unsubscribe(ROOM);
    journal.find("unsubscribed");
    expectSilence(client);
    assertThat(cable().connections().get(0).subscriptions()).isEmpty();
  }

  @Test
  void stopsStreamsAndTimers() {
    WireClient client = serveRoom();
    client.subscribe(ROOM).confirmed(ROOM);
    journal.find("tick");
    cable().broadcast("room", 1);
    assertThat(client.message().intValue()).isOne();
    client.unsubscribe(ROOM);
    pubSub.journal().expect("+room", "-room");
    assertThat(cable().streamCount()).isZero();
    cable().broadcast("room", 2);
    journal.find("unsubscribed");
    // Any number of periods later: the timers of the old subscription are silent.
    WireClient other = open().subscribe(ROOM).confirmed(ROOM);
    journal.expect("subscribed", "tick", "tick", "tick");
    other.unsubscribe(ROOM);
    expectSilence(client);
  }

  @ParameterizedTest
  @EnumSource(Callback.class)
  void endsTheSubscriptionWhateverFails(Callback callback) {
    WireClient client = serveRoom();
    client.subscribe(ROOM).confirmed(ROOM);
    failing = callback;
    client.unsubscribe(ROOM);
    journal.find("unsubscribed");
    pubSub.journal().expect("+room", "-room");
    expectSilence(client);
    failing = null;
    client.subscribe(ROOM).confirmed(ROOM).perform(ROOM, "count");
    assertThat(client.message().intValue()).as("a new channel").isOne();
    cable().broadcast("room", "once");
    assertThat(client.message().textValue()).isEqualTo("once");
    expectSilence(client);
  }

  @Test
  void waitsForSubscribedToEnd() {
    gated = true;
    WireClient client = serveRoom();
    client.subscribe(ROOM);
    gate.awaitArrival();
    client.unsubscribe(ROOM);
    gated = false;
    gate.open();
    client.confirmed(ROOM);
    journal.find("unsubscribed");
    pubSub.journal().expect("+room", "-room");
    expectSilence(client);
    assertThat(cable().streamCount()).isZero();
  }

  @Test
  void leavesNoConfirmationToCome() {
    Promise<Void> live = pubSub.delay("room");
    WireClient client = serveRoom();
    client.subscribe(ROOM).unsubscribe(ROOM);
    expectSilence(client);
    live.complete();
    expectSilence(client);
  }

  @Test
  void leavesNoFailureToCome() {
    Promise<Void> live = pubSub.delay("room");
    WireClient client = serveRoom();
    client.subscribe(ROOM).unsubscribe(ROOM);
    expectSilence(client);
    live.fail("nobody needs it any more");
    expectSilence(client);
  }

  @Test
  void leavesNoTimeoutToCome() {
    pubSub.delay("room");
    serve(cable -> cable
        .channel(RoomChannel.class, RoomChannel::new)
        .pubSub(pubSub)
        .subscribeTimeout(Duration.ofMillis(60))
        .pingInterval(Duration.ofMillis(30)));
    WireClient client = open().subscribe(ROOM).unsubscribe(ROOM);
    journal.find("unsubscribed");
    for (int i = 0; i < 6; i++) {
      assertThat(client.frame().text()).startsWith("{\"type\":\"ping\"");
    }
    expectSilence(client);
  }

  @Test
  void transmitsNothingAfterTheEnd() {
    WireClient client = serveRoom();
    client.subscribe(ROOM).confirmed(ROOM).unsubscribe(ROOM);
    expectSilence(client);
    latest.transmitLate();
    expectSilence(client);
  }

  @Test
  void maySubscribeAgainAtOnce() {
    WireClient client = serveRoom();
    for (int i = 0; i < 50; i++) {
      client.subscribe(ROOM).unsubscribe(ROOM);
    }
    client.subscribe(ROOM);
    for (int i = 0; i <= 50; i++) {
      client.confirmed(ROOM);
    }
    cable().broadcast("room", "once");
    assertThat(client.message().textValue()).isEqualTo("once");
    client.perform(ROOM, "count");
    assertThat(client.message().intValue()).isOne();
    assertThat(cable().streamCount()).isOne();
  }
}
