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
 * A client of a {@link ChannelTest}: sends commands, and shows what the client has received.
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
   * Returns whether {@code connect()} has refused the client as unauthorized.
   *
   * @return whether it has
   */
  public boolean isRejected() {
    thread.run();
    return welcome == null && disconnectReason().equals(Optional.of(UNAUTHORIZED));
  }

  /**
   * Returns whether the connection has ended, for whatever reason.
   *
   * @return whether it has
   */
  public boolean isClosed() {
    thread.run();
    return socket.closeCode() != null;
  }

  /**
   * Returns the reason that the server gave when it ended the connection.
   *
   * @return a reason such as {@code token_expired}; empty if the server gave none
   */
  public Optional<String> disconnectReason() {
    thread.run();
    return Optional.ofNullable(farewell).map(message -> message.path("reason").asText());
  }

  /**
   * Returns whether the server allowed the client to reconnect when it ended the connection.
   *
   * @return whether it did; {@code false} if the server did not end the connection
   */
  public boolean mayReconnect() {
    thread.run();
    return farewell != null && farewell.path("reconnect").asBoolean();
  }

  /**
   * Returns the code that the socket was closed with (RFC 6455 section 7.4).
   *
   * @return a code such as 1000; empty while the socket is open
   */
  public OptionalInt closeCode() {
    thread.run();
    Integer code = socket.closeCode();
    return code == null ? OptionalInt.empty() : OptionalInt.of(code);
  }

  /**
   * Asserts {@link #isOpen}.
   *
   * @return this
   * @throws AssertionError if not; the error says what became of the connection
   */
  public TestConnection assertOpen() {
    if (!isOpen()) {
      throw new AssertionError("the connection is not open: " + state());
    }
    return this;
  }

  /**
   * Asserts {@link #isRejected}.
   *
   * @return this
   * @throws AssertionError if not; the error says what became of the connection
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
   * Returns the connection of the application, to look at its fields.
   *
   * @param <C> the class of the connection
   * @param type the class of the connection
   * @return the object whose {@code connect()} was called
   * @throws ClassCastException if it is of another class
   */
  public <C extends Connection> C connection(Class<C> type) {
    thread.run();
    return type.cast(node.connection(socket.listener()));
  }

  /**
   * Returns the identifiers that the connection has set with {@code identifiedBy}.
   *
   * @return values by name
   */
  public Map<String, String> identifiers() {
    thread.run();
    return Map.copyOf(node.identifiers(socket.listener()));
  }

  /**
   * Returns the id of the connection, as {@link Connection#sid} does. A page sends it along to be
   * left out of a broadcast.
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
   * @return the subscription, which may have been confirmed or rejected
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
   * @param params the params: anything that Jackson writes as an object, such as a map or a record
   * @return the subscription, which may have been confirmed or rejected
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
   * Subscribes to a channel by name, even if there is no such channel.
   *
   * @param channel name of the channel, such as {@code ChatChannel}
   * @param params the params: anything that Jackson writes as an object, such as a map or a record
   * @return the subscription, which may have been confirmed or rejected
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
   * Subscribes like a client that has reconnected, with the positions of its streams with history.
   * The positions are those of a subscription of an earlier connection. Messages that were
   * broadcast meanwhile are among the transmissions of the new subscription.
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
   * Sends a text as it is, such as a malformed message.
   *
   * @param message the text, JSON or not
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
   * Ends the connection like a client that goes away. Callbacks such as {@code unsubscribed()} and
   * {@code disconnect()} run. A second call does nothing.
   *
   * @throws CallbackFailedException if a callback fails
   */
  public void disconnect() {
    thread.act(() -> socket.close(TestSocket.NO_CODE));
  }

  // -- what it received

  /**
   * Returns everything that the client has received, in order and as on the wire, except pings.
   *
   * @return the messages, such as the welcome, confirmations and broadcasts; a snapshot
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
