// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.Gate;
import dev.hawser.support.LogCapture;
import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import dev.hawser.support.redis.Until;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callbacks that take long are told of; those that take too long are ended. */
class CallbackTimesTest extends WireTest {
  private static final String SLOW = identifier("SlowChannel");
  private static final String LOOP = identifier("LoopChannel");

  private final Gate gate = new Gate();
  private final Promise<Void> pending = Promise.promise();

  private static void block() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  private final class JournalConnection extends Connection {
    @Override
    protected boolean onError(Throwable failure, String callback) {
      Throwable cause = failure.getCause();
      journal.add(callback + ": " + failure.getClass().getSimpleName()
          + (cause == null ? "" : " from " + cause.getClass().getSimpleName()));
      return true;
    }
  }

  private class SlowChannel extends Channel<Connection> {
    @Override
    protected void subscribed() throws Exception {
      if (params().has("block")) {
        block();
      }
    }

    @Action
    void hold() {
      gate.pass();
      transmit("held");
    }

    @Action
    void blockForever() throws Exception {
      block();
    }

    @Action
    void ignoreInterrupts() {
      while (true) {
        try {
          gate.awaitOpened();
          return;
        } catch (InterruptedException e) {
          journal.add("interrupted");
        }
      }
    }

    @Action
    Future<Void> await() {
      return pending.future();
    }

    @Action
    void check() {
      transmit(Thread.currentThread().isInterrupted() ? "interrupted" : "well");
    }
  }

  @EventLoop
  private final class LoopChannel extends SlowChannel {}

  private void serveSlow(Consumer<CableBuilder> times) {
    serve(cable -> {
      cable
          .connection(JournalConnection::new)
          .channel(SlowChannel.class, SlowChannel::new)
          .channel(LoopChannel.class, LoopChannel::new)
          .slowCallbackWarning(Duration.ZERO)
          .callbackTimeout(Duration.ZERO)
          .blockedLoopWarning(Duration.ZERO)
          .events(limitsToJournal);
      times.accept(cable);
    });
  }

  private WireClient openSlow(Consumer<CableBuilder> times) {
    serveSlow(times);
    return open().subscribe(SLOW).confirmed(SLOW);
  }

  private static void expectWell(WireClient client, String identifier) {
    client.perform(identifier, "check");
    assertThat(client.message().textValue()).isEqualTo("well");
  }

  /** The watch and the callback write at the same time. */
  private void expectTimeout(String failure) {
    assertThat(List.of(journal.next(), journal.next()))
        .containsExactlyInAnyOrder("callbackTimeout", failure);
  }

  @Test
  void warnsOnceOfASlowCallbackWithItsStack() {
    WireClient client = openSlow(cable -> cable.slowCallbackWarning(Duration.ofMillis(20)));
    try (LogCapture log = new LogCapture()) {
      client.perform(SLOW, "hold");
      journal.expect("slowCallbackWarning");
      log.line("limit reached: option=slowCallbackWarning");
      log.line("MESSAGE runs here");
      log.line("SlowChannel.hold(");
    }
    gate.open();
    assertThat(client.message().textValue()).isEqualTo("held");
    expectWell(client, SLOW);
    assertThat(journal.rest()).isEmpty();
  }

  @Test
  void interruptsACallbackThatTakesTooLongAndGoesOn() {
    WireClient client = openSlow(cable -> cable.callbackTimeout(Duration.ofMillis(20)));
    client.perform(SLOW, "block_forever");
    expectTimeout("SlowChannel#block_forever: CallbackTimeoutException from InterruptedException");
    expectWell(client, SLOW);
    client.perform(SLOW, "block_forever");
    expectTimeout("SlowChannel#block_forever: CallbackTimeoutException from InterruptedException");
    expectWell(client, SLOW);
  }

  @Test
  void waitsNoLongerForAFutureThatNeverCompletes() {
    WireClient client = openSlow(cable -> cable.callbackTimeout(Duration.ofMillis(20)));
    client.perform(SLOW, "await");
    expectTimeout("SlowChannel#await: CallbackTimeoutException");
    expectWell(client, SLOW);
    pending.complete(); // Too late: nobody waits.
    expectWell(client, SLOW);
    assertThat(journal.rest()).isEmpty();
  }

  @Test
  void failsCodeThatIgnoresTheInterruptWhenItReturns() {
    WireClient client = openSlow(cable -> cable.callbackTimeout(Duration.ofMillis(20)));
    client.perform(SLOW, "ignore_interrupts");
    journal.find("interrupted");
    expectSilence(open()); // Others are served meanwhile.
    gate.open();
    journal.find("SlowChannel#ignore_interrupts: CallbackTimeoutException");
    expectWell(client, SLOW);
  }

  @Test
  void onlyWarnsOfCodeOnTheEventLoop() {
    serveSlow(cable ->
        cable.slowCallbackWarning(Duration.ofMillis(20)).callbackTimeout(Duration.ofMillis(20)));
    WireClient client = open().subscribe(LOOP).confirmed(LOOP).perform(LOOP, "hold");
    journal.expect("slowCallbackWarning");
    gate.open();
    assertThat(client.message().textValue()).isEqualTo("held");
    expectWell(client, LOOP);
    assertThat(journal.rest()).isEmpty();
  }

  @Test
  void saysWhereAnEventLoopStandsStill() {
    serveSlow(cable -> cable.blockedLoopWarning(Duration.ofMillis(20)));
    WireClient client = open().subscribe(LOOP).confirmed(LOOP);
    try (LogCapture log = new LogCapture()) {
      client.perform(LOOP, "hold");
      journal.expect("blockedLoopWarning");
      assertThat(log.line("limit reached: option=blockedLoopWarning")).contains("WARN");
      assertThat(log.line("an event loop stands still"))
          .contains("an event loop stands still, with all its connections: MESSAGE blocks in ")
          .contains("dev.hawser.support.Gate.")
          .endsWith(" (expected: a channel without @EventLoop, or a Future)");
      log.line("SlowChannel.hold(CallbackTimesTest.java:");
    }
    gate.open();
    assertThat(client.message().textValue()).isEqualTo("held");
    expectWell(client, LOOP);
    assertThat(journal.rest()).isEmpty();
  }

  @Test
  void takesNoWaitingForAFutureForALoopThatStandsStill() {
    serveSlow(cable -> cable
        .blockedLoopWarning(Duration.ofMillis(20))
        .slowCallbackWarning(Duration.ofMillis(200)));
    WireClient client = open().subscribe(LOOP).confirmed(LOOP).perform(LOOP, "await");
    journal.expect("slowCallbackWarning");
    pending.complete();
    expectWell(client, LOOP);
    assertThat(journal.rest()).isEmpty();
  }

  @Test
  void takesNoBlockingElsewhereForALoopThatStandsStill() {
    WireClient client = openSlow(cable -> cable
        .blockedLoopWarning(Duration.ofMillis(20))
        .slowCallbackWarning(Duration.ofMillis(200)));
    client.perform(SLOW, "hold");
    journal.expect("slowCallbackWarning");
    gate.open();
    assertThat(client.message().textValue()).isEqualTo("held");
    assertThat(journal.rest()).isEmpty();
  }

  @Test
  void waitsNoLongerForAFutureOfCodeOnTheEventLoop() {
    serveSlow(cable -> cable.callbackTimeout(Duration.ofMillis(20)));
    WireClient client = open().subscribe(LOOP).confirmed(LOOP).perform(LOOP, "await");
    expectTimeout("LoopChannel#await: CallbackTimeoutException");
    expectWell(client, LOOP);
  }

  @Test
  void rejectsASubscriptionThatTakesTooLong() {
    serveSlow(cable -> cable.callbackTimeout(Duration.ofMillis(20)));
    String blocking = "{\"channel\":\"SlowChannel\",\"block\":true}";
    open().subscribe(blocking).rejected(blocking);
    expectTimeout("SlowChannel#subscribed: CallbackTimeoutException from InterruptedException");
  }

  @Test
  void sendsAClientAwayToTryAgainWhoseConnectTakesTooLong() {
    serve(cable -> cable.callbackTimeout(Duration.ofMillis(20)).connection(() -> new Connection() {
      @Override
      protected void connect() throws Exception {
        block();
      }

      @Override
      protected boolean onError(Throwable failure, String callback) {
        journal.add(callback + ": " + failure.getClass().getSimpleName());
        return true;
      }
    }));
    connect().expect("{\"type\":\"disconnect\",\"reason\":\"server_error\",\"reconnect\":true}");
    journal.expect("connect: CallbackTimeoutException");
  }

  /** Notes limits and the ends of connections. */
  private final class EndsToJournal implements CableEvents {
    @Override
    public void limitReached(String option, String subject) {
      journal.add(option);
    }

    @Override
    public void connectionClosed(ConnectionStatistics connection) {
      journal.add("closed");
    }
  }

  private static boolean blockQuietly() {
    try {
      block();
      return true;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class FaultyChannel extends Channel<Connection> {
    private final boolean hangs;

    FaultyChannel(boolean hangs) {
      this.hangs = hangs;
    }

    @Action
    void fail() {
      throw new IllegalStateException("on purpose");
    }

    @Action
    void echo() {
      transmit("well");
    }

    @Override
    protected boolean onError(Throwable failure, String callback) {
      return hangs && blockQuietly();
    }
  }

  private final class FaultyConnection extends Connection {
    @Override
    protected boolean onError(Throwable failure, String callback) {
      return blockQuietly();
    }

    @Override
    protected void disconnect() {
      journal.add("disconnected");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void interruptsAnErrorHookThatHangsAndGoesOn(boolean ofChannel) {
    serve(cable -> cable
        .connection(FaultyConnection::new)
        .channel(FaultyChannel.class, () -> new FaultyChannel(ofChannel))
        .callbackTimeout(Duration.ofMillis(20))
        .events(new EndsToJournal()));
    String faulty = identifier(FaultyChannel.class);
    try (LogCapture log = new LogCapture()) {
      WireClient client = open().subscribe(faulty).confirmed(faulty).perform(faulty, "fail");
      journal.expect("callbackTimeout");
      log.line("callback failed: connection= callback=FaultyChannel#fail problem=on purpose");
      log.line("onError runs here");
      assertThat(client.perform(faulty, "echo").message().textValue()).isEqualTo("well");
      client.close();
    }
    journal.expect("disconnected", "closed");
  }

  @Test
  void interruptsAChannelFactoryThatHangsAndRejects() {
    serve(cable -> cable
        .connection(JournalConnection::new)
        .channel(SlowChannel.class, () -> {
          blockQuietly();
          return new SlowChannel();
        })
        .callbackTimeout(Duration.ofMillis(20))
        .events(new EndsToJournal()));
    WireClient client = open().subscribe(SLOW).rejected(SLOW);
    expectTimeout("SlowChannel factory: CallbackTimeoutException from IllegalStateException");
    client.close();
    journal.expect("closed");
  }

  @Test
  void interruptsAConnectionFactoryThatHangsAndGivesThePlaceBack() {
    AtomicInteger made = new AtomicInteger();
    serve(cable -> cable
        .connection(() -> {
          if (made.getAndIncrement() == 0) {
            blockQuietly();
          }
          return new PlainConnection();
        })
        .maxConnections(1)
        .callbackTimeout(Duration.ofMillis(20))
        .events(new EndsToJournal()));
    WireClient client = connect();
    client.expect("{\"type\":\"disconnect\",\"reason\":\"server_error\",\"reconnect\":true}");
    client.close();
    journal.expect("callbackTimeout", "closed");
    Until.isTrue("there is a place again", () -> connect().status() == 101);
  }

  @Test
  void leavesCallbacksAloneThatAreQuick() {
    WireClient client = openSlow(cable ->
        cable.slowCallbackWarning(Duration.ofSeconds(5)).callbackTimeout(Duration.ofSeconds(5)));
    for (int i = 0; i < 500; i++) {
      expectWell(client, SLOW);
    }
    assertThat(journal.rest()).isEmpty();
  }

  @Test
  void servesOthersWhileCallbacksBlock() {
    WireClient client = openSlow(cable -> {}).perform(SLOW, "hold");
    gate.awaitArrival();
    for (int i = 0; i < 5; i++) {
      WireClient blocked = open().subscribe(SLOW).confirmed(SLOW).perform(SLOW, "hold");
      blocked.received();
    }
    WireClient other = open().subscribe(SLOW).confirmed(SLOW);
    for (int i = 0; i < 100; i++) {
      expectWell(other, SLOW);
    }
    gate.open();
    assertThat(client.message().textValue()).isEqualTo("held");
  }

  private static Set<Thread> watches() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("hawser-callback-watch"))
        .collect(Collectors.toSet());
  }

  @Test
  void watchesNoLongerOnceTheCableIsClosed() throws Exception {
    Set<Thread> others = watches();
    serveSlow(cable -> cable.callbackTimeout(Duration.ofSeconds(5)));
    Set<Thread> mine = watches();
    mine.removeAll(others);
    assertThat(mine).hasSize(1);
    TestServer.await(cable().close());
    for (Thread watch : mine) {
      watch.join(WireClient.PATIENCE_MS);
      assertThat(watch.isAlive()).isFalse();
    }
  }

  @Test
  void watchesNoLongerOnceTheCableIsForgotten() throws Exception {
    Set<Thread> others = watches();
    Vertx vertx = Vertx.vertx();
    Cable.builder(vertx)
        .connection(JournalConnection::new)
        .slowCallbackWarning(Duration.ofMillis(10))
        .build();
    Set<Thread> mine = watches();
    mine.removeAll(others);
    assertThat(mine).hasSize(1);
    TestServer.await(vertx.close());
    Until.isTrue("the watch has ended", () -> {
      System.gc();
      return mine.stream().noneMatch(Thread::isAlive);
    });
  }
}
