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
 * A cable for tests of channels and connections, without sockets and threads. Commands of its
 * clients run through the same code as in production. What runs on event loops, worker threads and
 * timers in production runs on the thread of the test, before the call that caused it returns, and
 * by a clock that the test advances. So a test need not wait for anything, and each run is the
 * same.
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
 * <p>If a callback fails and no {@code onError} handles it, the call of the test that led to it
 * throws {@link CallbackFailedException}. So it does if the server does not accept a command.
 * {@link #collectFailures} turns this off, for tests of failures.
 *
 * <p>Pub/sub, presence, history and kept answers are in memory, even if the builder sets an adapter
 * or a store. The HTTP handshake, with its origins and proxies, is not part of the test.
 *
 * <p>It needs no test framework, and it need not be closed: {@link #close} is for tests of the end.
 * Use it from one thread at a time. The application may use the cable on any thread: see
 * {@link #awaitCallbacks}.
 *
 * @see RecordingPubSub
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
   * Creates a test of the cable that the application configures. The clock starts with the present
   * time.
   *
   * @param builder a builder as for production, whose {@code build()} has not been called
   * @return a new test
   * @throws dev.hawser.CableConfigurationException if the configuration is wrong; it lists all
   *     problems
   */
  public static ChannelTest of(CableBuilder builder) {
    return of(builder, TestClock.at(Instant.now()));
  }

  /**
   * Creates a test of the cable that the application configures, with a clock that the test and the
   * application may share. Several tests may share a clock, like nodes that run at the same time.
   *
   * @param builder a builder as for production, whose {@code build()} has not been called
   * @param clock the clock of the test
   * @return a new test
   * @throws dev.hawser.CableConfigurationException if the configuration is wrong; it lists all
   *     problems
   */
  public static ChannelTest of(CableBuilder builder, TestClock clock) {
    return new ChannelTest(builder, clock);
  }

  /**
   * Creates a test of channels, without a Vert.x instance. If no connection is set, the test uses a
   * {@link StubConnection}, which accepts every client.
   *
   * @param configuration configures the cable, at least its channels
   * @return a new test
   * @throws dev.hawser.CableConfigurationException if the configuration is wrong; it lists all
   *     problems
   */
  public static ChannelTest of(UnaryOperator<CableBuilder> configuration) {
    return of(configuration, TestClock.at(Instant.now()));
  }

  /**
   * Creates a test of channels, without a Vert.x instance, with a clock that the test and the
   * application may share.
   *
   * @param configuration configures the cable, at least its channels
   * @param clock the clock of the test
   * @return a new test
   * @throws dev.hawser.CableConfigurationException if the configuration is wrong; it lists all
   *     problems
   */
  public static ChannelTest of(UnaryOperator<CableBuilder> configuration, TestClock clock) {
    CableBuilder builder = Cable.builder(NoVertx.create()).connection(StubConnection::new);
    return of(configuration.apply(builder), clock);
  }

  // -- clients

  /**
   * Connects a client whose request has no cookies or other credentials.
   *
   * @return the client, which may have been welcomed or rejected
   * @throws CallbackFailedException if {@code connect()} fails with anything but
   *     {@code unauthorized()}
   */
  public TestConnection connect() {
    return connect(request -> {});
  }

  /**
   * Connects a client with a request that the test describes.
   *
   * @param request adds cookies, headers and so on to the request
   * @return the client, which may have been welcomed or rejected
   * @throws CallbackFailedException if {@code connect()} fails with anything but
   *     {@code unauthorized()}
   * @throws IllegalStateException if a limit of the cable refuses the client
   */
  public TestConnection connect(Consumer<TestRequest> request) {
    return connect(null, request);
  }

  /**
   * Connects a client with a given connection, such as a {@link StubConnection}, instead of one
   * from the cable's factory.
   *
   * @param connection a new connection, whose {@code connect()} is called as usual
   * @return the client, which may have been welcomed or rejected
   * @throws CallbackFailedException if {@code connect()} fails with anything but
   *     {@code unauthorized()}
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
   * Returns the cable, for code of the application that broadcasts or disconnects users. It serves
   * no HTTP requests.
   *
   * @return the cable
   */
  public Cable cable() {
    return (Cable) node.cable();
  }

  /**
   * Returns the clock of the test.
   *
   * @return the clock, which moves only when it is advanced
   */
  public TestClock clock() {
    return clock;
  }

  /**
   * Returns the messages that were broadcast to a stream so far, by any code, with or without
   * subscribers.
   *
   * @param broadcasting name of the stream, such as {@code orders:7}
   * @return the messages, oldest first; a snapshot
   */
  public List<JsonNode> broadcasts(String broadcasting) {
    thread.run();
    return runtime.recording().messages(broadcasting);
  }

  /**
   * Returns the messages that were broadcast to a stream so far, as objects of a type.
   *
   * @param <T> the type
   * @param broadcasting name of the stream, such as {@code orders:7}
   * @param type a class that Jackson can read
   * @return the messages, oldest first
   * @throws AssertionError if a message cannot be read as that type
   */
  public <T> List<T> broadcasts(String broadcasting, Class<T> type) {
    return json.values(broadcasts(broadcasting), type);
  }

  /**
   * Returns the messages that were broadcast to a model's stream in a channel class so far.
   *
   * @param channel a registered channel class
   * @param model as for {@link Cable#broadcastTo(Class, Object, Object)}
   * @return the messages, oldest first; a snapshot
   * @throws IllegalArgumentException if the class is not registered or the model cannot be named
   */
  public List<JsonNode> broadcastsTo(Class<? extends Channel<?>> channel, Object model) {
    return broadcasts(cable().broadcastingFor(channel, model));
  }

  /**
   * Asserts that a message was broadcast to a stream.
   *
   * @param broadcasting name of the stream, such as {@code orders:7}
   * @param expected the message: anything that Jackson writes as the same JSON
   * @return this
   * @throws AssertionError if it was not; the error lists what was broadcast to that stream and to
   *     others
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
   * Asserts that nothing was broadcast to a stream.
   *
   * @param broadcasting name of the stream, such as {@code orders:7}
   * @return this
   * @throws AssertionError if something was; the error lists it
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

  /**
   * Forgets the messages that were broadcast so far, so that a test sees only those of its next
   * step.
   */
  public void clearBroadcasts() {
    thread.run();
    runtime.recording().clear();
  }

  /**
   * Returns the people who are present in a stream.
   *
   * @param broadcasting name of the stream, such as {@code orders:7}
   * @return the list
   * @throws AssertionError if the list is not known
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
   * Makes calls of the test not throw failures of callbacks from now on; {@link #failures} returns
   * them.
   *
   * @return this
   */
  public ChannelTest collectFailures() {
    runtime.collectFailures();
    return this;
  }

  /**
   * Returns the failures of callbacks that no {@code onError} has handled, whether they were thrown
   * or not.
   *
   * @return the failures, oldest first; a snapshot
   */
  public List<CallbackFailedException> failures() {
    thread.run();
    return runtime.failures();
  }

  /**
   * Waits until all callbacks have ended that wait for another thread, such as an action that
   * returned the future of a database client. It waits in real time, 5 s at most. A test that
   * completes its futures itself does not need it.
   *
   * @return this
   * @throws AssertionError if callbacks still wait after 5 s
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
   * Closes the cable, which disconnects all clients and runs their last callbacks. A test that does
   * not call it leaves nothing behind.
   *
   * @throws CallbackFailedException if a callback fails
   */
  @Override
  public void close() {
    thread.act(() -> cable().close());
  }
}
