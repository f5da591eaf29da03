// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.Action;
import dev.hawser.Channel;
import dev.hawser.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a developer reads when a test of theirs fails. */
class TestedFailuresTest {
  private final ChannelTest test =
      ChannelTest.of(cable -> cable.channel(OrdersChannel.class, OrdersChannel::new));
  private final TestConnection ann = test.connect(StubConnection.of("user", "ann"));
  private final TestSubscription<OrdersChannel> orders =
      ann.subscribe(OrdersChannel.class, Map.of("id", 7));

  private static void says(ThrowingCallable step, String... lines) {
    assertThatThrownBy(step)
        .isExactlyInstanceOf(AssertionError.class)
        .hasMessage(String.join("\n", lines));
  }

  @Test
  void throwsWhatAnActionThrows() {
    assertThatThrownBy(() -> orders.perform("fail"))
        .isInstanceOf(CallbackFailedException.class)
        .hasMessage("OrdersChannel#fail failed: java.lang.IllegalStateException: no order 7")
        .hasCauseExactlyInstanceOf(IllegalStateException.class)
        .extracting(failure -> ((CallbackFailedException) failure).callback())
        .isEqualTo("OrdersChannel#fail");
    orders.perform("advance");
    assertThat(orders.transmissions()).hasSize(1);
  }

  @Test
  void throwsWhatACalledActionThrowsAndGivesItsReplyAllTheSame() {
    assertThatThrownBy(() -> orders.call("fail")).isInstanceOf(CallbackFailedException.class);

    test.collectFailures();
    assertThat(orders.call("fail").errorCode()).isEqualTo("internal_error");
    assertThat(test.failures())
        .extracting(CallbackFailedException::callback)
        .containsExactly("OrdersChannel#fail", "OrdersChannel#fail");
  }

  @Test
  void namesAnActionThatDoesNotExist() {
    assertThatThrownBy(() -> orders.perform("advnace"))
        .isInstanceOf(CallbackFailedException.class)
        .hasMessageStartingWith(
            "OrdersChannel#message failed: OrdersChannel has no action \"advnace\"");
  }

  @Test
  void namesDataThatDoesNotFit() {
    assertThatThrownBy(() -> orders.perform("note", Map.of("text", "hi", "count", "many")))
        .isInstanceOf(CallbackFailedException.class)
        .hasMessageStartingWith("OrdersChannel#note failed: ")
        .hasMessageContaining("count");
  }

  @Test
  void namesDataThatIsNoObject() {
    assertThatThrownBy(() -> orders.perform("note", List.of(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("data: [1] (expected: what Jackson writes as an object, such as a map or a"
            + " record)");
    assertThatThrownBy(() -> ann.subscribe(OrdersChannel.class, 7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("params: 7 (expected: what Jackson writes as an object, such as a map or a"
            + " record)");
  }

  @Test
  void namesAChannelThatIsNotRegistered() {
    assertThatThrownBy(() -> ann.subscribe(BrokenChannel.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("BrokenChannel is not registered; add .channel(BrokenChannel.class");
    assertThatThrownBy(() -> ann.subscribe("OrderChannel", Map.of()))
        .isInstanceOf(CallbackFailedException.class)
        .hasMessageContaining("\"OrderChannel\"");
  }

  static final class BrokenChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      throw new IllegalStateException("no database");
    }
  }

  static final class PatientChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("patient", Map.class, message -> {
        throw new IllegalStateException("cannot handle " + message);
      });
      periodically(Duration.ofSeconds(1), () -> {
        throw new IllegalStateException("tick");
      });
    }

    @Override
    protected boolean onError(Throwable failure, String callback) {
      return callback.equals("PatientChannel#act");
    }

    @Action
    void act() {
      List.of().iterator().next();
    }
  }

  @Test
  void throwsWhatSubscribedThrows() {
    ChannelTest broken =
        ChannelTest.of(cable -> cable.channel(BrokenChannel.class, BrokenChannel::new));
    TestConnection client = broken.connect();

    assertThatThrownBy(() -> client.subscribe(BrokenChannel.class))
        .hasMessage(
            "BrokenChannel#subscribed failed: java.lang.IllegalStateException: no database");
    broken.collectFailures();
    client.subscribe(BrokenChannel.class).assertRejected();
  }

  @Test
  void throwsWhatTimersAndHandlersThrowWhereTheyRun() {
    ChannelTest patient =
        ChannelTest.of(cable -> cable.channel(PatientChannel.class, PatientChannel::new));
    TestSubscription<PatientChannel> client = patient.connect().subscribe(PatientChannel.class);

    client.perform("act");
    assertThat(patient.failures()).isEmpty();
    assertThatThrownBy(() -> patient.clock().advance(Duration.ofSeconds(5)))
        .hasMessage("PatientChannel#periodically failed: java.lang.IllegalStateException: tick");
    patient.cable().broadcast("patient", Map.of("a", 1));
    assertThatThrownBy(client::transmissions)
        .hasMessage("PatientChannel#streamFrom(patient) failed:"
            + " java.lang.IllegalStateException: cannot handle {a=1}");
  }

  private static final class BrokenConnection extends Connection {
    @Override
    protected void connect() {
      throw new IllegalStateException("no database");
    }
  }

  @Test
  void throwsWhatConnectThrows() {
    ChannelTest broken = ChannelTest.of(cable -> cable.connection(BrokenConnection::new));

    assertThatThrownBy(broken::connect)
        .hasMessage("connect failed: java.lang.IllegalStateException: no database");
    TestConnection client = broken.collectFailures().connect();
    says(
        client::assertOpen,
        "the connection is not open: the server ended it with server_error, and the client may come"
            + " back");
  }

  @Test
  void saysWhatBecameOfAConnection() {
    says(
        ann::assertRejected,
        "the connection was not rejected: it is open",
        "  identifiers: {user=ann}");
    assertThat(ann).hasToString("connection {user=ann}: it is open");
    orders.perform("kick");
    says(
        ann::assertOpen,
        "the connection is not open: the server ended it with kicked, and the client may not come"
            + " back");
    says(
        () -> orders.perform("advance"),
        "the subscription {\"channel\":\"OrdersChannel\",\"id\":7} cannot perform \"advance\": its"
            + " connection has ended: the server ended it with kicked, and the client may not come"
            + " back");
    TestConnection bob = test.connect();
    bob.disconnect();
    says(bob::assertOpen, "the connection is not open: the client has closed it");
  }

  @Test
  void saysWhatBecameOfASubscription() {
    TestSubscription<OrdersChannel> unknown =
        ann.subscribe(OrdersChannel.class, Map.of("id", OrdersChannel.UNKNOWN));
    String name = "the subscription {\"channel\":\"OrdersChannel\",\"id\":404}";

    says(unknown::assertConfirmed, name + " is not confirmed: it was rejected");
    says(() -> unknown.perform("advance"), name + " cannot perform \"advance\": it was rejected");
    says(unknown::channel, name + " has no channel: it was rejected");
    says(
        () -> unknown.assertStreams("orders:404"),
        name + " streams from [] (expected: [orders:404])",
        "  it was rejected");
    says(
        orders::assertRejected,
        "the subscription {\"channel\":\"OrdersChannel\",\"id\":7} was not rejected: it is"
            + " confirmed",
        "  streams: " + orders.streams());
    says(
        () -> orders.assertStreams("orders:8"),
        "the subscription {\"channel\":\"OrdersChannel\",\"id\":7} streams from [news, orders:7]"
            + " (expected: [orders:8])");
    says(
        () -> ann.subscribe(OrdersChannel.class, Map.of("id", 7)),
        "the client has the subscription {\"channel\":\"OrdersChannel\",\"id\":7} already"
            + " (expected: other params, or unsubscribe() before)");
    orders.unsubscribe();
    says(
        orders::unsubscribe,
        "the subscription {\"channel\":\"OrdersChannel\",\"id\":7} cannot unsubscribe: the client"
            + " has unsubscribed");
  }

  @Test
  void showsWhatWasTransmittedInstead() {
    says(
        () -> orders.assertTransmitted(new OrdersChannel.Note("hi", 1)),
        "the subscription {\"channel\":\"OrdersChannel\",\"id\":7} was not transmitted"
            + " {\"text\":\"hi\",\"count\":1}",
        "  there were no transmissions");
    orders.perform("note", new OrdersChannel.Note("ho", 2));
    orders.perform("advance");
    says(
        () -> orders.assertTransmitted(new OrdersChannel.Note("hi", 1)),
        "the subscription {\"channel\":\"OrdersChannel\",\"id\":7} was not transmitted"
            + " {\"text\":\"hi\",\"count\":1}",
        "  there were 2 transmissions:",
        "    {\"text\":\"ho\",\"count\":2}",
        "    {\"id\":7,\"status\":\"shipped\"}");
    says(
        orders::assertNothingTransmitted,
        "the subscription {\"channel\":\"OrdersChannel\",\"id\":7} was transmitted something"
            + " (expected: nothing)",
        "  there were 2 transmissions:",
        "    {\"text\":\"ho\",\"count\":2}",
        "    {\"id\":7,\"status\":\"shipped\"}");
    assertThatThrownBy(
            () -> orders.transmissions(OrdersChannel.Params.class).get(0).id())
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("{\"text\":\"ho\",\"count\":2} is no Params: ");
  }

  @Test
  void showsTheLastOfMany() {
    for (int i = 1; i <= 25; i++) {
      orders.perform("note", Map.of("text", "x".repeat(600), "count", i));
    }

    assertThatThrownBy(() -> orders.assertTransmitted("hi"))
        .hasMessageContaining("\n  there were 25 transmissions, the last 20 of them:\n")
        .hasMessageContaining("x…\n")
        .satisfies(failure -> assertThat(failure.getMessage().lines()).hasSize(22));
  }

  @Test
  void showsWhatWasBroadcastInstead() {
    says(
        () -> test.assertBroadcast("orders:7", "hi"),
        "not broadcast to orders:7: \"hi\"",
        "  there were no broadcasts to orders:7",
        "  and none to any other name");
    orders.perform("advance");
    test.cable().broadcast("orders:8", 1);
    says(
        () -> test.assertBroadcast("orders:7", Map.of("status", "packed")),
        "not broadcast to orders:7: {\"status\":\"packed\"}",
        "  there were 1 broadcasts to orders:7:",
        "    {\"id\":7,\"status\":\"shipped\"}",
        "  there were 1 other names:",
        "    orders:8 (1)");
    says(
        () -> test.assertNoBroadcast("orders:8"),
        "something was broadcast to orders:8 (expected: nothing)",
        "  there were 1 broadcasts to orders:8:",
        "    1");
  }

  @Test
  void saysWhyThereIsNoReply() {
    TestReply reply = orders.call("later");

    assertThat(reply).hasToString("unanswered");
    says(
        reply::value,
        "there is no reply to OrdersChannel#later yet: a callback of this connection waits for a"
            + " future (expected: complete it; or awaitCallbacks() if another thread does; or"
            + " advance the clock until callbackTimeout)");
  }

  @Test
  void showsAReplyOfTheOtherKind() {
    says(
        () -> orders.call("sell").value(),
        "OrdersChannel#sell was answered with an error (expected: a value)",
        "  error: {\"code\":\"sold_out\",\"message\":\"No seats left\",\"retryable\":false}");
    says(
        () -> orders.call("status").errorCode(),
        "OrdersChannel#status was answered with a value (expected: an error)",
        "  value: {\"id\":7,\"status\":\"packed\"}");
  }

  static final class LoopingChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("looping:x", Integer.class, number -> broadcastTo("x", number + 1));
    }
  }

  @Test
  void endsACircleOfCallbacks() {
    ChannelTest looping =
        ChannelTest.of(cable -> cable.channel(LoopingChannel.class, LoopingChannel::new));
    looping.connect().subscribe(LoopingChannel.class);
    looping.cable().broadcast("looping:x", 1);

    says(
        () -> looping.broadcasts("looping:x"),
        "callbacks call each other without an end: 1000000 steps were run without time going on");
  }

  @Test
  void refusesTimeThatGoesBack() {
    assertThatThrownBy(() -> test.clock().advance(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("advance: PT-1S (expected: 0 or more)");
  }

  @Test
  void refusesASecondThread() throws Exception {
    ChannelTest[] shared = new ChannelTest[1];
    Throwable[] thrown = new Throwable[1];
    shared[0] = ChannelTest.of(cable -> cable.connection(() -> {
      Thread other = new Thread(() -> {
        try {
          shared[0].connect();
        } catch (IllegalStateException e) {
          thrown[0] = e;
        }
      });
      other.start();
      try {
        other.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return new StubConnection();
    }));

    shared[0].connect();

    assertThat(thrown[0])
        .hasMessage("the thread " + Thread.currentThread().getName()
            + " uses this ChannelTest (expected: one at a time)");
  }

  @Test
  void saysThatItsCableServesNoRequests() {
    assertThatThrownBy(() -> NoVertx.create().createHttpServer())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("Vertx.createHttpServer: the cable of a ChannelTest has no sockets and no"
            + " Vert.x (expected: a cable made by Cable.builder(vertx) to serve requests)");
    assertThat(NoVertx.create()).hasToString("no Vert.x");
  }
}
