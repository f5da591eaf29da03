// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.Gate;
import dev.hawser.support.HookedPubSub;
import dev.hawser.support.WireClient;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubscribeTest extends WireTest {
  private static final String ROOM = identifier("RoomChannel");

  private final class JournalConnection extends Connection {
    @Override
    protected boolean onError(Throwable failure, String callback) {
      journal.add(callback + ": " + failure.getMessage());
      return true;
    }
  }

  /** Does what the test says when it is subscribed. */
  private final class RoomChannel extends Channel<Connection> {
    private int calls;

    @Override
    protected void subscribed() throws Exception {
      journal.add("subscribed");
      onSubscribed.accept(this);
    }

    @Override
    protected void unsubscribed() {
      journal.add("unsubscribed");
    }

    @Action
    void count() {
      transmit(++calls);
    }

    @Action
    void more() {
      streamFrom("more");
    }

    void stream(String name) {
      streamFrom(name);
    }

    void send(Object message) {
      transmit(message);
    }

    void await(io.vertx.core.Future<?> future) {
      defer(future);
    }

    <P> P bind(Class<P> type) {
      return params(type);
    }
  }

  private interface Step {
    void accept(RoomChannel channel) throws Exception;
  }

  private volatile Step onSubscribed = channel -> {};
  private final HookedPubSub pubSub = new HookedPubSub();

  private WireClient serveRoom(Step step) {
    return serveRoom(step, cable -> {});
  }

  private WireClient serveRoom(Step step, Consumer<CableBuilder> more) {
    onSubscribed = step;
    serve(cable -> more.accept(cable
        .connection(JournalConnection::new)
        .channel(RoomChannel.class, RoomChannel::new)
        .pubSub(pubSub)));
    return open();
  }

  // -- confirmation

  @Test
  void confirmsAfterSubscribed() {
    Gate gate = new Gate();
    WireClient client = serveRoom(channel -> gate.pass());
    client.subscribe(ROOM);
    gate.awaitArrival();
    gate.open();
    client.confirmed(ROOM);
    expectSilence(client);
  }

  @Test
  void sendsNothingBeforeTheClientSubscribes() {
    WireClient client = serveRoom(channel -> {});
    expectSilence(client);
    assertThat(journal.next()).startsWith("subscribe: no channel");
    assertThat(journal.rest()).isEmpty();
  }

  @Test
  void sendsWhatSubscribedTransmitsBeforeTheConfirmation() {
    WireClient client = serveRoom(channel -> {
      channel.send("first");
      channel.stream("room");
      channel.send("second");
    });
    client.subscribe(ROOM);
    assertThat(client.message().textValue()).isEqualTo("first");
    assertThat(client.message().textValue()).isEqualTo("second");
    client.confirmed(ROOM);
  }

  @Test
  void confirmsWhenEveryStreamIsLive() {
    Promise<Void> first = pubSub.delay("first");
    Promise<Void> second = pubSub.delay("second");
    WireClient client = serveRoom(channel -> {
      channel.stream("first");
      channel.stream("second");
    });
    client.subscribe(ROOM);
    expectSilence(client);
    first.complete();
    expectSilence(client);
    second.complete();
    client.confirmed(ROOM);
  }

  @Test
  void confirmsOnceHoweverManyStreamsThereAre() {
    WireClient client = serveRoom(channel -> {
      for (int i = 0; i < 5; i++) {
        channel.stream("stream " + i);
      }
    });
    client.subscribe(ROOM).confirmed(ROOM);
    expectSilence(client.perform(ROOM, "more"));
    pubSub.journal().find("+more");
  }

  @Test
  void performsActionsWhileStreamsAreNotLiveYet() {
    Promise<Void> live = pubSub.delay("slow");
    WireClient client = serveRoom(channel -> channel.stream("slow"));
    client.subscribe(ROOM).perform(ROOM, "count");
    assertThat(client.message().intValue()).isOne();
    live.complete();
    client.confirmed(ROOM);
  }

  @Test
  void confirmsWhenADeferredFutureSucceeds() {
    Promise<Void> work = Promise.promise();
    WireClient client = serveRoom(channel -> channel.await(work.future()));
    client.subscribe(ROOM).perform(ROOM, "count");
    journal.expect("subscribed");
    work.complete();
    client.confirmed(ROOM);
    assertThat(client.message().intValue()).isOne();
  }

  @Test
  void tellsTheListener() {
    WireClient client = serveRoom(
        channel -> channel.stream("room"),
        cable -> cable.events(new CableEvents() {
          @Override
          public void subscriptionConfirmed(String channel, String identifier) {
            journal.add("confirmed " + channel + " " + identifier);
          }

          @Override
          public void subscriptionRejected(String channel, String identifier) {
            journal.add("rejected " + channel + " " + identifier);
          }
        }));
    client.subscribe(ROOM).confirmed(ROOM);
    journal.expect("subscribed", "confirmed RoomChannel " + ROOM);
    client.subscribe("{}").rejected("{}");
    journal.expect("subscribe: no channel is registered as \"\"", "rejected null {}");
  }

  // -- duplicates

  @Test
  void keepsSilentWhenAConfirmedSubscribeIsRepeated() {
    WireClient client = serveRoom(channel -> channel.stream("room"));
    client.subscribe(ROOM).confirmed(ROOM).perform(ROOM, "count");
    assertThat(client.message().intValue()).isOne();
    client.subscribe(ROOM).perform(ROOM, "count");
    assertThat(client.message().intValue()).as("the same channel").isEqualTo(2);
    journal.expect("subscribed");
    assertThat(journal.rest()).isEmpty();
    cable().broadcast("room", "once");
    assertThat(client.message().textValue()).isEqualTo("once");
    expectSilence(client);
  }

  @Test
  void answersDuplicatesOfAPendingSubscriptionOnce() {
    Promise<Void> live = pubSub.delay("room");
    WireClient client = serveRoom(channel -> channel.stream("room"));
    client.subscribe(ROOM).subscribe(ROOM).subscribe(ROOM);
    expectSilence(client);
    live.complete();
    client.confirmed(ROOM);
    expectSilence(client);
    journal.expect("subscribed");
  }

  @Test
  void answersDuplicatesThatCameWhileSubscribedRanWithTheOneConfirmation() {
    Gate gate = new Gate();
    WireClient client = serveRoom(channel -> gate.pass());
    client.subscribe(ROOM);
    gate.awaitArrival();
    client.subscribe(ROOM).subscribe(ROOM);
    client.received();
    gate.open();
    client.confirmed(ROOM);
    journal.expect("subscribed");
    expectSilence(client);
  }

  @Test
  void rejectsOnceHoweverOftenTheClientRepeatedASlowSubscribe() {
    Gate gate = new Gate();
    WireClient client = serveRoom(channel -> {
      gate.pass();
      channel.reject();
    });
    client.subscribe(ROOM);
    gate.awaitArrival();
    client.subscribe(ROOM).subscribe(ROOM);
    client.received();
    gate.open();
    client.rejected(ROOM);
    expectSilence(client);
  }

  @Test
  void takesASubscribeBehindAnUnsubscribeForANewOne() {
    Gate gate = new Gate();
    WireClient client = serveRoom(channel -> gate.pass());
    client.subscribe(ROOM);
    gate.awaitArrival();
    client.unsubscribe(ROOM).subscribe(ROOM);
    gate.open();
    client.confirmed(ROOM).confirmed(ROOM);
    journal.expect("subscribed", "unsubscribed", "subscribed");
    expectSilence(client);
  }

  @Test
  void deliversToEachOfTwoSubscriptionsOfAClient() {
    String other = "{\"channel\":\"RoomChannel\",\"n\":2}";
    WireClient client = serveRoom(channel -> channel.stream("room"));
    client.subscribe(ROOM).confirmed(ROOM).subscribe(other).confirmed(other);
    cable().broadcast("room", 1);
    assertThat(client.json().get("identifier").textValue()
            + client.json().get("identifier").textValue())
        .isIn(ROOM + other, other + ROOM);
    expectSilence(client);
  }

  // -- failures

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void rejectsAndEndsASubscriptionWhoseSubscribedFails(boolean error) {
    WireClient client = serveRoom(channel -> {
      channel.stream("room");
      if (error) {
        throw new StackOverflowError("deep");
      }
      throw new Exception("deep");
    });
    client.subscribe(ROOM).rejected(ROOM);
    journal.expect("subscribed", "RoomChannel#subscribed: deep", "unsubscribed");
    assertThat(cable().streamCount()).isZero();
    cable().broadcast("room", 1);
    expectSilence(client.perform(ROOM, "count"));
    journal.find("message: no subscription");
    onSubscribed = channel -> {};
    client.subscribe(ROOM).confirmed(ROOM);
  }

  @Test
  void rejectsASubscriptionWhoseDeferredFutureFails() {
    Promise<Void> work = Promise.promise();
    WireClient client = serveRoom(channel -> channel.await(work.future()));
    client.subscribe(ROOM);
    journal.expect("subscribed");
    work.fail("no database");
    client.rejected(ROOM);
    journal.expect("RoomChannel#subscribed: no database", "unsubscribed");
  }

  record Params(String room, Integer seats) {}

  @Test
  void rejectsParamsThatDoNotFitAndTellsWhere() {
    WireClient client = serveRoom(channel -> channel.bind(Params.class));
    String identifier = "{\"channel\":\"RoomChannel\",\"room\":\"a\",\"seats\":\"many\"}";
    client.subscribe(identifier).rejected(identifier);
    journal.expect("subscribed");
    assertThat(journal.next()).startsWith("RoomChannel#subscribed: RoomChannel: params.seats");
  }

  @Test
  void bindsParamsAndIgnoresUnknownOnes() {
    WireClient client = serveRoom(channel -> {
      Params params = channel.bind(Params.class);
      channel.send(
          params.room() + params.seats() + channel.params().get("extra").intValue());
    });
    String identifier = "{\"channel\":\"RoomChannel\",\"room\":\"a\",\"seats\":4,\"extra\":2}";
    client.subscribe(identifier);
    assertThat(client.message().textValue()).isEqualTo("a42");
    client.confirmed(identifier);
  }

  @Test
  void rejectsWhenTheFactoryFails() {
    serve(cable -> cable
        .connection(JournalConnection::new)
        .channel("Failing", RoomChannel.class, () -> {
          throw new IllegalStateException("no rooms today");
        }));
    open().subscribe(identifier("Failing")).rejected(identifier("Failing"));
    journal.expect("Failing factory: no rooms today");
  }

  @Test
  void rejectsWhenTheFactoryMakesNothing() {
    serve(cable -> cable.connection(JournalConnection::new).channel(RoomChannel.class, () -> null));
    open().subscribe(ROOM).rejected(ROOM);
    assertThat(journal.next()).startsWith("RoomChannel factory: ");
  }

  static final class OtherConnection extends Connection {}

  static final class OtherChannel extends Channel<OtherConnection> {}

  @Test
  void rejectsAChannelThatNeedsAnotherConnection() {
    serve(cable ->
        cable.connection(JournalConnection::new).channel(OtherChannel.class, OtherChannel::new));
    String identifier = identifier("OtherChannel");
    open().subscribe(identifier).rejected(identifier);
    assertThat(journal.next())
        .contains("OtherChannel needs a " + OtherConnection.class.getName())
        .contains(JournalConnection.class.getName());
  }

  @Test
  void sendsTheClientAwayToTryAgainWhenAStreamCannotStart() {
    Promise<Void> live = pubSub.delay("room");
    WireClient client = serveRoom(channel -> channel.stream("room"));
    client.subscribe(ROOM);
    expectSilence(client);
    live.fail("no backend");
    client.expect("{\"type\":\"disconnect\",\"reason\":\"pubsub_unavailable\",\"reconnect\":true}");
    assertThat(client.closeCode()).isEqualTo(1000);
    pubSub.hurry("room");
    WireClient again = open().subscribe(ROOM).confirmed(ROOM);
    cable().broadcast("room", 1);
    assertThat(again.message().intValue()).isOne();
  }

  @Test
  void sendsTheClientAwayToTryAgainWhenAStreamIsTooSlow() {
    pubSub.delay("room");
    WireClient client = serveRoom(
        channel -> channel.stream("room"),
        cable -> cable.subscribeTimeout(Duration.ofMillis(50)).events(new CableEvents() {
          @Override
          public void limitReached(String option, String subject) {
            journal.add(option + " " + subject);
          }
        }));
    client.subscribe(ROOM);
    client.expect("{\"type\":\"disconnect\",\"reason\":\"pubsub_unavailable\",\"reconnect\":true}");
    journal.find("subscribeTimeout " + ROOM);
  }

  @Test
  void rejectsMoreSubscriptionsThanAllowed() {
    WireClient client = serveRoom(
        channel -> {},
        cable -> cable.maxSubscriptionsPerConnection(2).events(new CableEvents() {
          @Override
          public void limitReached(String option, String subject) {
            journal.add(option);
          }
        }));
    String second = "{\"channel\":\"RoomChannel\",\"n\":2}";
    String third = "{\"channel\":\"RoomChannel\",\"n\":3}";
    client.subscribe(ROOM).confirmed(ROOM).subscribe(second).confirmed(second);
    client.subscribe(third).rejected(third);
    journal.expect("subscribed", "subscribed", "maxSubscriptionsPerConnection");
    expectSilence(client.subscribe(ROOM));
    client.unsubscribe(second).subscribe(third).confirmed(third);
  }

  // -- names

  static final class NamedChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFor("all");
      transmit(Map.of("stream", broadcastingFor("all"), "name", params().path("channel")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Chats::RoomChannel", "rooms", "räume"})
  void knowsAChannelByTheNameItIsRegisteredUnder(String name) {
    serve(cable -> cable.channel(name, NamedChannel.class, NamedChannel::new));
    WireClient client = open().subscribe(identifier(name));
    assertThat(client.message().get("name").textValue()).isEqualTo(name);
    client.confirmed(identifier(name));
    client.subscribe(identifier("NamedChannel")).rejected(identifier("NamedChannel"));
  }
}
