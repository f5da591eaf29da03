// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.Action;
import dev.hawser.ActionException;
import dev.hawser.Cable;
import dev.hawser.CableBuilder;
import dev.hawser.Channel;
import dev.hawser.Connection;
import dev.hawser.contract.PubSubContract;
import dev.hawser.history.HistoryLimit;
import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.pubsub.PubSubAdapter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The Java code of {@code docs/testing.md}, compiled and run; {@link TestingGuideTest} holds the
 * two together.
 */
class TestingExamplesTest {

  static final class Store {
    private final Map<Integer, Status> orders = new HashMap<>();

    Store() {
      orders.put(7, new Status("packed"));
    }
  }

  static final class AppConnection extends Connection {
    @Override
    protected void connect() {
      identifiedBy("user", request().cookie("user").orElseThrow(this::unauthorized));
    }

    @Override
    protected void reauthenticate() {
      throw unauthorized();
    }
  }

  record Status(String status) {}

  static final class OrdersChannel extends Channel<AppConnection> {
    record Params(int id) {}

    private final Store store;
    private int id;

    OrdersChannel(Store store) {
      this.store = store;
    }

    @Override
    protected void subscribed() {
      id = params(Params.class).id();
      if (!store.orders.containsKey(id)) {
        reject();
        return;
      }
      streamFor(id, whispers());
      presence().join(connection().connectionIdentifier());
      periodically(ofSeconds(30), () -> transmit(store.orders.get(id)));
    }

    @Action
    Status advance() {
      Status shipped = new Status("shipped");
      broadcastTo(id, shipped);
      return shipped;
    }

    @Action
    @SuppressWarnings("DoNotCallSuggester")
    void cancel() {
      throw new ActionException("too_late", "It is on its way");
    }

    @Action
    @SuppressWarnings("DoNotCallSuggester")
    void explode() {
      throw new IllegalStateException("no database");
    }
  }

  private final Store store = new Store();

  private final ChannelTest test = ChannelTest.of(cable -> cable
      .connection(AppConnection::new)
      .channel(OrdersChannel.class, () -> new OrdersChannel(store))
      .reauthenticate(ofMinutes(5)));

  static final class FirstExample {
    private final Store store = new Store();

    private final ChannelTest test = ChannelTest.of(cable -> cable
        .connection(AppConnection::new)
        .channel(OrdersChannel.class, () -> new OrdersChannel(store)));

    @Test
    void tellsWhatBecomesOfAnOrder() {
      TestConnection ann = test.connect(request -> request.cookie("user", "ann"));
      TestSubscription<OrdersChannel> orders = ann.subscribe(OrdersChannel.class, Map.of("id", 7));

      orders.perform("advance");

      orders.assertTransmitted(Map.of("status", "shipped"));
      test.assertBroadcast("orders:7", new Status("shipped"));
    }
  }

  @Test
  void first() {
    new FirstExample().tellsWhatBecomesOfAnOrder();
  }

  private TestSubscription<OrdersChannel> ordersOf(String user) {
    return test.connect(request -> request.cookie("user", user))
        .subscribe(OrdersChannel.class, Map.of("id", 7));
  }

  @Test
  void connections() {
    TestConnection ann = test.connect(request -> request.cookie("user", "ann"));
    assertThat(ann.isOpen()).isTrue();
    assertThat(ann.identifiers()).containsEntry("user", "ann");

    TestConnection nobody = test.connect();
    nobody.assertRejected();

    test.cable().remoteConnections().where("user", "ann").disconnect(false);
    assertThat(ann.disconnectReason()).contains("remote");
    assertThat(ann.mayReconnect()).isFalse();
  }

  @Test
  void subscriptions() {
    TestConnection ann = test.connect(request -> request.cookie("user", "ann"));
    ann.subscribe(OrdersChannel.class, Map.of("id", 404)).assertRejected();

    TestSubscription<OrdersChannel> orders = ann.subscribe(OrdersChannel.class, Map.of("id", 7));
    orders.assertConfirmed().assertStreams("orders:7");
    orders.unsubscribe();
    ann.disconnect();
  }

  @Test
  void broadcasts() {
    TestSubscription<OrdersChannel> orders = ordersOf("ann");
    orders.perform("advance");

    assertThat(orders.transmissions(Status.class)).containsExactly(new Status("shipped"));
    assertThat(test.broadcastsTo(OrdersChannel.class, 7)).hasSize(1);

    test.cable().broadcastTo(OrdersChannel.class, 7, new Status("lost"));
    orders.assertTransmitted(new Status("lost"));
    test.assertNoBroadcast("orders:8");
  }

  @Test
  void replies() {
    TestSubscription<OrdersChannel> orders = ordersOf("ann");
    TestReply reply = orders.call("advance");
    assertThat(reply.value(Status.class)).isEqualTo(new Status("shipped"));

    assertThat(orders.call("cancel").errorCode()).isEqualTo("too_late");
  }

  @Test
  void peopleAndWhispers() {
    TestSubscription<OrdersChannel> ann = ordersOf("ann");
    TestSubscription<OrdersChannel> bob = ordersOf("bob");
    assertThat(test.presence("orders:7").ids()).containsExactlyInAnyOrder("ann", "bob");

    ann.whisper(Map.of("typing", true));
    assertThat(bob.whispers()).hasSize(1);
    assertThat(ann.whispers()).isEmpty();
  }

  static final class NewsChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("news", history(HistoryLimit.within(ofMinutes(5))));
    }
  }

  private final ChannelTest news =
      ChannelTest.of(cable -> cable.channel(NewsChannel.class, NewsChannel::new));

  @Test
  void history() {
    TestSubscription<NewsChannel> before = news.connect().subscribe(NewsChannel.class);
    news.cable().broadcast("news", 1);
    news.cable().restart();
    news.cable().broadcast("news", 2);

    TestSubscription<NewsChannel> after = news.connect().resume(before);
    after.assertTransmitted(2);
    assertThat(after.isContinuous()).isTrue();
    assertThat(before.transmissions()).hasSize(1);
    assertThat(after.transmissions()).hasSize(1);
  }

  @Test
  void historyThatIsTooOld() {
    TestConnection ann = news.connect();
    TestSubscription<NewsChannel> before = ann.subscribe(NewsChannel.class);
    news.cable().broadcast("news", 1);
    ann.disconnect();
    news.cable().broadcast("news", 2);
    news.clock().advance(ofMinutes(60));

    assertThat(news.connect().resume(before).isContinuous()).isFalse();
  }

  static final class BoardChannel extends Channel<Connection> {
    private final Store store;

    BoardChannel(Store store) {
      this.store = store;
    }

    @Override
    protected void subscribed() {
      streamFrom("board", history(HistoryLimit.within(ofMinutes(5))));
    }

    @Override
    protected Object snapshot() {
      return store.orders;
    }
  }

  @Test
  void snapshots() {
    ChannelTest boards =
        ChannelTest.of(cable -> cable.channel(BoardChannel.class, () -> new BoardChannel(store)));
    TestConnection ann = boards.connect();
    TestSubscription<BoardChannel> before = ann.subscribe(BoardChannel.class);
    before.assertSnapshot(Map.of(7, new Status("packed"))).assertNothingTransmitted();
    ann.disconnect();

    store.orders.put(8, new Status("new"));
    boards.cable().broadcast("board", Map.of(8, new Status("new")));
    boards.clock().advance(ofMinutes(60));

    TestSubscription<BoardChannel> after = boards.connect().resume(before);
    assertThat(after.isContinuous()).isFalse();
    assertThat(after.isReset()).isTrue();
    assertThat(after.snapshots()).hasSize(1);
  }

  static final class LobbyChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("lobby", clientPresence());
    }
  }

  @Test
  void peopleWhoJoinThemselves() {
    ChannelTest lobbies =
        ChannelTest.of(cable -> cable.channel(LobbyChannel.class, LobbyChannel::new));
    TestSubscription<LobbyChannel> lobby = lobbies.connect().subscribe(LobbyChannel.class);
    TestSubscription<LobbyChannel> other = lobbies.connect().subscribe(LobbyChannel.class);

    other.askPresence();
    lobby.join("42", Map.of("name", "Ann"));
    assertThat(lobbies.presence("lobby").ids()).containsExactly("42");
    assertThat(other.presenceMessages()).last().asString().contains("Ann");
    lobby.leave();
  }

  @Test
  void time() {
    TestConnection ann = test.connect(request -> request.cookie("user", "ann"));
    TestSubscription<OrdersChannel> orders = ann.subscribe(OrdersChannel.class, Map.of("id", 7));

    test.clock().advance(ofSeconds(90));
    assertThat(orders.transmissions()).hasSize(3); // One each 30 s.

    test.clock().advance(ofMinutes(5)); // reauthenticate() throws unauthorized().
    assertThat(ann.disconnectReason()).contains("unauthorized");
  }

  static final class TokenConnection extends Connection {
    private final java.time.Clock clock;

    TokenConnection(java.time.Clock clock) {
      this.clock = clock;
    }

    @Override
    protected void connect() {
      expiresAt(clock.instant().plusSeconds(3600));
    }
  }

  @Test
  void timeOfTheApplication() {
    TestClock clock = TestClock.at(Instant.parse("2030-01-01T08:00:00Z"));
    ChannelTest tokens =
        ChannelTest.of(cable -> cable.connection(() -> new TokenConnection(clock)), clock);
    TestConnection ann = tokens.connect();

    clock.advance(ofMinutes(60));
    assertThat(ann.disconnectReason()).contains("token_expired");
  }

  static final class ReportChannel extends Channel<Connection> {
    private final Future<String> database;

    ReportChannel(Future<String> database) {
      this.database = database;
    }

    @Action
    Future<String> total() {
      return database;
    }
  }

  @Test
  void futures() {
    Promise<String> database = Promise.promise();
    ChannelTest reports = ChannelTest.of(
        cable -> cable.channel(ReportChannel.class, () -> new ReportChannel(database.future())));
    TestReply total = reports.connect().subscribe(ReportChannel.class).call("total");
    assertThat(total.isAnswered()).isFalse();

    database.complete("42");
    assertThat(total.value(String.class)).isEqualTo("42");
  }

  @Test
  void failures() {
    TestSubscription<OrdersChannel> orders = ordersOf("ann");
    assertThatThrownBy(() -> orders.perform("explode"))
        .isInstanceOf(CallbackFailedException.class)
        .hasMessage("OrdersChannel#explode failed: java.lang.IllegalStateException: no database");

    test.collectFailures();
    assertThat(orders.call("explode").errorCode()).isEqualTo("internal_error");
    assertThat(test.failures()).hasSize(2);
  }

  static final class NoteChannel extends Channel<Connection> {
    @Action
    void whoAmI() {
      transmit(connection().connectionIdentifier());
    }
  }

  @Test
  void aChannelByItself() {
    ChannelTest notes = ChannelTest.of(cable -> cable.channel(NoteChannel.class, NoteChannel::new));
    TestSubscription<NoteChannel> note =
        notes.connect(StubConnection.of("user", "ann")).subscribe(NoteChannel.class);

    note.perform("who_am_i");
    note.assertTransmitted("ann");
  }

  static class ProfileConnection extends Connection {
    protected String locale = "";

    @Override
    protected void connect() {
      throw unauthorized();
    }
  }

  static final class GreetingChannel extends Channel<ProfileConnection> {
    @Override
    protected void subscribed() {
      transmit(connection().locale.equals("de") ? "Moin" : "Hello");
    }
  }

  static final class German extends ProfileConnection {
    @Override
    protected void connect() {
      locale = "de";
    }
  }

  @Test
  void aStubOfAConnectionClass() {
    ChannelTest greetings = ChannelTest.of(cable -> cable
        .connection(ProfileConnection::new)
        .channel(GreetingChannel.class, GreetingChannel::new));

    greetings.connect(new German()).subscribe(GreetingChannel.class).assertTransmitted("Moin");
  }

  @Test
  void theCableOfTheApplication() {
    Vertx vertx = Vertx.vertx();
    try {
      ChannelTest whole = ChannelTest.of(Application.cable(vertx));
      whole.connect(request -> request.cookie("user", "ann")).assertOpen();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  static final class Application {
    private Application() {}

    static CableBuilder cable(Vertx vertx) {
      return Cable.builder(vertx).connection(AppConnection::new);
    }
  }

  static void recording(Vertx vertx) {
    RecordingPubSub pubSub = RecordingPubSub.create();
    Cable cable = Application.cable(vertx).pubSub(pubSub).build();
    cable.broadcast("orders:7", new Status("shipped"));
    assertThat(pubSub.messages("orders:7")).hasSize(1);
  }

  static class MyPubSubTest extends PubSubContract {
    @Override
    protected PubSubAdapter createTx() {
      return MemoryPubSub.create(); // Yours, of one node.
    }

    @Override
    protected PubSubAdapter createRx(PubSubAdapter tx) {
      return tx; // Yours, of another node; the same one if there is only one.
    }

    @Override
    protected void tearDown() {}
  }
}
