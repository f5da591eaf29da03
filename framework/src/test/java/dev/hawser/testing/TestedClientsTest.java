// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.Cable;
import dev.hawser.Connection;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.auth.User;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TestedClientsTest {
  private static final class AppConnection extends Connection {
    private final List<String> calls = new ArrayList<>();
    private String user = "";
    private boolean locked;

    @Override
    protected void connect() {
      if (request().header("X-Broken") != null) {
        throw new IllegalStateException("no database");
      }
      user = request().cookie("user").orElseThrow(this::unauthorized);
      identifiedBy("user", user);
    }

    @Override
    protected void reauthenticate() {
      calls.add("reauthenticate");
      if (locked) {
        throw unauthorized();
      }
    }

    @Override
    protected void disconnect() {
      calls.add("disconnect");
    }
  }

  private static ChannelTest test() {
    return ChannelTest.of(cable -> cable
        .connection(AppConnection::new)
        .channel(OrdersChannel.class, OrdersChannel::new)
        .reauthenticate(Duration.ofMinutes(5)));
  }

  private final ChannelTest test = test();

  private TestConnection ann() {
    return test.connect(request -> request.cookie("user", "ann"));
  }

  @Test
  void welcomesAClientThatIsKnown() {
    TestConnection ann = ann();

    ann.assertOpen();
    assertThat(ann.isOpen()).isTrue();
    assertThat(ann.isRejected()).isFalse();
    assertThat(ann.identifiers()).containsExactly(Map.entry("user", "ann"));
    assertThat(ann.connection(AppConnection.class).user).isEqualTo("ann");
    assertThat(ann.sid()).isEqualTo(ann.connection(AppConnection.class).sid());
    assertThat(test.cable().connectionCount()).isEqualTo(1);
  }

  @Test
  void rejectsAClientThatIsNot() {
    TestConnection nobody = test.connect();

    nobody.assertRejected();
    assertThat(nobody.isOpen()).isFalse();
    assertThat(nobody.isClosed()).isTrue();
    assertThat(nobody.disconnectReason()).contains("unauthorized");
    assertThat(nobody.mayReconnect()).isFalse();
    assertThat(nobody.closeCode()).hasValue(1000);
    assertThat(nobody.connection(AppConnection.class).calls).containsExactly("disconnect");
  }

  @Test
  void handsTheRequestToTheConnection() {
    TestConnection ann = test.connect(request -> request
        .cookie("user", "ann & bob; 1")
        .cookie("theme", "dark")
        .query("token", "a+b c")
        .header("X-Tenant", "north")
        .path("/live")
        .scheme("https")
        .host("Example.org:8443")
        .remoteAddress("192.0.2.7")
        .user(User.fromName("ann")));

    Connection connection = ann.connection(AppConnection.class);
    assertThat(connection.request().cookie("user")).contains("ann & bob; 1");
    assertThat(connection.request().cookie("theme")).contains("dark");
    assertThat(connection.request().queryParam("token")).isEqualTo("a+b c");
    assertThat(connection.request().header("x-tenant")).isEqualTo("north");
    assertThat(connection.request().path()).isEqualTo("/live");
    assertThat(connection.request().scheme()).isEqualTo("https");
    assertThat(connection.request().host()).isEqualTo("example.org:8443");
    assertThat(connection.request().remoteAddress()).isEqualTo("192.0.2.7");
    assertThat(connection.request().user()).isNotNull();
    assertThat(connection.request().session()).isNull();
  }

  @Test
  void runsTheLastCallbacksWhenAClientLeaves() {
    TestConnection ann = ann();
    AppConnection connection = ann.connection(AppConnection.class);
    OrdersChannel channel = ann.subscribe(OrdersChannel.class, Map.of("id", 7)).channel();

    ann.disconnect();

    assertThat(channel.calls).containsExactly("unsubscribed");
    assertThat(connection.calls).containsExactly("disconnect");
    assertThat(ann.isOpen()).isFalse();
    assertThat(ann.closeCode()).hasValue(1005);
    assertThat(ann.disconnectReason()).isEmpty();
    assertThat(test.cable().connectionCount()).isZero();
    ann.disconnect();
    assertThat(connection.calls).containsExactly("disconnect");
  }

  @Test
  void asksWhetherTheClientMayStay() {
    TestConnection ann = ann();
    AppConnection connection = ann.connection(AppConnection.class);

    test.clock().advance(Duration.ofMinutes(4));
    assertThat(connection.calls).isEmpty();
    test.clock().advance(Duration.ofMinutes(1));
    assertThat(connection.calls).containsExactly("reauthenticate");
    connection.locked = true;
    test.clock().advance(Duration.ofMinutes(5));

    assertThat(ann.isOpen()).isFalse();
    assertThat(ann.isRejected()).isFalse();
    assertThat(ann.disconnectReason()).contains("unauthorized");
  }

  private static final class TokenConnection extends Connection {
    private final TestClock clock;

    TokenConnection(TestClock clock) {
      this.clock = clock;
    }

    @Override
    protected void connect() {
      expiresAt(clock.instant().plusSeconds(60));
    }
  }

  @Test
  void endsAConnectionWhoseTimeIsUp() {
    TestClock clock = TestClock.at(Instant.parse("2030-01-01T00:00:00Z"));
    ChannelTest tokens =
        ChannelTest.of(cable -> cable.connection(() -> new TokenConnection(clock)), clock);
    TestConnection ann = tokens.connect();

    clock.advance(Duration.ofSeconds(59));
    ann.assertOpen();
    clock.advance(Duration.ofSeconds(1));

    assertThat(ann.disconnectReason()).contains("token_expired");
    assertThat(clock.instant()).isEqualTo("2030-01-01T00:01:00Z");
    assertThat(clock.withZone(ZoneId.of("Asia/Tokyo")).instant()).isEqualTo(clock.instant());
    assertThat(tokens.clock()).isSameAs(clock);
  }

  @Test
  void disconnectsAUserFromAnywhere() {
    TestConnection ann = ann();
    TestConnection bob = test.connect(request -> request.cookie("user", "bob"));

    test.cable().remoteConnections().where("user", "ann").disconnect(false);

    assertThat(ann.disconnectReason()).contains("remote");
    assertThat(ann.mayReconnect()).isFalse();
    bob.assertOpen();
  }

  @Test
  void connectsMoreClientsThanOneAddressMay() {
    List<TestConnection> clients = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      clients.add(ann());
    }
    assertThat(clients).allMatch(TestConnection::isOpen);
    assertThat(test.cable().connectionCount()).isEqualTo(300);
  }

  @Test
  void refusesWhatTheLimitsRefuse() {
    ChannelTest full = ChannelTest.of(cable -> cable.maxConnections(1));
    full.connect();

    assertThatThrownBy(full::connect)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the node refuses the connection with status 503: NODE_FULL");
  }

  @Test
  void takesAStubInsteadOfTheConnectionOfTheApplication() {
    TestConnection ann = test.connect(StubConnection.of("user", "ann").and("role", "admin"));

    assertThat(ann.identifiers())
        .containsOnly(Map.entry("user", "ann"), Map.entry("role", "admin"));
    assertThat(ann.connection(StubConnection.class).connectionIdentifier()).isEqualTo("admin:ann");
  }

  @Test
  void letsEverybodyInWhereNoConnectionIsSet() {
    ChannelTest channels =
        ChannelTest.of(cable -> cable.channel(OrdersChannel.class, OrdersChannel::new));

    assertThat(channels.connect().assertOpen().identifiers()).isEmpty();
  }

  @Test
  void testsTheBuilderOfProductionWithoutItsBackend() {
    Vertx vertx = Vertx.vertx();
    try {
      ChannelTest whole = ChannelTest.of(Cable.builder(vertx)
          .connection(AppConnection::new)
          .channel(OrdersChannel.class, OrdersChannel::new)
          .pubSub(new NeverStarted()));
      TestConnection ann = whole.connect(request -> request.cookie("user", "ann"));
      ann.subscribe(OrdersChannel.class, Map.of("id", 7)).assertConfirmed();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  /** Stands for a Redis that a unit test does not have. */
  private static final class NeverStarted implements dev.hawser.pubsub.PubSubAdapter {
    @Override
    public io.vertx.core.Future<Void> start(Listener listener) {
      throw new AssertionError("started");
    }

    @Override
    public io.vertx.core.Future<Void> publish(
        String broadcasting, io.vertx.core.buffer.Buffer payload) {
      throw new AssertionError("published to");
    }

    @Override
    public io.vertx.core.Future<Void> subscribe(String broadcasting) {
      throw new AssertionError("subscribed");
    }

    @Override
    public io.vertx.core.Future<Void> unsubscribe(String broadcasting) {
      throw new AssertionError("unsubscribed");
    }

    @Override
    public boolean isConnected() {
      return false;
    }

    @Override
    public io.vertx.core.Future<Void> close() {
      throw new AssertionError("closed");
    }
  }

  @Test
  void servesNoRequests() {
    assertThatThrownBy(() -> test.cable().guard(noServer()))
        .isInstanceOf(NullPointerException.class);
  }

  @SuppressWarnings("NullAway") // There is none.
  private static io.vertx.core.http.HttpServer noServer() {
    return null;
  }

  private static final class SlowConnection extends Connection {
    private final Promise<Void> promise;

    SlowConnection(Promise<Void> promise) {
      this.promise = promise;
    }

    @Override
    protected void connect() {
      defer(promise.future());
    }
  }

  @Test
  void waitsForAConnectThatTakesItsTime() {
    Promise<Void> promise = Promise.promise();
    ChannelTest slow = ChannelTest.of(cable -> cable.connection(() -> new SlowConnection(promise)));
    TestConnection ann = slow.connect();

    assertThat(ann.isOpen()).isFalse();
    assertThatThrownBy(ann::assertOpen)
        .isInstanceOf(AssertionError.class)
        .hasMessage("the connection is not open: connect() waits for a future");
    promise.complete();

    ann.assertOpen();
  }

  @Test
  void givesUpAConnectThatTakesTooLong() {
    ChannelTest slow =
        ChannelTest.of(cable -> cable.connection(() -> new SlowConnection(Promise.promise())));
    TestConnection ann = slow.connect();

    slow.collectFailures().clock().advance(Duration.ofMinutes(5));

    assertThat(ann.disconnectReason()).contains("server_error");
    assertThat(ann.mayReconnect()).isTrue();
  }

  @Test
  void closesWithEverybodyGone() {
    TestConnection ann = ann();
    AppConnection connection = ann.connection(AppConnection.class);

    test.close();

    assertThat(ann.disconnectReason()).contains("server_restart");
    assertThat(connection.calls).containsExactly("disconnect");
    test.close();
  }

  @Test
  void repeatsItselfExactly() {
    assertThat(transcript()).isEqualTo(transcript());
  }

  private static String transcript() {
    TestClock clock = TestClock.at(Instant.EPOCH);
    ChannelTest again =
        ChannelTest.of(cable -> cable.channel(OrdersChannel.class, OrdersChannel::new), clock);
    TestConnection ann = again.connect(StubConnection.of("user", "ann"));
    TestSubscription<OrdersChannel> orders = ann.subscribe(OrdersChannel.class, Map.of("id", 7));
    clock.advance(Duration.ofMinutes(1));
    orders.perform("advance");
    orders.perform("join");
    clock.advance(Duration.ofMinutes(1));
    return orders.transmissions() + " " + again.broadcasts("orders:7") + " "
        + ann.connection(StubConnection.class).statistics() + " " + clock.instant();
  }

  @Test
  void runsOnTheThreadOfTheTest() {
    List<Thread> threads = new ArrayList<>();
    ChannelTest channels = ChannelTest.of(cable -> cable
        .connection(() -> note(threads, new StubConnection()))
        .channel(OrdersChannel.class, () -> note(threads, new OrdersChannel())));

    channels.connect().subscribe(OrdersChannel.class, Map.of("id", 7));

    assertThat(threads).containsExactly(Thread.currentThread(), Thread.currentThread());
  }

  private static <T> T note(List<Thread> threads, T made) {
    threads.add(Thread.currentThread());
    return made;
  }
}
