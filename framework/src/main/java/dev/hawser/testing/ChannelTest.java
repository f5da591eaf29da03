// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.Cable;
import dev.hawser.CableBuilder;
import dev.hawser.Channel;
import dev.hawser.Connection;
import dev.hawser.internal.node.SocketlessNode;
import dev.hawser.presence.PresenceList;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A cable for tests, without sockets and threads. From the command of a client on it is the code of
 * production; what production gives to event loops, workers and timers runs on the thread of the
 * test, before the call that caused it returns, and by a clock that the test advances. So there is
 * nothing to wait for, and each run is the same.
 *
 * <pre>{@code
 * ChannelTest test = ChannelTest.of(cable -> cable
 *     .connection(() -> new AppConnection(accounts))
 *     .channel(OrdersChannel.class, () -> new OrdersChannel(store)));
 *
 * TestConnection ann = test.connect(request -> request.cookie("user", "ann"));
 * TestSubscription<OrdersChannel> orders = ann.subscribe(OrdersChannel.class, Map.of("id", 7));
 * orders.perform("advance");
 * orders.assertTransmitted(Map.of("status", "shipped"));
 * test.clock().advance(Duration.ofSeconds(30));
 * }</pre>
 *
 * <p>What a callback throws, and no {@code onError} deals with, is thrown by the call of the test
 * that led to it, as {@link CallbackFailedException}; commands that the server does not accept,
 * too. See {@link #collectFailures} for tests of just that.
 *
 * <p>Pub/sub, presence and kept answers are in memory, whatever the builder says. Origins, proxies
 * and everything else of the HTTP handshake have no part in it.
 *
 * <p>It needs no test framework, and no end: {@link #close} is for tests of the end. Used by one
 * thread at a time; the application may use the cable on any thread, see {@link #awaitCallbacks}.
 *
 * @since 0.1.0
 */
public final class ChannelTest implements AutoCloseable {
  private static final long PATIENCE_MS = 5000;
  private static final int ADDRESSES_PER_BYTE = 256;

  private final TestClock clock;
  private final TestThread thread;
  private final TestRuntime runtime;
  private final SocketlessNode node;
  private final Json json;
  private int clients;

  private ChannelTest(CableBuilder builder, TestClock clock) {
    this.clock = clock;
    this.thread = clock.thread();
    this.runtime = new TestRuntime(clock);
    this.node = SocketlessNode.Opener.open(builder, runtime);
    this.json = new Json(node.mapper());
    thread.run();
  }

  /**
   * Creates a test of the cable that a builder of the application describes. The clock begins with
   * the present.
   *
   * @param builder a builder as for production; {@code build()} has not been called
   * @return a new test
   * @throws dev.hawser.CableConfigurationException listing everything that is wrong
   */
  public static ChannelTest of(CableBuilder builder) {
    return of(builder, TestClock.at(Instant.now()));
  }

  /**
   * Creates a test of the cable that a builder of the application describes, by a clock that the
   * application may know. Several cables with one clock are like several nodes of one time.
   *
   * @param builder a builder as for production; {@code build()} has not been called
   * @param clock its clock
   * @return a new test
   * @throws dev.hawser.CableConfigurationException listing everything that is wrong
   */
  public static ChannelTest of(CableBuilder builder, TestClock clock) {
    return new ChannelTest(builder, clock);
  }

  /**
   * Creates a test of channels, without Vert.x. Unless {@code connection(…)} is set, a
   * {@link StubConnection} accepts every client.
   *
   * @param configuration sets at least the channels
   * @return a new test
   * @throws dev.hawser.CableConfigurationException listing everything that is wrong
   */
  public static ChannelTest of(UnaryOperator<CableBuilder> configuration) {
    return of(configuration, TestClock.at(Instant.now()));
  }

  /**
   * Creates a test of channels, without Vert.x, by a clock that the application may know.
   *
   * @param configuration sets at least the channels
   * @param clock its clock
   * @return a new test
   * @throws dev.hawser.CableConfigurationException listing everything that is wrong
   */
  public static ChannelTest of(UnaryOperator<CableBuilder> configuration, TestClock clock) {
    CableBuilder builder = Cable.builder(NoVertx.create()).connection(StubConnection::new);
    return of(configuration.apply(builder), clock);
  }

  // -- clients

  /**
   * Connects a client whose request says nothing of it.
   *
   * @return the client, welcomed or not
   * @throws CallbackFailedException if {@code connect()} fails with anything but unauthorized()
   */
  public TestConnection connect() {
    return connect(request -> {});
  }

  /**
   * Connects a client.
   *
   * @param request adds cookies, headers and the like
   * @return the client, welcomed or not
   * @throws CallbackFailedException if {@code connect()} fails with anything but unauthorized()
   * @throws IllegalStateException if the limits of the cable refuse it
   */
  public TestConnection connect(Consumer<TestRequest> request) {
    return connect(null, request);
  }

  /**
   * Connects a client with a connection of the test's, such as a {@link StubConnection}, instead of
   * one of the cable's factory.
   *
   * @param connection a new connection, whose {@code connect()} is called as always
   * @return the client, welcomed or not
   * @throws CallbackFailedException if {@code connect()} fails with anything but unauthorized()
   */
  public TestConnection connect(Connection connection) {
    return connect(connection, request -> {});
  }

  private TestConnection connect(@Nullable Connection connection, Consumer<TestRequest> fill) {
    TestRequest request = new TestRequest(nextAddress());
    fill.accept(request);
    TestConnection client = new TestConnection(thread, node);
    client.open(request, connection);
    return client;
  }

  /** Each client has one of its own, so that limits for each address mean one client. */
  private String nextAddress() {
    int number = ++clients;
    return "10." + number / (ADDRESSES_PER_BYTE * ADDRESSES_PER_BYTE) % ADDRESSES_PER_BYTE + "."
        + number / ADDRESSES_PER_BYTE % ADDRESSES_PER_BYTE + "." + number % ADDRESSES_PER_BYTE;
  }

  // -- the cable

  /**
   * Returns the cable, for code of the application that broadcasts, disconnects users, and so on.
   * It serves no requests.
   *
   * @return the cable
   */
  public Cable cable() {
    return (Cable) node.cable();
  }

  /**
   * Returns the clock.
   *
   * @return the clock, which stands still
   */
  public TestClock clock() {
    return clock;
  }

  /**
   * Returns what was broadcast to a name so far, by any code and with or without subscribers.
   *
   * @param broadcasting such as {@code orders:7}
   * @return the messages, oldest first; a snapshot
   */
  public List<JsonNode> broadcasts(String broadcasting) {
    thread.run();
    return runtime.recording().messages(broadcasting);
  }

  /**
   * Returns the same as values of the application.
   *
   * @param <T> their type
   * @param broadcasting such as {@code orders:7}
   * @param type their type
   * @return the messages, oldest first
   * @throws AssertionError if one of them is of another type
   */
  public <T> List<T> broadcasts(String broadcasting, Class<T> type) {
    return json.values(broadcasts(broadcasting), type);
  }

  /**
   * Returns what was broadcast for a model in a channel class so far.
   *
   * @param channel a registered channel class
   * @param model as for {@code broadcastTo}
   * @return the messages, oldest first; a snapshot
   * @throws IllegalArgumentException if the class is not registered or the model cannot be named
   */
  public List<JsonNode> broadcastsTo(Class<? extends Channel<?>> channel, Object model) {
    return broadcasts(cable().broadcastingFor(channel, model));
  }

  /**
   * Fails unless a message was broadcast to a name.
   *
   * @param broadcasting such as {@code orders:7}
   * @param expected what Jackson writes as that message
   * @return this
   * @throws AssertionError saying what was broadcast to that name and to others
   */
  public ChannelTest assertBroadcast(String broadcasting, @Nullable Object expected) {
    JsonNode tree = json.tree(expected);
    List<JsonNode> messages = broadcasts(broadcasting);
    if (!messages.contains(tree)) {
      throw new AssertionError("not broadcast to " + broadcasting + ": " + tree
          + Listing.of("broadcasts to " + broadcasting, messages) + otherNames(broadcasting));
    }
    return this;
  }

  /**
   * Fails if anything was broadcast to a name.
   *
   * @param broadcasting such as {@code orders:7}
   * @return this
   * @throws AssertionError saying what was broadcast
   */
  public ChannelTest assertNoBroadcast(String broadcasting) {
    List<JsonNode> messages = broadcasts(broadcasting);
    if (!messages.isEmpty()) {
      throw new AssertionError("something was broadcast to " + broadcasting + " (expected: nothing)"
          + Listing.of("broadcasts to " + broadcasting, messages));
    }
    return this;
  }

  private String otherNames(String broadcasting) {
    Map<String, Integer> counts = runtime.recording().counts();
    counts.remove(broadcasting);
    return counts.isEmpty()
        ? "\n  and none to any other name"
        : Listing.of(
            "other names",
            counts.entrySet().stream()
                .map(count -> count.getKey() + " (" + count.getValue() + ")")
                .toList());
  }

  /** Forgets what was broadcast so far, so that a test sees what a step of it has brought. */
  public void clearBroadcasts() {
    thread.run();
    runtime.recording().clear();
  }

  /**
   * Returns who is present in a stream.
   *
   * @param broadcasting such as {@code orders:7}
   * @return the list
   */
  public PresenceList presence(String broadcasting) {
    Future<PresenceList> list = cable().presence(broadcasting);
    thread.run();
    if (!list.succeeded()) {
      throw new AssertionError("the list of " + broadcasting + " is not known: " + list.cause());
    }
    return list.result();
  }

  // -- failures, and other threads

  /**
   * Lets no call of the test throw what callbacks fail with from now on: it is in {@link #failures}
   * only.
   *
   * @return this
   */
  public ChannelTest collectFailures() {
    runtime.collectFailures();
    return this;
  }

  /**
   * Returns what callbacks have failed with and no {@code onError} has dealt with, thrown or not.
   *
   * @return the failures, oldest first; a snapshot
   */
  public List<CallbackFailedException> failures() {
    thread.run();
    return runtime.failures();
  }

  /**
   * Waits for callbacks that wait for another thread, such as an action that returned the future of
   * a database client: in real time, at most 5 seconds. A test whose futures are completed by the
   * test itself has no need of it.
   *
   * @return this
   * @throws AssertionError if callbacks still wait after that
   */
  public ChannelTest awaitCallbacks() {
    thread.run();
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
    while (node.pendingCallbacks() > 0) {
      long leftMs = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
      if (leftMs <= 0 || !thread.awaitOne(leftMs)) {
        throw new AssertionError(node.pendingCallbacks() + " callbacks still wait after "
            + PATIENCE_MS + " ms for futures that nobody completes");
      }
    }
    return this;
  }

  /**
   * Closes the cable: all clients are disconnected, and their last callbacks run. A test that does
   * not call this leaves nothing behind.
   *
   * @throws CallbackFailedException if a callback fails
   */
  @Override
  public void close() {
    thread.act(() -> cable().close());
  }
}
