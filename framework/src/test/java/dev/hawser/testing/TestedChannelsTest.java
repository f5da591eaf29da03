// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.Action;
import dev.hawser.Channel;
import dev.hawser.Connection;
import dev.hawser.ConnectionCommand;
import dev.hawser.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TestedChannelsTest {
  private final ChannelTest test =
      ChannelTest.of(cable -> cable.channel(OrdersChannel.class, OrdersChannel::new));
  private final TestConnection ann = test.connect(StubConnection.of("user", "ann"));
  private final TestSubscription<OrdersChannel> orders =
      ann.subscribe(OrdersChannel.class, new OrdersChannel.Params(7));

  private TestSubscription<OrdersChannel> ofBob() {
    return test.connect(StubConnection.of("user", "bob"))
        .subscribe(OrdersChannel.class, Map.of("id", 7));
  }

  private static JsonNode json(String text) {
    return Json.parse(text);
  }

  @Test
  void confirmsASubscription() {
    orders.assertConfirmed().assertStreams("news", "orders:7");

    assertThat(orders.isConfirmed()).isTrue();
    assertThat(orders.isRejected()).isFalse();
    assertThat(orders.identifier()).isEqualTo("{\"channel\":\"OrdersChannel\",\"id\":7}");
    assertThat(orders.streams()).containsExactlyInAnyOrder("news", "orders:7");
    assertThat(orders.channel().calls).isEmpty();
  }

  @Test
  void rejectsASubscription() {
    TestSubscription<OrdersChannel> unknown =
        ann.subscribe(OrdersChannel.class, Map.of("id", OrdersChannel.UNKNOWN));

    unknown.assertRejected();
    assertThat(unknown.isConfirmed()).isFalse();
    assertThat(unknown.streams()).isEmpty();
    ann.assertOpen();
  }

  @Test
  void subscribesByTheNameThatClientsKnow() {
    ann.subscribe("OrdersChannel", Map.of("id", 8)).assertConfirmed();
    assertThat(ann.subscribe("OrdersChannel", Map.of("id", 9)).channel())
        .isInstanceOf(OrdersChannel.class);
  }

  @Test
  void writesParamsTheSameInAnyOrder() {
    assertThat(ann.identifierOf("X", Map.of("b", 1, "a", 2)))
        .isEqualTo("{\"channel\":\"X\",\"a\":2,\"b\":1}");
  }

  @Test
  void performsAnActionWithItsData() {
    orders.perform("note", new OrdersChannel.Note("hi", 2));
    orders.perform("note", Map.of("text", "ho", "count", 3));

    assertThat(orders.transmissions())
        .containsExactly(
            json("{\"text\":\"hi\",\"count\":2}"), json("{\"text\":\"ho\",\"count\":3}"));
    assertThat(orders.transmissions(OrdersChannel.Note.class))
        .containsExactly(new OrdersChannel.Note("hi", 2), new OrdersChannel.Note("ho", 3));
    orders.assertTransmitted(new OrdersChannel.Note("hi", 2));
    orders.assertTransmitted(Map.of("text", "ho", "count", 3L));
  }

  @Test
  void carriesABroadcastToEverySubscriber() {
    TestSubscription<OrdersChannel> bob = ofBob();

    orders.perform("advance");

    OrdersChannel.Status shipped = new OrdersChannel.Status(7, "shipped");
    orders.assertTransmitted(shipped);
    bob.assertTransmitted(shipped);
    test.assertBroadcast("orders:7", shipped).assertNoBroadcast("orders:8");
    assertThat(test.broadcasts("orders:7"))
        .containsExactly(json("{\"id\":7,\"status\":\"shipped\"}"));
    assertThat(test.broadcasts("orders:7", OrdersChannel.Status.class)).containsExactly(shipped);
  }

  @Test
  void showsWhatTheApplicationBroadcastsByTheCable() {
    test.cable().broadcastTo(OrdersChannel.class, 7, "hello");
    test.cable().broadcast("news", new OrdersChannel.Status(1, "sale"));

    assertThat(test.broadcastsTo(OrdersChannel.class, 7)).containsExactly(json("\"hello\""));
    orders.assertTransmitted(Map.of("news", "sale"));
    test.clearBroadcasts();
    test.assertNoBroadcast("news");
  }

  @Test
  void leavesTheSenderOut() {
    TestSubscription<OrdersChannel> bob = ofBob();

    orders.perform("tell_others");

    orders.assertNothingTransmitted();
    bob.assertTransmitted(Map.of("hello", "others"));
    test.assertBroadcast("orders:7", Map.of("hello", "others"));
  }

  @Test
  void repliesToACall() {
    TestReply reply = orders.call("status");

    assertThat(reply.isAnswered()).isTrue();
    assertThat(reply.isError()).isFalse();
    assertThat(reply.value()).isEqualTo(json("{\"id\":7,\"status\":\"packed\"}"));
    assertThat(reply.value(OrdersChannel.Status.class))
        .isEqualTo(new OrdersChannel.Status(7, "packed"));
  }

  @Test
  void repliesWithAnError() {
    TestReply reply = orders.call("sell");

    assertThat(reply.isError()).isTrue();
    assertThat(reply.errorCode()).isEqualTo("sold_out");
    assertThat(reply.error().path("message").asText()).isEqualTo("No seats left");
  }

  @Test
  void repliesWhenTheTestCompletesTheFuture() {
    TestReply reply = orders.call("later");
    TestReply next = orders.call("status");
    assertThat(reply.isAnswered()).isFalse();
    assertThat(next.isAnswered()).as("order of the connection").isFalse();

    orders.channel().promise.complete("done");

    assertThat(reply.value().asText()).isEqualTo("done");
    assertThat(next.isAnswered()).isTrue();
  }

  @Test
  void waitsForAnotherThreadIfAsked() {
    TestReply reply = orders.call("later");
    Promise<String> promise = orders.channel().promise;
    CompletableFuture<Void> done = CompletableFuture.runAsync(() -> promise.complete("done"));

    test.awaitCallbacks();

    assertThat(reply.value().asText()).isEqualTo("done");
    assertThat(done).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void endsAnActionThatTakesTooLong() {
    ChannelTest strict = ChannelTest.of(cable -> cable
        .channel(OrdersChannel.class, OrdersChannel::new)
        .callbackTimeout(Duration.ofSeconds(30)));
    TestReply reply =
        strict.connect().subscribe(OrdersChannel.class, Map.of("id", 7)).call("later");

    strict.collectFailures().clock().advance(Duration.ofSeconds(29));
    assertThat(reply.isAnswered()).isFalse();
    strict.clock().advance(Duration.ofSeconds(2));

    assertThat(reply.errorCode()).isEqualTo("action_timeout");
  }

  @Test
  void runsTimersWhenTheClockIsThere() {
    test.clock().advance(Duration.ofSeconds(9));
    orders.assertNothingTransmitted();
    test.clock().advance(Duration.ofSeconds(21));

    assertThat(orders.transmissions())
        .containsExactly(json("{\"tick\":1}"), json("{\"tick\":2}"), json("{\"tick\":3}"));
    orders.clear();
    orders.unsubscribe();
    test.clock().advance(Duration.ofMinutes(1));
    orders.assertNothingTransmitted();
  }

  @Test
  void keepsAnIdleClientForADay() {
    test.clock().advance(Duration.ofDays(1));

    ann.assertOpen();
    assertThat(orders.channel().ticks).isEqualTo(24 * 60 * 6);
  }

  @Test
  void admitsAnActionAgainWhenItsTimeIsUp() {
    test.collectFailures();
    orders.perform("rare");
    assertThat(orders.call("rare").errorCode()).isEqualTo("rate_limited");

    test.clock().advance(Duration.ofSeconds(1));

    assertThat(orders.call("rare").isError()).isFalse();
  }

  @Test
  void performsAsManyActionsAsTheTestLikes() {
    for (int i = 0; i < 1000; i++) {
      orders.perform("note", Map.of("text", "hi", "count", i));
    }

    assertThat(orders.transmissions()).hasSize(1000);
    ann.assertOpen();
  }

  @Test
  void carriesWhispersToOthersOnly() {
    TestSubscription<OrdersChannel> bob = ofBob();

    orders.whisper(Map.of("typing", true));

    assertThat(bob.whispers()).containsExactly(json("{\"typing\":true}"));
    bob.assertNothingTransmitted();
    assertThat(orders.whispers()).isEmpty();
    test.assertNoBroadcast("orders:7");
  }

  @Test
  void showsWhoIsPresent() {
    orders.perform("join");
    TestSubscription<OrdersChannel> bob = ofBob();
    bob.perform("join");
    bob.askPresence();

    assertThat(test.presence("orders:7").ids()).containsExactlyInAnyOrder("ann", "bob");
    assertThat(bob.presenceMessages()).anySatisfy(message -> {
      assertThat(message.path("type").asText()).isEqualTo("info");
      assertThat(message.path("total").asInt()).isEqualTo(2);
    });
    orders.unsubscribe();
    assertThat(bob.presenceMessages()).contains(json("{\"type\":\"leave\",\"id\":\"ann\"}"));
    assertThat(test.presence("orders:7").ids()).containsExactly("bob");
  }

  @Test
  void keepsALostClientForTheGraceTime() {
    ChannelTest graceful = ChannelTest.of(cable -> cable
        .channel(OrdersChannel.class, OrdersChannel::new)
        .presenceGrace(Duration.ofSeconds(5)));
    TestConnection client = graceful.connect(StubConnection.of("user", "ann"));
    client.subscribe(OrdersChannel.class, Map.of("id", 7)).perform("join");

    client.disconnect();
    graceful.clock().advance(Duration.ofSeconds(4));
    assertThat(graceful.presence("orders:7").ids()).containsExactly("ann");
    graceful.clock().advance(Duration.ofSeconds(2));

    assertThat(graceful.presence("orders:7").ids()).isEmpty();
  }

  static final class LobbyChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("lobby", clientPresence());
    }
  }

  @Test
  void letsClientsJoinThemselves() {
    ChannelTest lobby =
        ChannelTest.of(cable -> cable.channel(LobbyChannel.class, LobbyChannel::new));
    TestSubscription<LobbyChannel> client = lobby.connect().subscribe(LobbyChannel.class);

    client.join("42", Map.of("name", "Ann"));
    assertThat(lobby.presence("lobby").ids()).containsExactly("42");
    client.leave();
    assertThat(lobby.presence("lobby").ids()).isEmpty();
  }

  @Test
  void endsWithARejectionInAnAction() {
    OrdersChannel channel = orders.channel();
    orders.perform("leave");

    orders.assertRejected();
    assertThat(channel.calls).containsExactly("unsubscribed");
  }

  @Test
  void subscribesAgain() {
    orders.perform("advance");
    orders.unsubscribe();

    TestSubscription<OrdersChannel> again = ann.subscribe(OrdersChannel.class, Map.of("id", 7));

    again.assertConfirmed().assertNothingTransmitted();
    assertThat(orders.isConfirmed()).isFalse();
  }

  @Test
  void showsAllThatTheClientReceived() {
    orders.perform("advance");
    orders.perform("kick");

    assertThat(ann.received())
        .extracting(message -> message.path("type").asText())
        .containsExactly("welcome", "confirm_subscription", "", "disconnect");
    assertThat(ann.disconnectReason()).contains("kicked");
  }

  @Test
  void sendsWhatNoClientWouldSend() {
    ann.send("{\"command\":\"ping\"}");

    assertThat(ann.received()).contains(json("{\"type\":\"pong\"}"));
  }

  @EventLoop
  static class LoopChannel extends Channel<HookedConnection> {
    @Action
    String echo(Map<String, Object> data) {
      return "echo " + connection().log;
    }
  }

  static class HookedConnection extends Connection {
    final List<String> log = new ArrayList<>();

    @Override
    protected void aroundCommand(ConnectionCommand command, ConnectionCommand.Body body)
        throws Exception {
      log.add("before");
      body.proceed();
      log.add("after");
    }
  }

  @Test
  void runsHooksAroundCallbacksOfAnotherPlace() {
    ChannelTest hooked = ChannelTest.of(cable ->
        cable.connection(HookedConnection::new).channel(LoopChannel.class, LoopChannel::new));

    TestReply reply = hooked.connect().subscribe(LoopChannel.class).call("echo");

    assertThat(reply.value().asText()).isEqualTo("echo [before, after, before]");
  }

  static class SlowChannel extends Channel<Connection> {
    final Promise<Void> promise = Promise.promise();

    @Override
    protected void subscribed() {
      defer(promise.future());
    }
  }

  @Test
  void confirmsWhenSubscribedIsThrough() {
    ChannelTest slow = ChannelTest.of(cable -> cable.channel(SlowChannel.class, SlowChannel::new));
    TestSubscription<SlowChannel> client = slow.connect().subscribe(SlowChannel.class);

    assertThat(client.isConfirmed()).isFalse();
    client.channel().promise.complete();

    client.assertConfirmed();
  }

  static class NestedChannel extends Channel<Connection> {
    private final Runnable step;

    NestedChannel(Runnable step) {
      this.step = step;
    }

    @Action
    Future<Void> act() {
      step.run();
      return broadcastTo("nested", "done");
    }
  }

  @Test
  void refusesToBeUsedByACallback() {
    List<TestSubscription<OrdersChannel>> inner = new ArrayList<>();
    ChannelTest[] nested = new ChannelTest[1];
    nested[0] = ChannelTest.of(cable -> cable
        .channel(OrdersChannel.class, OrdersChannel::new)
        .channel(
            NestedChannel.class,
            () -> new NestedChannel(() ->
                inner.add(nested[0].connect().subscribe(OrdersChannel.class, Map.of("id", 1))))));
    TestSubscription<NestedChannel> outer = nested[0].connect().subscribe(NestedChannel.class);

    nested[0].collectFailures();
    outer.perform("act");

    assertThat(nested[0].failures()).hasSize(1);
    assertThat(nested[0].failures().get(0).getMessage())
        .contains("expected: from the test, not from a callback");
  }
}
