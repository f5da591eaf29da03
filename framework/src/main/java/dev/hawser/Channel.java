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
 * A channel that clients subscribe to. Subclass it, with one {@link Action} method for each thing
 * that clients may do.
 *
 * <p>There is one instance per subscription, so its fields are the subscription's state. All
 * callbacks of a connection run one at a time and in order: a channel never runs concurrently with
 * itself or with the other channels of its connection, so it needs no locks. Callbacks may block,
 * unless the class is annotated with {@link EventLoop}.
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
 * <p>Confined to its callbacks, except the methods that are documented as thread-safe. Its methods
 * throw {@code IllegalStateException} in a constructor, because there is no subscription yet.
 *
 * @param <C> the connection class of the application
 * @see CableBuilder#channel(Class, java.util.function.Supplier)
 * @see Cable#broadcastTo(Class, Object, Object)
 * @see dev.hawser.testing.ChannelTest
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
   * Runs before {@link #subscribed}, which is skipped if this method rejects (ActionCable:
   * {@code before_subscribe}).
   *
   * @throws Exception whatever went wrong; it goes to {@link #onError onError}, and the
   *     subscription is rejected
   */
  protected void beforeSubscribe() throws Exception {}

  /**
   * Sets up the subscription: checks that the client may have it, and starts its streams. The
   * client gets the confirmation when this method has ended and all streams are live; if that takes
   * longer than {@link CableBuilder#subscribeTimeout CableBuilder.subscribeTimeout}, the client is
   * disconnected and reconnects. Messages that are transmitted here reach the client before the
   * confirmation, as in ActionCable.
   *
   * <p><b>Security:</b> the params come from the client. Check them, and {@link #reject} what this
   * client may not see.
   *
   * @throws Exception whatever went wrong; it goes to {@link #onError onError}, and the
   *     subscription is rejected
   */
  protected void subscribed() throws Exception {}

  /**
   * Runs after {@link #subscribed}, even if the subscription was rejected (ActionCable:
   * {@code after_subscribe}).
   *
   * @throws Exception whatever went wrong; it goes to {@link #onError onError}, and the
   *     subscription is rejected
   */
  protected void afterSubscribe() throws Exception {}

  /**
   * Runs before {@link #unsubscribed} (ActionCable: {@code before_unsubscribe}).
   *
   * @throws Exception whatever went wrong; it goes to {@link #onError onError}, and
   *     {@link #unsubscribed} runs anyway
   */
  protected void beforeUnsubscribe() throws Exception {}

  /**
   * Cleans up at the end of the subscription. Called once for every subscription: when the client
   * unsubscribes, when the connection ends for whatever reason, and after a rejection or failure,
   * even one that came before {@link #subscribed}. Streams and timers stop by themselves. Messages
   * that are transmitted here are sent if the connection is open, but a client that has
   * unsubscribed ignores them.
   *
   * @throws Exception whatever went wrong; it goes to {@link #onError onError}
   */
  protected void unsubscribed() throws Exception {}

  /**
   * Runs after {@link #unsubscribed} (ActionCable: {@code after_unsubscribe}).
   *
   * @throws Exception whatever went wrong; it goes to {@link #onError onError}
   */
  protected void afterUnsubscribe() throws Exception {}

  /**
   * Returns the state that a client starts with. It is called when the subscription's streams are
   * live, and their messages are held back until the snapshot is sent. So no update is lost between
   * the two, but one may be in both. A client that resumes its streams without a gap gets no
   * snapshot, and one whose streams have lost messages gets a new one. Hawser's client hands it to
   * {@code snapshot}; to other clients it is a message like any other. A class that does not
   * override this method has no snapshots.
   *
   * @return anything Jackson can write, or a {@link Future} or {@code CompletionStage} of it
   * @throws Exception whatever went wrong; it goes to {@link #onError onError}, and a new
   *     subscription is rejected
   */
  protected @Nullable Object snapshot() throws Exception {
    return null;
  }

  /**
   * Returns the key under which subscriptions share a snapshot. Subscriptions of this channel class
   * with equal keys that need a snapshot at the same time get the same one, which one of them
   * makes. Called after {@link #subscribed}.
   *
   * @return a value with {@code equals} and {@code hashCode}, such as the id of a room;
   *     {@code null}, the default, if the snapshot is for this subscription only
   */
  protected @Nullable Object snapshotKey() {
    return null;
  }

  /**
   * Handles failures of this channel's callbacks, and data that does not fit an action
   * (ActionCable: {@code rescue_from}). Default: handles nothing.
   *
   * @param failure what a callback threw; may be an {@code Error}
   * @param callback name of the callback, such as {@code ChatChannel#speak}
   * @return {@code true} if the failure is handled; otherwise it goes to {@link Connection#onError
   *     Connection.onError}
   */
  protected boolean onError(Throwable failure, String callback) {
    return false;
  }

  /**
   * Returns the connection of the subscription. Thread-safe.
   *
   * @return the connection
   */
  @SuppressWarnings("unchecked") // checked against the class's type argument on subscribing
  protected final C connection() {
    return (C) subscription().connection();
  }

  /**
   * Returns the identifier of the subscription: the client's text that names channel and params.
   * Thread-safe.
   *
   * @return JSON text, as the client wrote it
   */
  protected final String identifier() {
    return subscription().identifier();
  }

  /**
   * Returns the params that the client subscribed with, including the key {@code channel}.
   * Thread-safe.
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
   * Rejects the subscription. The rest of the running callback still runs; then streams and timers
   * stop, {@link #unsubscribed} runs, and the client gets {@code reject_subscription}.
   */
  protected final void reject() {
    subscription().reject("the channel called reject()", null);
  }

  /**
   * Sends a message to the client of this subscription only. Does nothing once the subscription has
   * ended. Thread-safe.
   *
   * @param message anything Jackson can write, {@code null} included
   * @throws IllegalArgumentException if Jackson cannot write the message
   * @throws MessageTooLargeException if it is larger than {@code maxOutboundMessageBytes} allows
   */
  protected final void transmit(@Nullable Object message) {
    subscription().transmit(message);
  }

  /**
   * Starts a stream whose broadcasts go to the client. It replaces a stream of the same name. Does
   * nothing once the subscription has ended.
   *
   * @param broadcasting name of the stream, not empty
   * @return completes when the stream is live; fails if the pub/sub adapter cannot start it, as
   *     {@link dev.hawser.pubsub.PubSubAdapter#subscribe PubSubAdapter.subscribe} says. There is no
   *     need to wait for it: the confirmation does
   * @throws IllegalArgumentException if the name is empty or reserved
   * @throws IllegalStateException if the subscription has
   *     {@link CableBuilder#maxStreamsPerSubscription CableBuilder.maxStreamsPerSubscription}
   *     streams already, or the connection takes too much memory
   */
  protected final Future<Void> streamFrom(String broadcasting) {
    return subscription().streams().streamFrom(broadcasting);
  }

  /**
   * Starts a stream whose broadcasts go to the client, with options.
   *
   * @param broadcasting name of the stream, not empty
   * @param options what the stream does besides: {@link #history history}, {@link #whispers},
   *     {@link #clientPresence}
   * @return as for {@link #streamFrom(String)}
   * @throws IllegalArgumentException if the name is empty or reserved, or has more than 512
   *     characters and options ask for history
   * @throws IllegalStateException if the subscription has
   *     {@link CableBuilder#maxStreamsPerSubscription CableBuilder.maxStreamsPerSubscription}
   *     streams already, or the connection takes too much memory, or options ask for history and
   *     the pub/sub adapter keeps none
   */
  protected final Future<Void> streamFrom(String broadcasting, StreamOption... options) {
    return subscription().streams().streamFrom(broadcasting, List.of(options));
  }

  /**
   * Starts a stream whose broadcasts go to a handler as JSON, instead of to the client.
   *
   * @param broadcasting name of the stream, not empty
   * @param handler handles the messages, in turn with the connection's other callbacks
   * @return as for {@link #streamFrom(String)}
   * @throws IllegalArgumentException if the name is empty or reserved
   * @throws IllegalStateException if the subscription has
   *     {@link CableBuilder#maxStreamsPerSubscription CableBuilder.maxStreamsPerSubscription}
   *     streams already, or the connection takes too much memory
   */
  protected final Future<Void> streamFrom(String broadcasting, StreamHandler<JsonNode> handler) {
    return streamFrom(broadcasting, JsonNode.class, handler);
  }

  /**
   * Starts a stream whose broadcasts go to a handler, decoded, instead of to the client.
   *
   * @param <T> what messages are decoded to
   * @param broadcasting name of the stream, not empty
   * @param type a class that Jackson can read, or {@link Buffer} for the JSON text as it is
   * @param handler handles the messages, in turn with the connection's other callbacks
   * @return as for {@link #streamFrom(String)}
   * @throws IllegalArgumentException if the name is empty or reserved
   * @throws IllegalStateException if the subscription has
   *     {@link CableBuilder#maxStreamsPerSubscription CableBuilder.maxStreamsPerSubscription}
   *     streams already, or the connection takes too much memory
   */
  protected final <T> Future<Void> streamFrom(
      String broadcasting, Class<T> type, StreamHandler<? super T> handler) {
    return subscription().streams().streamFrom(broadcasting, type, handler);
  }

  /**
   * Starts the stream of a model, whose broadcasts go to the client.
   *
   * @param model a string, number, UUID, enum, {@link Streamable}, a type that
   *     {@link CableBuilder#streamName CableBuilder.streamName} names, or a list of these
   * @return as for {@link #streamFrom(String)}
   * @throws IllegalArgumentException if the model cannot be named, or is {@code null}
   * @throws IllegalStateException if the subscription has
   *     {@link CableBuilder#maxStreamsPerSubscription CableBuilder.maxStreamsPerSubscription}
   *     streams already, or the connection takes too much memory
   */
  protected final Future<Void> streamFor(Object model) {
    return streamFrom(broadcastingFor(model));
  }

  /**
   * Starts the stream of a model, with options. Its broadcasts go to the client.
   *
   * @param model as for {@link #streamFor(Object)}
   * @param options what the stream does besides: {@link #history history}, {@link #whispers},
   *     {@link #clientPresence}
   * @return as for {@link #streamFrom(String)}
   * @throws IllegalArgumentException if the model cannot be named, or its stream has a name of more
   *     than 512 characters and options ask for history
   * @throws IllegalStateException if the subscription has
   *     {@link CableBuilder#maxStreamsPerSubscription CableBuilder.maxStreamsPerSubscription}
   *     streams already, or the connection takes too much memory, or options ask for history and
   *     the pub/sub adapter keeps none
   */
  protected final Future<Void> streamFor(Object model, StreamOption... options) {
    return streamFrom(broadcastingFor(model), options);
  }

  /**
   * Lets the client send messages to the other clients of a stream, without code of the
   * application.
   *
   * @return {@link StreamOption#whispers}
   */
  protected static StreamOption whispers() {
    return StreamOption.whispers();
  }

  /**
   * Keeps the latest broadcasts of a stream, so that a client that was disconnected gets what it
   * missed. For example {@code streamFrom("orders", history(last(100),
   * within(Duration.ofMinutes(5))))}.
   *
   * @param limits how much is kept; by default 100 broadcasts for 5 minutes
   * @return {@link StreamOption#history(HistoryLimit...) StreamOption.history}
   */
  protected static StreamOption history(HistoryLimit... limits) {
    return StreamOption.history(limits);
  }

  /**
   * Limits a history by the number of broadcasts.
   *
   * @param broadcasts number of broadcasts that are kept, 1 to 10,000
   * @return {@link HistoryLimit#last(int) HistoryLimit.last}
   * @throws IllegalArgumentException if the number is out of this range
   */
  protected static HistoryLimit last(int broadcasts) {
    return HistoryLimit.last(broadcasts);
  }

  /**
   * Limits a history by the age of broadcasts.
   *
   * @param time how long a broadcast is kept, 1 ms to 1 day
   * @return {@link HistoryLimit#within HistoryLimit.within}
   * @throws IllegalArgumentException if the time is out of this range
   */
  protected static HistoryLimit within(Duration time) {
    return HistoryLimit.within(time);
  }

  /**
   * Lets the client join the presence of a stream by itself. The id and info that it chooses are
   * not checked: where that matters, join in the channel, with {@link #presence}.
   *
   * @return {@link StreamOption#clientPresence}
   */
  protected static StreamOption clientPresence() {
    return StreamOption.clientPresence();
  }

  /**
   * Returns this subscription's part in the presence of its stream, to join and to leave. The
   * stream is the one that was started with {@link #clientPresence}, or else the first one.
   *
   * @return this subscription's part, which ends with the subscription
   * @throws IllegalStateException if the subscription has no stream
   */
  protected final ChannelPresence presence() {
    return subscription().streams().presence();
  }

  /**
   * Starts the stream of a model, whose broadcasts go to a handler as JSON, instead of to the
   * client.
   *
   * @param model as for {@link #streamFor(Object)}
   * @param handler handles the messages, in turn with the connection's other callbacks
   * @return as for {@link #streamFrom(String)}
   * @throws IllegalArgumentException if the model cannot be named
   * @throws IllegalStateException if the subscription has
   *     {@link CableBuilder#maxStreamsPerSubscription CableBuilder.maxStreamsPerSubscription}
   *     streams already, or the connection takes too much memory
   */
  protected final Future<Void> streamFor(Object model, StreamHandler<JsonNode> handler) {
    return streamFrom(broadcastingFor(model), handler);
  }

  /**
   * Starts the stream of a model, whose broadcasts go to a handler, decoded, instead of to the
   * client.
   *
   * @param <T> what messages are decoded to
   * @param model as for {@link #streamFor(Object)}
   * @param type a class that Jackson can read, or {@link Buffer} for the JSON text as it is
   * @param handler handles the messages, in turn with the connection's other callbacks
   * @return as for {@link #streamFrom(String)}
   * @throws IllegalArgumentException if the model cannot be named
   */
  protected final <T> Future<Void> streamFor(
      Object model, Class<T> type, StreamHandler<? super T> handler) {
    return streamFrom(broadcastingFor(model), type, handler);
  }

  /**
   * Starts the stream of a model, or rejects the subscription if the model is {@code null}
   * (ActionCable: {@code stream_or_reject_for}).
   *
   * @param model as for {@link #streamFor(Object)}, or {@code null}
   * @return as for {@link #streamFor(Object)}; completed if the subscription is rejected
   * @throws IllegalArgumentException if the model cannot be named
   * @throws IllegalStateException if the subscription has
   *     {@link CableBuilder#maxStreamsPerSubscription CableBuilder.maxStreamsPerSubscription}
   *     streams already, or the connection takes too much memory
   */
  protected final Future<Void> streamOrRejectFor(@Nullable Object model) {
    if (model == null) {
      reject();
      return Future.succeededFuture();
    }
    return streamFor(model);
  }

  /**
   * Ends a stream of this subscription. Its broadcasts are not delivered any more.
   *
   * @param broadcasting name of the stream; does nothing if there is no such stream
   */
  protected final void stopStreamFrom(String broadcasting) {
    subscription().streams().stopStreamFrom(broadcasting);
  }

  /**
   * Ends the stream of a model.
   *
   * @param model as for {@link #streamFor(Object)}; does nothing if there is no such stream
   * @throws IllegalArgumentException if the model cannot be named
   */
  protected final void stopStreamFor(Object model) {
    stopStreamFrom(broadcastingFor(model));
  }

  /** Ends all streams of this subscription. */
  protected final void stopAllStreams() {
    subscription().streams().stopAllStreams();
  }

  /**
   * Returns the names of this subscription's streams. Thread-safe.
   *
   * @return a snapshot
   */
  protected final List<String> streamNames() {
    return subscription().streams().streamNames();
  }

  /**
   * Broadcasts a message to every subscriber of a model's stream in this channel class, on all
   * nodes. Thread-safe.
   *
   * @param model as for {@link #streamFor(Object)}
   * @param message anything Jackson can write
   * @return as for {@link Cable#broadcast(String, Object)}
   * @throws IllegalArgumentException if the model cannot be named, or Jackson cannot write the
   *     message
   * @throws MessageTooLargeException if it is larger than {@code maxOutboundMessageBytes} allows
   */
  protected final Future<Void> broadcastTo(Object model, @Nullable Object message) {
    return subscription().broadcast(broadcastingFor(model), message);
  }

  /**
   * Broadcasts a message to every subscriber of a model's stream in this channel class, except this
   * connection and all its subscriptions. Thread-safe.
   *
   * @param model as for {@link #streamFor(Object)}
   * @param message anything Jackson can write
   * @return as for {@link Cable#broadcast(String, Object)}
   * @throws IllegalArgumentException if the model cannot be named, or Jackson cannot write the
   *     message
   * @throws MessageTooLargeException if it is larger than {@code maxOutboundMessageBytes} allows
   */
  protected final Future<Void> broadcastToOthers(Object model, @Nullable Object message) {
    return subscription().broadcastToOthers(broadcastingFor(model), message);
  }

  /**
   * Returns the name of a model's stream in this channel class. It is the name of the channel in
   * snake_case without {@code Channel}, a colon, and the name of the model, as in ActionCable.
   * Thread-safe.
   *
   * @param model as for {@link #streamFor(Object)}
   * @return the name, such as {@code chat:general}
   * @throws IllegalArgumentException if the model cannot be named
   */
  protected final String broadcastingFor(Object model) {
    return subscription().broadcastingFor(model);
  }

  /**
   * Runs a task periodically, until it is cancelled or the subscription ends. Runs take turns with
   * other callbacks as with {@link Periodically}.
   *
   * @param period time before the first run and between runs, at least 1 ms
   * @param task what to run, in turn with the connection's other callbacks
   * @return the timer, which cancels the task
   * @throws IllegalArgumentException if the period is shorter than 1 ms
   * @throws IllegalStateException if the subscription has
   *     {@link CableBuilder#maxTimersPerSubscription CableBuilder.maxTimersPerSubscription} timers
   *     already, or the connection takes too much memory
   */
  protected final PeriodicTimer periodically(Duration period, PeriodicTimer.Task task) {
    return subscription().periodically(period, task);
  }

  /**
   * Makes the end of the running callback wait for a future. The connection's next callback waits
   * for it, and in {@link #subscribed} the confirmation does, too. If the future fails, the
   * callback has failed. {@link CableBuilder#callbackTimeout CableBuilder.callbackTimeout} bounds
   * the wait.
   *
   * @param future the future to wait for
   * @throws IllegalStateException outside a callback
   */
  protected final void defer(Future<?> future) {
    subscription().defer(future);
  }

  /**
   * Makes the end of the running callback wait for a stage, like {@link #defer(Future)}.
   *
   * @param stage the stage to wait for
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
