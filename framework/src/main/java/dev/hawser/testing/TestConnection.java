// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.Channel;
import dev.hawser.Connection;
import dev.hawser.internal.node.SocketlessNode;
import dev.hawser.internal.transport.TransportListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One client of a {@link ChannelTest}: what it sends, and what it has received.
 *
 * <pre>{@code
 * TestConnection ann = test.connect(request -> request.cookie("user", "ann"));
 * ann.assertOpen();
 * assertThat(ann.identifiers()).containsEntry("user", "ann");
 *
 * test.connect().assertRejected();
 * }</pre>
 *
 * <p>Not thread-safe.
 *
 * @since 0.1.0
 */
public final class TestConnection {
  private static final String UNAUTHORIZED = "unauthorized";

  private final TestThread thread;
  private final SocketlessNode node;
  private final Json json;
  private final TestSocket socket;
  private final List<JsonNode> received = new ArrayList<>();
  private final Map<String, TestSubscription<?>> subscriptions = new HashMap<>();
  private @Nullable JsonNode welcome;
  private @Nullable JsonNode farewell;

  TestConnection(TestThread thread, SocketlessNode node) {
    this.thread = thread;
    this.node = node;
    this.json = new Json(node.mapper());
    this.socket = new TestSocket(thread.loop(), this::receive);
  }

  void open(TestRequest request, @Nullable Connection connection) {
    thread.act(() -> socket.start(node.open(socket, request.head(), connection)));
  }

  // -- state

  /**
   * Returns whether the client has been welcomed and is still connected.
   *
   * @return whether it is
   */
  public boolean isOpen() {
    thread.run();
    return welcome != null && farewell == null && socket.closeCode() == null;
  }

  /**
   * Returns whether {@code connect()} has turned the client away as unauthorized.
   *
   * @return whether it has
   */
  public boolean isRejected() {
    thread.run();
    return welcome == null && disconnectReason().equals(Optional.of(UNAUTHORIZED));
  }

  /**
   * Returns whether the connection has ended, on whose wish ever.
   *
   * @return whether it has
   */
  public boolean isClosed() {
    thread.run();
    return socket.closeCode() != null;
  }

  /**
   * Returns the reason that the server gave for the end.
   *
   * @return such as {@code token_expired}; empty if it gave none
   */
  public Optional<String> disconnectReason() {
    thread.run();
    return Optional.ofNullable(farewell).map(message -> message.path("reason").asText());
  }

  /**
   * Returns whether the server, as it ended the connection, allowed the client to come back by
   * itself.
   *
   * @return whether it did; {@code false} if it did not end it
   */
  public boolean mayReconnect() {
    thread.run();
    return farewell != null && farewell.path("reconnect").asBoolean();
  }

  /**
   * Returns the code that the socket was closed with.
   *
   * @return such as 1000; empty while it is open
   */
  public OptionalInt closeCode() {
    thread.run();
    Integer code = socket.closeCode();
    return code == null ? OptionalInt.empty() : OptionalInt.of(code);
  }

  /**
   * Fails unless {@link #isOpen}.
   *
   * @return this
   * @throws AssertionError saying what became of the connection
   */
  public TestConnection assertOpen() {
    if (!isOpen()) {
      throw new AssertionError("the connection is not open: " + state());
    }
    return this;
  }

  /**
   * Fails unless {@link #isRejected}.
   *
   * @return this
   * @throws AssertionError saying what became of the connection
   */
  public TestConnection assertRejected() {
    if (!isRejected()) {
      throw new AssertionError(
          "the connection was not rejected: " + state() + "\n  identifiers: " + identifiers());
    }
    return this;
  }

  /** The state of the connection, in words. */
  String state() {
    if (farewell != null) {
      return "the server ended it with " + farewell.path("reason").asText()
          + (mayReconnect()
              ? ", and the client may come back"
              : ", and the client may not come back");
    }
    if (socket.closeCode() != null) {
      return socket.closeCode() == TestSocket.NO_CODE
          ? "the client has closed it"
          : "it was closed with " + socket.closeCode();
    }
    return welcome == null ? "connect() waits for a future" : "it is open";
  }

  // -- who it is

  /**
   * Returns the application's connection.
   *
   * @param <C> its class
   * @param type its class
   * @return the object whose {@code connect()} was called
   * @throws ClassCastException if it is of another class
   */
  public <C extends Connection> C connection(Class<C> type) {
    thread.run();
    return type.cast(node.connection(socket.listener()));
  }

  /**
   * Returns what {@code identifiedBy} has named.
   *
   * @return values by name
   */
  public Map<String, String> identifiers() {
    thread.run();
    return Map.copyOf(node.identifiers(socket.listener()));
  }

  /**
   * Returns the id of the connection, which its page sends along to be left out of a broadcast.
   *
   * @return the id
   * @throws AssertionError if the client has not been welcomed
   */
  public String sid() {
    thread.run();
    if (welcome == null) {
      throw new AssertionError("the connection has no sid: " + state());
    }
    return welcome.path("sid").asText();
  }

  // -- what the client does

  /**
   * Subscribes to a channel without params.
   *
   * @param <C> the channel class
   * @param channel a registered channel class
   * @return the subscription, confirmed or not
   * @throws AssertionError if the connection is not open
   * @throws IllegalArgumentException if the class is not registered
   * @throws CallbackFailedException if a callback fails
   */
  public <C extends Channel<?>> TestSubscription<C> subscribe(Class<C> channel) {
    return subscribe(channel, Map.of());
  }

  /**
   * Subscribes to a channel.
   *
   * @param <C> the channel class
   * @param channel a registered channel class
   * @param params what Jackson writes as an object: a map or a record
   * @return the subscription, confirmed or not
   * @throws AssertionError if the connection is not open
   * @throws IllegalArgumentException if the class is not registered, or the params are no object
   * @throws CallbackFailedException if a callback fails
   */
  public <C extends Channel<?>> TestSubscription<C> subscribe(Class<C> channel, Object params) {
    String name = node.channelName(channel);
    TestSubscription<C> subscription = new TestSubscription<>(this, channel, name, params);
    subscribe(subscription);
    return subscription;
  }

  /**
   * Subscribes to a channel by the name that clients know, which need not exist.
   *
   * @param channel such as {@code ChatChannel}
   * @param params what Jackson writes as an object: a map or a record
   * @return the subscription, confirmed or not
   * @throws AssertionError if the connection is not open
   * @throws IllegalArgumentException if the params are no object
   * @throws CallbackFailedException if a callback fails, or there is no such channel
   */
  @SuppressWarnings("unchecked") // Whatever it is, it is a channel.
  public TestSubscription<Channel<?>> subscribe(String channel, Object params) {
    Class<?> type = Channel.class;
    TestSubscription<Channel<?>> subscription =
        new TestSubscription<>(this, (Class<Channel<?>>) type, channel, params);
    subscribe(subscription);
    return subscription;
  }

  /**
   * Subscribes as a client does that comes back: with the positions of the streams with history
   * that it knows from a subscription of an earlier connection. What was broadcast meanwhile is
   * among the new subscription's transmissions.
   *
   * @param <C> the channel class
   * @param earlier a subscription whose connection has ended
   * @return the new subscription, confirmed or not
   * @throws AssertionError if this connection is not open
   * @throws CallbackFailedException if a callback fails
   */
  public <C extends Channel<?>> TestSubscription<C> resume(TestSubscription<C> earlier) {
    TestSubscription<C> subscription = new TestSubscription<>(this, earlier);
    subscribe(subscription, subscription.subscribeAgain());
    return subscription;
  }

  private void subscribe(TestSubscription<?> subscription) {
    subscribe(subscription, command("subscribe", subscription.identifier()));
  }

  private void subscribe(TestSubscription<?> subscription, ObjectNode command) {
    assertOpen();
    TestSubscription<?> earlier = subscriptions.put(subscription.identifier(), subscription);
    if (earlier != null && earlier.isAlive()) {
      subscriptions.put(earlier.identifier(), earlier);
      throw new AssertionError("the client has " + earlier
          + " already (expected: other params, or unsubscribe() before)");
    }
    send(command);
  }

  /** The same params give the same identifier, in whatever order a map has them. */
  String identifierOf(String channel, Object params) {
    ObjectNode identifier = Json.object().put("channel", channel);
    Map<String, JsonNode> sorted = new TreeMap<>();
    json.object("params", params)
        .fields()
        .forEachRemaining(field -> sorted.put(field.getKey(), field.getValue()));
    sorted.remove("channel");
    identifier.setAll(sorted);
    return identifier.toString();
  }

  static ObjectNode command(String command, String identifier) {
    return Json.object().put("command", command).put("identifier", identifier);
  }

  /**
   * Sends a message as it is, such as one that no client of ours sends.
   *
   * @param message JSON or not
   * @throws AssertionError if the connection is not open
   * @throws CallbackFailedException if a callback fails, or the message is not understood
   */
  public void send(String message) {
    assertOpen();
    thread.act(() -> socket.receive(message.getBytes(UTF_8)));
  }

  void send(ObjectNode command) {
    send(command.toString());
  }

  /**
   * Ends the connection as a client does that goes away: with what that calls, such as
   * {@code unsubscribed()} and {@code disconnect()}. A second call does nothing.
   *
   * @throws CallbackFailedException if a callback fails
   */
  public void disconnect() {
    thread.act(() -> socket.close(TestSocket.NO_CODE));
  }

  // -- what it received

  /**
   * Returns all that the client has received, in order: the welcome, confirmations, messages, and
   * so on, as on the wire, but for pings.
   *
   * @return a snapshot
   */
  public List<JsonNode> received() {
    thread.run();
    return List.copyOf(received);
  }

  private void receive(String text) {
    JsonNode message = Json.parse(text);
    String type = message.path("type").asText();
    if (type.equals("ping")) {
      return;
    }
    received.add(message);
    TestSubscription<?> subscription =
        subscriptions.get(message.path("identifier").asText());
    if (subscription != null) {
      subscription.receive(type, message);
    } else if (type.equals("welcome")) {
      welcome = message;
    } else if (type.equals("disconnect")) {
      farewell = message;
    }
  }

  TestThread thread() {
    return thread;
  }

  SocketlessNode node() {
    return node;
  }

  TransportListener session() {
    return socket.listener();
  }

  Json json() {
    return json;
  }

  /**
   * Says what became of the connection.
   *
   * @return words for a failure message
   */
  @Override
  public String toString() {
    return "connection " + identifiers() + ": " + state();
  }
}
