// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.Channel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One subscription of a client of a {@link ChannelTest}: what the client does with it, and what it
 * has received on it.
 *
 * <pre>{@code
 * TestSubscription<OrdersChannel> orders = ann.subscribe(OrdersChannel.class, Map.of("id", 7));
 * orders.assertConfirmed().assertStreams("orders:7");
 *
 * orders.perform("advance");
 * assertThat(orders.transmissions(Status.class)).containsExactly(new Status("shipped"));
 * }</pre>
 *
 * <p>Every method that does something runs all that follows from it at that time, on the calling
 * thread, before it returns. Not thread-safe.
 *
 * @param <C> the channel class
 * @since 0.1.0
 */
public final class TestSubscription<C extends Channel<?>> {

  private enum State {
    PENDING("subscribed() or one of its streams waits for a future"),
    CONFIRMED("it is confirmed"),
    REJECTED("it was rejected"),
    UNSUBSCRIBED("the client has unsubscribed");

    private final String text;

    State(String text) {
      this.text = text;
    }
  }

  private final TestConnection connection;
  private final Class<C> type;
  private final String channelName;
  private final String identifier;
  private final Map<String, TestReply> calls = new HashMap<>();
  private final List<JsonNode> transmissions = new ArrayList<>();
  private final List<JsonNode> snapshots = new ArrayList<>();
  private final List<JsonNode> whispers = new ArrayList<>();
  private final List<JsonNode> presence = new ArrayList<>();
  private final Map<String, JsonNode> positions = new TreeMap<>();
  private boolean continuous;
  private boolean reset;
  private State state = State.PENDING;

  TestSubscription(TestConnection connection, Class<C> type, String channelName, Object params) {
    this.connection = connection;
    this.type = type;
    this.channelName = channelName;
    this.identifier = connection.identifierOf(channelName, params);
  }

  /** The same for a client that comes back. */
  TestSubscription(TestConnection connection, TestSubscription<C> earlier) {
    this.connection = connection;
    this.type = earlier.type;
    this.channelName = earlier.channelName;
    this.identifier = earlier.identifier;
    this.positions.putAll(earlier.positions);
  }

  // -- state

  /**
   * Returns whether the server has confirmed the subscription, and it has not ended.
   *
   * @return whether it has
   */
  public boolean isConfirmed() {
    settle();
    return state == State.CONFIRMED;
  }

  /**
   * Returns whether the server has rejected the subscription: at once, or later by an action that
   * called {@code reject()}.
   *
   * @return whether it has
   */
  public boolean isRejected() {
    settle();
    return state == State.REJECTED;
  }

  /**
   * Fails unless {@link #isConfirmed}.
   *
   * @return this
   * @throws AssertionError saying what became of the subscription
   */
  public TestSubscription<C> assertConfirmed() {
    if (!isConfirmed()) {
      throw new AssertionError(this + " is not confirmed: " + stateText());
    }
    return this;
  }

  /**
   * Fails unless {@link #isRejected}.
   *
   * @return this
   * @throws AssertionError saying what became of the subscription
   */
  public TestSubscription<C> assertRejected() {
    if (!isRejected()) {
      throw new AssertionError(
          this + " was not rejected: " + stateText() + "\n  streams: " + streams());
    }
    return this;
  }

  private String stateText() {
    return connection.isOpen() ? state.text : "its connection has ended: " + connection.state();
  }

  /**
   * Returns the identifier that the client sends.
   *
   * @return JSON text, such as {@code {"channel":"OrdersChannel","id":7}}
   */
  public String identifier() {
    return identifier;
  }

  /**
   * Returns the application's channel.
   *
   * @return the object whose callbacks run
   * @throws AssertionError if the subscription has ended or was never made
   */
  public C channel() {
    settle();
    Object channel = connection.node().channel(connection.session(), identifier);
    if (channel == null) {
      throw new AssertionError(this + " has no channel: " + stateText());
    }
    return type.cast(channel);
  }

  /**
   * Returns what the subscription streams from now.
   *
   * @return names of streams, such as {@code orders:7}
   */
  public List<String> streams() {
    settle();
    return connection.node().streams(connection.session(), identifier);
  }

  /**
   * Fails unless the subscription streams from these names and no other ones.
   *
   * @param names names of streams, in any order
   * @return this
   * @throws AssertionError saying what it streams from
   */
  public TestSubscription<C> assertStreams(String... names) {
    Set<String> expected = new TreeSet<>(List.of(names));
    Set<String> actual = new TreeSet<>(streams());
    if (!actual.equals(expected)) {
      throw new AssertionError(this + " streams from " + actual + " (expected: " + expected + ")"
          + (state == State.CONFIRMED ? "" : "\n  " + stateText()));
    }
    return this;
  }

  // -- what the client does

  /**
   * Performs an action without data.
   *
   * @param action its name, such as {@code advance}
   * @throws AssertionError if there is no subscription any more
   * @throws CallbackFailedException if the action fails, or there is none of that name
   */
  public void perform(String action) {
    perform(action, Map.of());
  }

  /**
   * Performs an action.
   *
   * @param action its name, such as {@code advance}
   * @param data what Jackson writes as an object: a map or a record
   * @throws AssertionError if there is no subscription any more
   * @throws IllegalArgumentException if the data is no object
   * @throws CallbackFailedException if the action fails, or there is none of that name
   */
  public void perform(String action, Object data) {
    send(message(action, data), "perform \"" + action + "\"");
  }

  /**
   * Performs an action without data, and asks for a reply.
   *
   * @param action its name
   * @return the reply, which is there unless the action waits for something
   * @throws AssertionError if there is no subscription any more
   * @throws CallbackFailedException if the action fails with what is no answer to a client
   */
  public TestReply call(String action) {
    return call(action, Map.of());
  }

  /**
   * Performs an action, and asks for a reply.
   *
   * @param action its name
   * @param data what Jackson writes as an object: a map or a record
   * @return the reply, which is there unless the action waits for something
   * @throws AssertionError if there is no subscription any more
   * @throws IllegalArgumentException if the data is no object
   * @throws CallbackFailedException if the action fails with what is no answer to a client
   */
  public TestReply call(String action, Object data) {
    TestReply reply = new TestReply(this, action);
    String call = String.valueOf(calls.size() + 1);
    calls.put(call, reply);
    send(message(action, data).put("call", call), "call \"" + action + "\"");
    return reply;
  }

  private ObjectNode message(String action, Object data) {
    ObjectNode all = json().object("data", data).put("action", action);
    return TestConnection.command("message", identifier).put("data", all.toString());
  }

  /**
   * Whispers to the other clients of the stream.
   *
   * @param message what Jackson can write
   * @throws AssertionError if there is no subscription any more
   */
  public void whisper(@Nullable Object message) {
    ObjectNode command = TestConnection.command("whisper", identifier);
    command.set("data", json().tree(message));
    send(command, "whisper");
  }

  /**
   * Joins the presence of the stream, where the channel leaves that to clients.
   *
   * @param id who it is
   * @param info what others see of it: what Jackson can write, or {@code null}
   * @throws AssertionError if there is no subscription any more
   */
  public void join(String id, @Nullable Object info) {
    ObjectNode person = Json.object().put("id", id);
    if (info != null) {
      person.set("info", json().tree(info));
    }
    ObjectNode command = TestConnection.command("join", identifier);
    command.set("presence", person);
    send(command, "join");
  }

  /**
   * Leaves the presence of the stream, where the channel leaves that to clients.
   *
   * @throws AssertionError if there is no subscription any more
   */
  public void leave() {
    send(TestConnection.command("leave", identifier), "leave");
  }

  /**
   * Asks who is present; the answer, and what happens from then on, is among
   * {@link #presenceMessages}.
   *
   * @throws AssertionError if there is no subscription any more
   */
  public void askPresence() {
    send(TestConnection.command("presence", identifier), "ask who is present");
  }

  /**
   * Unsubscribes.
   *
   * @throws AssertionError if there is no subscription any more
   * @throws CallbackFailedException if a callback fails
   */
  public void unsubscribe() {
    checkAlive("unsubscribe");
    state = State.UNSUBSCRIBED;
    connection.send(TestConnection.command("unsubscribe", identifier));
  }

  private void send(ObjectNode command, String intent) {
    checkAlive(intent);
    connection.send(command);
  }

  private void checkAlive(String intent) {
    settle();
    if (!connection.isOpen() || !isAlive()) {
      throw new AssertionError(this + " cannot " + intent + ": " + stateText());
    }
  }

  boolean isAlive() {
    return state == State.PENDING || state == State.CONFIRMED;
  }

  // -- what it received

  void receive(String messageType, JsonNode message) {
    notePositions(message);
    switch (messageType) {
      case "confirm_subscription" -> {
        state = State.CONFIRMED;
        continuous = message.path("continuity").asText().equals("kept");
      }
      case "reject_history" -> continuous = false;
      case "reject_subscription" -> state = State.REJECTED;
      case "presence" -> presence.add(message.path("message"));
      case "reply" -> {
        TestReply reply = calls.get(message.path("call").asText());
        if (reply != null) {
          reply.answer(message);
        }
      }
      case "" -> receive(message);
      default -> {
        // It is among what the connection has received.
      }
    }
  }

  private void receive(JsonNode message) {
    if (message.path("snapshot").asBoolean()) {
      reset = message.path("reset").asBoolean();
      snapshots.add(message.path("message"));
    } else if (message.path("whisper").asBoolean()) {
      whispers.add(message.path("message"));
    } else {
      transmissions.add(message.path("message"));
    }
  }

  /** As clients do: the latest position of each stream with history. */
  private void notePositions(JsonNode message) {
    message
        .path("streams")
        .properties()
        .forEach(stream -> positions.put(stream.getKey(), stream.getValue()));
    if (message.has("stream_id")) {
      positions.put(
          message.get("stream_id").asText(),
          Json.object()
              .<ObjectNode>set("epoch", message.get("epoch"))
              .set("offset", message.get("offset")));
    }
  }

  /** Asks for what came after the positions. */
  ObjectNode subscribeAgain() {
    ObjectNode history = Json.object();
    history.putObject("streams").setAll(positions);
    ObjectNode command = TestConnection.command("subscribe", identifier);
    command.set("history", history);
    return command;
  }

  /**
   * Returns whether this subscription, made by {@link TestConnection#resume}, has missed nothing
   * since the earlier one.
   *
   * @return {@code false} also if one of its streams has no history
   */
  public boolean isContinuous() {
    settle();
    return continuous && state == State.CONFIRMED;
  }

  /**
   * Returns the messages that the client has received on this subscription: what the channel
   * transmitted, and what was broadcast to its streams.
   *
   * @return the messages, oldest first; a snapshot
   */
  public List<JsonNode> transmissions() {
    settle();
    return List.copyOf(transmissions);
  }

  /**
   * Returns the same as values of the application.
   *
   * @param <T> their type
   * @param type their type
   * @return the messages, oldest first
   * @throws AssertionError if one of them is of another type
   */
  public <T> List<T> transmissions(Class<T> type) {
    return json().values(transmissions(), type);
  }

  /**
   * Fails unless the client has received a message.
   *
   * @param expected what Jackson writes as that message
   * @return this
   * @throws AssertionError saying what it has received
   */
  public TestSubscription<C> assertTransmitted(@Nullable Object expected) {
    JsonNode tree = json().tree(expected);
    if (!transmissions().contains(tree)) {
      throw new AssertionError(this + " was not transmitted " + tree
          + Listing.of("transmissions", transmissions)
          + (snapshots.isEmpty() ? "" : Listing.of("snapshots", snapshots))
          + (state == State.CONFIRMED ? "" : "\n  " + stateText()));
    }
    return this;
  }

  /**
   * Fails if the client has received any message on this subscription.
   *
   * @return this
   * @throws AssertionError saying what it has received
   */
  public TestSubscription<C> assertNothingTransmitted() {
    if (!transmissions().isEmpty()) {
      throw new AssertionError(this + " was transmitted something (expected: nothing)"
          + Listing.of("transmissions", transmissions));
    }
    return this;
  }

  /**
   * Returns the snapshots that the client has received: what the channel's {@code snapshot()}
   * returned. A client of ActionCable's own protocol finds them among its {@link #transmissions}.
   *
   * @return the snapshots, oldest first; a copy
   */
  public List<JsonNode> snapshots() {
    settle();
    return List.copyOf(snapshots);
  }

  /**
   * Returns the same as values of the application.
   *
   * @param <T> their type
   * @param type their type
   * @return the snapshots, oldest first
   * @throws AssertionError if one of them is of another type
   */
  public <T> List<T> snapshots(Class<T> type) {
    return json().values(snapshots(), type);
  }

  /**
   * Fails unless the latest snapshot is this one.
   *
   * @param expected what Jackson writes as that snapshot
   * @return this
   * @throws AssertionError saying which snapshots the client has received
   */
  public TestSubscription<C> assertSnapshot(@Nullable Object expected) {
    JsonNode tree = json().tree(expected);
    List<JsonNode> all = snapshots();
    if (all.isEmpty() || !all.get(all.size() - 1).equals(tree)) {
      throw new AssertionError(this + " has not begun with the snapshot " + tree
          + Listing.of("snapshots", all)
          + (state == State.CONFIRMED ? "" : "\n  " + stateText()));
    }
    return this;
  }

  /**
   * Returns whether the latest snapshot came because messages are missing, so that what the client
   * had from before is outdated.
   *
   * @return {@code false} also if there was no snapshot
   */
  public boolean isReset() {
    settle();
    return reset;
  }

  /**
   * Returns what other clients have whispered to this one.
   *
   * @return the messages, oldest first; a snapshot
   */
  public List<JsonNode> whispers() {
    settle();
    return List.copyOf(whispers);
  }

  /**
   * Returns what the client was told about presence: answers, comings and goings.
   *
   * @return messages such as {@code {"type":"join","id":"42"}}, oldest first; a snapshot
   */
  public List<JsonNode> presenceMessages() {
    settle();
    return List.copyOf(presence);
  }

  /** Forgets what was received so far, so that a test sees what a step of it has brought. */
  public void clear() {
    settle();
    transmissions.clear();
    snapshots.clear();
    reset = false;
    whispers.clear();
    presence.clear();
  }

  void settle() {
    connection.thread().run();
  }

  String channelName() {
    return channelName;
  }

  Json json() {
    return connection.json();
  }

  /**
   * Names the subscription.
   *
   * @return words for a failure message
   */
  @Override
  public String toString() {
    return "the subscription " + Listing.cut(identifier);
  }
}
