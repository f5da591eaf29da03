// SPDX-License-Identifier: Apache-2.0
package dev.hawser.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.Action;
import dev.hawser.Cable;
import dev.hawser.Channel;
import dev.hawser.Connection;
import dev.hawser.testing.CallbackFailedException;
import dev.hawser.testing.ChannelTest;
import dev.hawser.testing.RecordingPubSub;
import dev.hawser.testing.StubConnection;
import dev.hawser.testing.TestClock;
import dev.hawser.testing.TestConnection;
import dev.hawser.testing.TestReply;
import dev.hawser.testing.TestSubscription;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Javadoc's examples of the test kit, which run; see {@link JavadocExamplesTest}. */
class KitExamplesTest {

  record Status(String status) {}

  interface Accounts {
    String of(String cookie);
  }

  interface Store {
    Status get(int id);
  }

  static class AppConnection extends Connection {
    private final Accounts accounts;

    AppConnection(Accounts accounts) {
      this.accounts = accounts;
    }

    @Override
    protected void connect() {
      identifiedBy(
          "user", request().cookie("user").map(accounts::of).orElseThrow(this::unauthorized));
    }
  }

  static class OrdersChannel extends Channel<Connection> {
    record Params(int id) {}

    private final Store store;
    private int id;

    OrdersChannel(Store store) {
      this.store = store;
    }

    @Override
    protected void subscribed() {
      id = params(Params.class).id();
      streamFor(id);
    }

    @Action
    Status advance() {
      broadcastTo(id, store.get(id));
      return store.get(id);
    }

    @Action
    @SuppressWarnings("DoNotCallSuggester")
    void explode() {
      throw new IllegalStateException("no database");
    }
  }

  private final Accounts accounts = cookie -> cookie;
  private final Store store = id -> new Status("shipped");

  private final ChannelTest shop = ChannelTest.of(cable -> cable
      .connection(() -> new AppConnection(accounts))
      .channel(OrdersChannel.class, () -> new OrdersChannel(store)));

  private TestSubscription<OrdersChannel> ofAnn() {
    return shop.connect(request -> request.cookie("user", "ann"))
        .subscribe(OrdersChannel.class, Map.of("id", 7));
  }

  @Test
  void channelTest() {
    ChannelTest test = ChannelTest.of(cable -> cable
        .connection(() -> new AppConnection(accounts))
        .channel(OrdersChannel.class, () -> new OrdersChannel(store)));

    TestConnection ann = test.connect(request -> request.cookie("user", "ann"));
    TestSubscription<OrdersChannel> orders = ann.subscribe(OrdersChannel.class, Map.of("id", 7));
    orders.perform("advance");
    orders.assertTransmitted(Map.of("status", "shipped"));
    test.clock().advance(Duration.ofSeconds(30));
  }

  @Test
  void connection() {
    ChannelTest test = shop;
    TestConnection ann = test.connect(request -> request.cookie("user", "ann"));
    ann.assertOpen();
    assertThat(ann.identifiers()).containsEntry("user", "ann");

    test.connect().assertRejected();
  }

  @Test
  void request() {
    ChannelTest test = shop;
    TestConnection ann = test.connect(request -> request
        .cookie("user", "ann")
        .header("Accept-Language", "de")
        .query("tab", "3")
        .remoteAddress("192.0.2.7"));
    ann.assertOpen();
  }

  @Test
  void subscription() {
    ChannelTest test = shop;
    TestConnection ann = test.connect(request -> request.cookie("user", "ann"));
    TestSubscription<OrdersChannel> orders = ann.subscribe(OrdersChannel.class, Map.of("id", 7));
    orders.assertConfirmed().assertStreams("orders:7");

    orders.perform("advance");
    assertThat(orders.transmissions(Status.class)).containsExactly(new Status("shipped"));
  }

  @Test
  void reply() {
    TestSubscription<OrdersChannel> orders = ofAnn();
    TestReply reply = orders.call("advance");
    assertThat(reply.value(Status.class)).isEqualTo(new Status("shipped"));
  }

  @Test
  void failure() {
    TestSubscription<OrdersChannel> orders = ofAnn();
    assertThatThrownBy(() -> orders.perform("explode"))
        .isInstanceOf(CallbackFailedException.class)
        .hasRootCauseMessage("no database");
  }

  static class TokenConnection extends Connection {
    private final Clock clock;

    TokenConnection(Clock clock) {
      this.clock = clock;
    }

    @Override
    protected void connect() {
      expiresAt(clock.instant().plus(Duration.ofHours(1)));
    }
  }

  @Test
  void clock() {
    TestClock clock = TestClock.at(Instant.parse("2030-01-01T08:00:00Z"));
    ChannelTest test =
        ChannelTest.of(cable -> cable.connection(() -> new TokenConnection(clock)), clock);
    TestConnection ann = test.connect();

    clock.advance(Duration.ofHours(1));
    assertThat(ann.disconnectReason()).contains("token_expired");
  }

  @Test
  void stub() {
    ChannelTest test =
        ChannelTest.of(cable -> cable.channel(OrdersChannel.class, () -> new OrdersChannel(store)));
    TestConnection ann = test.connect(StubConnection.of("user", "ann").and("shop", 3));
    assertThat(ann.identifiers()).containsEntry("shop", "3");
  }

  @Test
  void recording() {
    Vertx vertx = Vertx.vertx();
    RecordingPubSub pubSub = RecordingPubSub.create();
    Cable cable = Cable.builder(vertx)
        .connection(() -> new AppConnection(accounts))
        .pubSub(pubSub)
        .build();
    cable.broadcast("orders:7", new Status("shipped"));
    assertThat(pubSub.messages("orders:7")).hasSize(1);
    cable.close().eventually(vertx::close).await();
  }
}
