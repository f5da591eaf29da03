// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.history.HistoryLimit;
import dev.hawser.presence.ChannelPresence;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What a client subscribes to. Subclass it, with one {@link Action} method per thing clients may
 * do.
 *
 * <p>There is one instance per subscription, so its fields are the subscription's state. All
 * callbacks of a connection run one at a time and in order: a channel never runs concurrently with
 * itself nor with the other channels of its connection, and needs no locks. Callbacks may block,
 * unless the class is marked {@link EventLoop}.
 *
 * <pre>{@code
 * final class ChatChannel extends Channel<AppConnection> {
 *   record Params(String room) {}
 *   record Speak(String text) {}
 *
 *   private String room;
 *
 *   @Override protected void subscribed() {
 *     room = params(Params.class).room();
 *     streamFor(room);
 *   }
 *
 *   @Action void speak(Speak command) {
 *     broadcastTo(room, Map.of("text", command.text()));
 *   }
 * }
 * }</pre>
 *
 * <p>Confined to its callbacks, except {@link #transmit}, {@link #broadcastTo} and the accessors,
 * which are thread-safe.
 *
 * @param <C> the connection class of the application
 * @since 0.1.0
 */
public abstract class Channel<C extends Connection> {
  private @Nullable ChannelSubscription subscription;

  /** Creates a channel that has no subscription yet. */
  protected Channel() {}

  /** An instance is one subscription's: a second one would get the first one's messages. */
  final synchronized void attach(ChannelSubscription subscription) {
    if (this.subscription != null) {
      throw new IllegalStateException("the factory of "
          + getClass().getName()
          + " returned the same instance twice (expected: a new one for each subscription, such as "
          + getClass().getSimpleName()
          + "::new). A bean of a container needs the scope prototype, not singleton");
    }
    this.subscription = subscription;
  }

  /**
   * Comes before {@link #subscribed}, which is skipped if this rejects.
   *
   * @throws Exception whatever went wrong; the subscription is rejected
   */
  protected void beforeSubscribe() throws Exception {}

  /**
   * Sets the subscription up: checks that the client may have it, starts its streams. Afterwards,
   * once all streams are live, the client gets the confirmation; what is transmitted here reaches
   * it before that.
   *
   * <p><b>Security:</b> the params come from the client. Check them, and {@link #reject} what this
   * client may not see.
   *
   * @throws Exception whatever went wrong; it is reported and the subscription rejected
   */
  protected void subscribed() throws Exception {}

  /**
   * Follows {@link #subscribed}, also after a rejection.
   *
   * @throws Exception whatever went wrong; it is reported and the subscription rejected
   */
  protected void afterSubscribe() throws Exception {}

  /**
   * Comes before {@link #unsubscribed}.
   *
   * @throws Exception is reported; the rest of the cleanup is done in any case
   */
  protected void beforeUnsubscribe() throws Exception {}

  /**
   * Cleans up; called once at the end of every subscription: when the client unsubscribes, when the
   * connection ends in whatever way, and also after a rejection or failure, even one that came
   * before {@link #subscribed}. Streams and timers stop by themselves. What it transmits still goes
   * out if the connection is open, but a client that unsubscribed does not listen any more.
   *
   * @throws Exception whatever went wrong; it is reported
   */
  protected void unsubscribed() throws Exception {}

  /**
   * Follows {@link #unsubscribed}.
   *
   * @throws Exception whatever went wrong; it is reported
   */
  protected void afterUnsubscribe() throws Exception {}

  /**
   * Returns the state that a client begins with. It is made while the subscription's streams are
   * live and held back, and is sent before what they bring: no update falls between the two, but
   * one may be in both. A client that resumes its streams gets none, and one whose streams have
   * lost messages gets a new one; Hawser's client hands it to {@code snapshot}, to others it is a
   * message like any other. It is not called if no class overrides it.
   *
   * @return anything Jackson can write, or a {@link Future} or {@code CompletionStage} of it
   * @throws Exception goes to {@link #onError}; a new subscription is rejected
   */
  protected @Nullable Object snapshot() throws Exception {
    return null;
  }

  /**
   * Returns what tells snapshots apart: subscriptions of this channel class with equal keys that
   * need a snapshot at the same time share one, made by one of them. Asked after
   * {@link #subscribed}.
   *
   * @return a value with {@code equals} and {@code hashCode}, such as the id of a room;
   *     {@code null} if the snapshot is for this subscription only, as by default
   */
  protected @Nullable Object snapshotKey() {
    return null;
  }

  /**
   * Called with failures of this channel's callbacks, and with data that does not fit an action.
   *
   * @param failure what a callback threw; may be an {@code Error}
   * @param callback name of the callback, such as {@code ChatChannel#speak}
   * @return {@code true} if it is dealt with; otherwise it goes to {@link Connection#onError}
   */
  protected boolean onError(Throwable failure, String callback) {
    return false;
  }

  /**
   * Returns the connection. Thread-safe.
   *
   * @return the connection this subscription belongs to
   */
  @SuppressWarnings("unchecked") // checked against the class's type argument on subscribing
  protected final C connection() {
    return (C) subscription().connection();
  }

  /**
   * Returns the client's text that names this subscription. Thread-safe.
   *
   * @return JSON text, as the client wrote it
   */
  protected final String identifier() {
    return subscription().identifier();
  }

  /**
   * Returns what the client subscribed with, the key {@code channel} included. Thread-safe.
   *
   * @return a new object on every call
   */
  protected final ObjectNode params() {
    return subscription().params();
  }

  /**
   * Returns the params bound to a type. Unknown params are ignored. Thread-safe.
   *
   * @param <P> the type
   * @param type a record or other class that Jackson can read
   * @return the params
   * @throws BindingException naming the field that does not fit; thrown out of {@link #subscribed}
   *     it rejects the subscription
   */
  protected final <P> P params(Class<P> type) {
    return subscription().params(type);
  }

  /**
   * Rejects the subscription: once the running callback ends, {@link #unsubscribed} runs, streams
   * and timers stop, and the client is informed. The rest of the callback still runs.
   */
  protected final void reject() {
    subscription().reject("the channel called reject()", null);
  }

  /**
   * Sends a message to this client only. Does nothing once the subscription has ended. Thread-safe.
   *
   * @param message anything Jackson can write, {@code null} included
   * @throws IllegalArgumentException if Jackson cannot write it
   * @throws MessageTooLargeException if it is larger than {@code maxOutboundMessageBytes} allows
   */
  protected final void transmit(@Nullable Object message) {
    subscription().transmit(message);
  }

  /**
   * Sends every broadcast of a stream on to the client. A stream of the same name is replaced. Does
   * nothing once the subscription has ended.
   *
   * @param broadcasting name of the stream, not empty
   * @return completes when the stream is live; the confirmation waits for it by itself
   * @throws IllegalArgumentException if the name is empty or reserved
   * @throws IllegalStateException if the subscription has {@code maxStreamsPerSubscription} already
   */
  protected final Future<Void> streamFrom(String broadcasting) {
    return subscription().streams().streamFrom(broadcasting);
  }

  /**
   * Sends every broadcast of a stream on to the client, and does more with it.
   *
   * @param broadcasting name of the stream, not empty
   * @param options {@link #history}, {@link #whispers}, {@link #clientPresence}
   * @return completes when the stream is live
   * @throws IllegalArgumentException if the name is empty or reserved
   * @throws IllegalStateException if the subscription has {@code maxStreamsPerSubscription} already
   */
  protected final Future<Void> streamFrom(String broadcasting, StreamOption... options) {
    return subscription().streams().streamFrom(broadcasting, List.of(options));
  }

  /**
   * Gives every broadcast of a stream to a handler instead of the client, as JSON.
   *
   * @param broadcasting name of the stream, not empty
   * @param handler called in turn with the connection's other callbacks
   * @return completes when the stream is live
   * @throws IllegalArgumentException if the name is empty or reserved
   * @throws IllegalStateException if the subscription has {@code maxStreamsPerSubscription} already
   */
  protected final Future<Void> streamFrom(String broadcasting, StreamHandler<JsonNode> handler) {
    return streamFrom(broadcasting, JsonNode.class, handler);
  }

  /**
   * Gives every broadcast of a stream to a handler instead of the client.
   *
   * @param <T> what messages are decoded to
   * @param broadcasting name of the stream, not empty
   * @param type a class that Jackson can read, or {@link Buffer} for the JSON text as it is
   * @param handler called in turn with the connection's other callbacks
   * @return completes when the stream is live
   * @throws IllegalArgumentException if the name is empty or reserved
   * @throws IllegalStateException if the subscription has {@code maxStreamsPerSubscription} already
   */
  protected final <T> Future<Void> streamFrom(
      String broadcasting, Class<T> type, StreamHandler<? super T> handler) {
    return subscription().streams().streamFrom(broadcasting, type, handler);
  }

  /**
   * Sends every broadcast to a model on to the client.
   *
   * @param model a string, number, UUID, enum, {@link Streamable}, a type with a naming function,
   *     or a list of these
   * @return completes when the stream is live
   * @throws IllegalArgumentException if the model cannot be named; {@code null} cannot
   */
  protected final Future<Void> streamFor(Object model) {
    return streamFrom(broadcastingFor(model));
  }

  /**
   * Sends every broadcast to a model on to the client, and does more with the stream.
   *
   * @param model as for {@link #streamFor(Object)}
   * @param options {@link #history}, {@link #whispers}, {@link #clientPresence}
   * @return completes when the stream is live
   * @throws IllegalArgumentException if the model cannot be named
   */
  protected final Future<Void> streamFor(Object model, StreamOption... options) {
    return streamFrom(broadcastingFor(model), options);
  }

  /**
   * Lets the client send messages to the other clients of a stream, past the application.
   *
   * @return {@link StreamOption#whispers}
   */
  protected static StreamOption whispers() {
    return StreamOption.whispers();
  }

  /**
   * Keeps the latest broadcasts of a stream, so that a client that was away gets what it missed:
   * {@code streamFrom("orders", history(last(100), within(Duration.ofMinutes(5))))}.
   *
   * @param limits how much is kept; by default 100 broadcasts for 5 minutes
   * @return {@link StreamOption#history}
   */
  protected static StreamOption history(HistoryLimit... limits) {
    return StreamOption.history(limits);
  }

  /**
   * Limits a history by number.
   *
   * @param broadcasts how many are kept, 1 to 10,000
   * @return {@link HistoryLimit#last}
   * @throws IllegalArgumentException if there are fewer or more
   */
  protected static HistoryLimit last(int broadcasts) {
    return HistoryLimit.last(broadcasts);
  }

  /**
   * Limits a history by time.
   *
   * @param time for how long a broadcast is kept, 1 ms to 1 day
   * @return {@link HistoryLimit#within}
   * @throws IllegalArgumentException if it is shorter or longer
   */
  protected static HistoryLimit within(Duration time) {
    return HistoryLimit.within(time);
  }

  /**
   * Lets the client join the presence of a stream by itself. What it says about itself is not
   * checked: where that matters, join in the channel, with {@link #presence}.
   *
   * @return {@link StreamOption#clientPresence}
   */
  protected static StreamOption clientPresence() {
    return StreamOption.clientPresence();
  }

  /**
   * Returns this subscription's part in the presence of its stream: the one that was started with
   * {@link #clientPresence}, or else its first one.
   *
   * @return joins and leaves
   * @throws IllegalStateException if the subscription has no stream
   */
  protected final ChannelPresence presence() {
    return subscription().streams().presence();
  }

  /**
   * Gives every broadcast to a model to a handler instead of the client, as JSON.
   *
   * @param model as for {@link #streamFor(Object)}
   * @param handler called in turn with the connection's other callbacks
   * @return completes when the stream is live
   * @throws IllegalArgumentException if the model cannot be named
   */
  protected final Future<Void> streamFor(Object model, StreamHandler<JsonNode> handler) {
    return streamFrom(broadcastingFor(model), handler);
  }

  /**
   * Gives every broadcast to a model to a handler instead of the client.
   *
   * @param <T> what messages are decoded to
   * @param model as for {@link #streamFor(Object)}
   * @param type a class that Jackson can read, or {@link Buffer} for the JSON text as it is
   * @param handler called in turn with the connection's other callbacks
   * @return completes when the stream is live
   * @throws IllegalArgumentException if the model cannot be named
   */
  protected final <T> Future<Void> streamFor(
      Object model, Class<T> type, StreamHandler<? super T> handler) {
    return streamFrom(broadcastingFor(model), type, handler);
  }

  /**
   * Streams for a model, or rejects the subscription if there is none.
   *
   * @param model as for {@link #streamFor(Object)}, or {@code null}
   * @return completes when the stream is live; at once if rejected
   */
  protected final Future<Void> streamOrRejectFor(@Nullable Object model) {
    if (model == null) {
      reject();
      return Future.succeededFuture();
    }
    return streamFor(model);
  }

  /**
   * Ends a stream of this subscription. Nothing of it is delivered afterwards.
   *
   * @param broadcasting name of the stream; unknown ones are ignored
   */
  protected final void stopStreamFrom(String broadcasting) {
    subscription().streams().stopStreamFrom(broadcasting);
  }

  /**
   * Ends the stream for a model.
   *
   * @param model as for {@link #streamFor(Object)}
   */
  protected final void stopStreamFor(Object model) {
    stopStreamFrom(broadcastingFor(model));
  }

  /** Ends all streams of this subscription. */
  protected final void stopAllStreams() {
    subscription().streams().stopAllStreams();
  }

  /**
   * Returns the names of this subscription's streams.
   *
   * @return a snapshot
   */
  protected final List<String> streamNames() {
    return subscription().streams().streamNames();
  }

  /**
   * Broadcasts to everyone who streams for a model in this channel class. Thread-safe.
   *
   * @param model as for {@link #streamFor(Object)}
   * @param message anything Jackson can write
   * @return completes when the pub/sub adapter has taken the message
   * @throws IllegalArgumentException if the model cannot be named or the message not be written
   * @throws MessageTooLargeException if it is larger than {@code maxOutboundMessageBytes} allows
   */
  protected final Future<Void> broadcastTo(Object model, @Nullable Object message) {
    return subscription().broadcast(broadcastingFor(model), message);
  }

  /**
   * Broadcasts to everyone else who streams for a model in this channel class: not to this
   * connection, whatever subscriptions it has. Thread-safe.
   *
   * @param model as for {@link #streamFor(Object)}
   * @param message anything Jackson can write
   * @return completes when the pub/sub adapter has taken the message
   * @throws IllegalArgumentException if the model cannot be named or the message not be written
   * @throws MessageTooLargeException if it is larger than {@code maxOutboundMessageBytes} allows
   */
  protected final Future<Void> broadcastToOthers(Object model, @Nullable Object message) {
    return subscription().broadcastToOthers(broadcastingFor(model), message);
  }

  /**
   * Returns the stream name of a model in this channel class: the class's name in snake_case
   * without {@code Channel}, and the model's. Thread-safe.
   *
   * @param model as for {@link #streamFor(Object)}
   * @return the name, such as {@code chat:general}
   * @throws IllegalArgumentException if the model cannot be named
   */
  protected final String broadcastingFor(Object model) {
    return subscription().broadcastingFor(model);
  }

  /**
   * Runs a task again and again until it is cancelled or the subscription ends. See
   * {@link Periodically} for the order.
   *
   * @param period time before the first run and between runs, at least 1 ms
   * @param task what to run, in turn with the connection's other callbacks
   * @return cancels the task
   * @throws IllegalArgumentException if the period is shorter than 1 ms
   * @throws IllegalStateException if the subscription has {@code maxTimersPerSubscription} already
   */
  protected final PeriodicTimer periodically(Duration period, PeriodicTimer.Task task) {
    return subscription().periodically(period, task);
  }

  /**
   * Lets the running callback end only when a future has; the connection's next callback waits for
   * it, and so does the confirmation if the callback is {@link #subscribed}. A failure counts as
   * the callback's.
   *
   * @param future what to wait for
   * @throws IllegalStateException outside a callback
   */
  protected final void defer(Future<?> future) {
    subscription().defer(future);
  }

  /**
   * Lets the running callback end only when a stage has, like {@link #defer(Future)}.
   *
   * @param stage what to wait for
   * @throws IllegalStateException outside a callback
   */
  protected final void defer(CompletionStage<?> stage) {
    defer(Future.fromCompletionStage(stage));
  }

  private ChannelSubscription subscription() {
    if (subscription == null) {
      throw new IllegalStateException(getClass().getName()
          + " has no subscription yet; use subscribed() instead of the constructor: streams, params"
          + " and the connection are there from then on. To call a channel by hand, in a test, use"
          + " dev.hawser.testing.ChannelTest");
    }
    return subscription;
  }
}
