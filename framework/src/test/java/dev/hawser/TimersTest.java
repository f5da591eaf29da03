// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.support.Gate;
import dev.hawser.support.WireClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TimersTest extends WireTest {
  private static final String TICK = identifier("TickChannel");

  private final class JournalConnection extends Connection {
    @Override
    protected boolean onError(Throwable failure, String callback) {
      journal.add(callback + ": " + failure.getMessage());
      return true;
    }
  }

  private final Gate gate = new Gate();

  private final class TickChannel extends Channel<Connection> {
    private int ticks;
    private PeriodicTimer mine;

    @Override
    protected void subscribed() {
      if (params().has("reject")) {
        reject();
      }
    }

    @Override
    protected void unsubscribed() {
      journal.add("unsubscribed");
    }

    @Periodically(every = 5, unit = TimeUnit.MILLISECONDS)
    void tick() {
      journal.add(params().path("by").asText() + "tick " + ++ticks);
    }

    @Action
    void hold() {
      gate.pass();
      journal.add("held");
    }

    @Action
    void mark() {
      journal.add("mark");
    }

    @Action
    void start() {
      mine = periodically(Duration.ofMillis(5), () -> transmit("mine"));
    }

    @Action
    void stop() {
      mine.cancel();
      mine.cancel();
      transmit("stopped");
    }

    @Action
    void startFailing() {
      periodically(Duration.ofMillis(5), () -> {
        throw new IllegalStateException("on purpose");
      });
    }

    @Action
    void startWrong() {
      for (Duration period :
          new Duration[] {Duration.ZERO, Duration.ofMillis(-1), Duration.ofNanos(1)}) {
        assertThatThrownBy(() -> periodically(period, () -> {}))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("expected: at least 1 ms");
      }
      transmit("refused");
    }
  }

  private final class SlowChannel extends Channel<Connection> {
    private final Future<Void> first;
    private int runs;

    SlowChannel(Future<Void> first) {
      this.first = first;
    }

    @Periodically(every = 1, unit = TimeUnit.MILLISECONDS)
    Future<Void> run() {
      journal.add(params().path("by").asText() + "run " + ++runs);
      return first;
    }
  }

  private WireClient serveTicks() {
    serve(cable ->
        cable.connection(JournalConnection::new).channel(TickChannel.class, TickChannel::new));
    return open();
  }

  @Test
  void repeatsADeclaredTimerUntilTheClientUnsubscribes() {
    WireClient client = serveTicks().subscribe(TICK).confirmed(TICK);
    journal.expect("tick 1", "tick 2", "tick 3");
    expectSilence(client.unsubscribe(TICK));
    journal.find("unsubscribed");
    client.subscribe(TICK).confirmed(TICK);
    // Only the new channel's, from the beginning.
    journal.find("tick 1");
    journal.expect("tick 2");
  }

  @Test
  void startsNoTimerOfARejectedSubscription() {
    String rejected = "{\"channel\":\"TickChannel\",\"reject\":true}";
    WireClient client = serveTicks().subscribe(rejected).rejected(rejected);
    journal.expect("unsubscribed");
    client.subscribe(TICK).confirmed(TICK);
    journal.find("tick 1");
    journal.expect("tick 2", "tick 3");
  }

  @Test
  void takesItsTurnWithActionsAndIsNotDoubledMeanwhile() {
    WireClient client = serveTicks().subscribe(TICK).confirmed(TICK);
    journal.find("tick 2");
    client.perform(TICK, "hold");
    gate.awaitArrival();
    journal.clear();
    // Another connection's ticks show that many periods pass.
    open().subscribe("{\"channel\":\"TickChannel\",\"by\":\"other's \"}");
    for (int i = 1; i <= 20; i++) {
      journal.expect("other's tick " + i);
    }
    gate.open();
    journal.find("held");
    assertThat(journal.find("tick ")).isNotNull();
  }

  @Test
  void leavesOutTicksThatFindTheLastOneWaiting() {
    WireClient client = serveTicks().subscribe(TICK).confirmed(TICK).perform(TICK, "hold");
    gate.awaitArrival();
    open().subscribe("{\"channel\":\"TickChannel\",\"by\":\"other's \"}");
    // Meanwhile twenty ticks are due, of which one waits; what is sent now waits behind it.
    journal.find("other's tick 20");
    client.perform(TICK, "mark");
    gate.open();
    journal.find("held");
    int ticks = 0;
    for (String entry = journal.next(); !entry.equals("mark"); entry = journal.next()) {
      ticks += entry.startsWith("tick") ? 1 : 0;
    }
    // One that waited, and those that came while the mark was on its way.
    assertThat(ticks).isLessThan(10);
  }

  @Test
  void waitsForTheFutureOfARun() {
    Promise<Void> pending = Promise.promise();
    Iterator<Future<Void>> results =
        List.of(pending.future(), Future.<Void>succeededFuture()).iterator();
    serve(cable -> cable.channel(SlowChannel.class, () -> new SlowChannel(results.next())));
    open().subscribe(identifier("SlowChannel"));
    journal.expect("run 1");
    WireClient other = open().subscribe("{\"channel\":\"SlowChannel\",\"by\":\"other's \"}");
    for (int i = 1; i <= 20; i++) {
      journal.expect("other's run " + i);
    }
    other.close();
    pending.complete();
    while (!journal.find("run 2").equals("run 2")) {
      // one of the other's last
    }
  }

  @Test
  void runsATimerStartedInCodeUntilItIsCancelled() {
    WireClient client = serveTicks().subscribe(TICK).confirmed(TICK).perform(TICK, "start");
    assertThat(client.message().textValue()).isEqualTo("mine");
    assertThat(client.message().textValue()).isEqualTo("mine");
    client.perform(TICK, "stop");
    String message = client.message().textValue();
    while (message.equals("mine")) {
      message = client.message().textValue();
    }
    assertThat(message).isEqualTo("stopped");
    journal.find("tick");
    journal.find("tick");
    expectSilence(client);
  }

  @Test
  void goesOnAfterAFailure() {
    serveTicks().subscribe(TICK).confirmed(TICK).perform(TICK, "start_failing");
    journal.find("TickChannel#periodically: on purpose");
    journal.find("TickChannel#periodically: on purpose");
  }

  @Test
  void refusesPeriodsThatAreTooShort() {
    WireClient client = serveTicks().subscribe(TICK).confirmed(TICK).perform(TICK, "start_wrong");
    assertThat(client.message().textValue()).isEqualTo("refused");
  }

  private static final class ManyTimersChannel extends Channel<Connection> {
    private final List<PeriodicTimer> timers = new ArrayList<>();

    @Action
    void start() {
      try {
        timers.add(periodically(Duration.ofHours(1), () -> {}));
        transmit("started");
      } catch (IllegalStateException e) {
        transmit(e.getMessage());
      }
    }

    @Action
    void stop() {
      timers.remove(0).cancel();
    }
  }

  @Test
  void refusesMoreTimersThanAllowedButForgetsCancelledOnes() {
    String many = identifier("ManyTimersChannel");
    serve(cable -> cable
        .channel(ManyTimersChannel.class, ManyTimersChannel::new)
        .maxTimersPerSubscription(2)
        .events(limitsToJournal));
    WireClient client = open().subscribe(many).confirmed(many);
    for (String answer : List.of(
        "started",
        "started",
        "this subscription has 2 timers, as many as maxTimersPerSubscription allows")) {
      client.perform(many, "start");
      assertThat(client.message().textValue()).isEqualTo(answer);
    }
    journal.expect("near maxTimersPerSubscription", "maxTimersPerSubscription");
    for (int i = 0; i < 10; i++) {
      client.perform(many, "stop").perform(many, "start");
      assertThat(client.message().textValue()).isEqualTo("started");
    }
  }

  @Test
  void endsWithTheConnection() {
    serveTicks().subscribe(TICK).confirmed(TICK).close();
    journal.find("unsubscribed");
    open().subscribe("{}").rejected("{}");
    assertThat(journal.rest()).noneMatch(entry -> entry.startsWith("tick"));
  }
}
