// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.internal.dispatch.CallbackRunner.DONE;
import static dev.hawser.internal.dispatch.CallbackRunner.after;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.internal.calls.KeptAnswers;
import dev.hawser.internal.dispatch.Place;
import dev.hawser.internal.dispatch.Timers;
import dev.hawser.internal.limits.MemoryAccount;
import dev.hawser.internal.limits.MemoryCost;
import dev.hawser.internal.limits.MemoryShare;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.Option;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.internal.protocol.ReplyError;
import dev.hawser.internal.streams.OutboundQueue;
import dev.hawser.internal.streams.Subscriber;
import dev.hawser.internal.transport.Loop;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One subscription: a channel instance, its streams and its timers. Used in turn with the
 * connection's other callbacks, unless a method says otherwise.
 */
final class ChannelSubscription implements Timers.Owner {
  private final Owner owner;
  private final CableContext context;
  private final Callbacks callbacks;
  private final ChannelDefinition definition;
  private final String identifier;
  private final Subscriber subscriber;
  private final MemoryShare memory;
  private Channel<?> channel = NO_CHANNEL;
  private @Nullable Timers timers;
  private @Nullable CommandRates rates;

  /** Guarded by this: an application may start streams from any thread. */
  private @Nullable List<Future<Void>> startingStreams = new ArrayList<>(1);
  private volatile @Nullable SubscriptionPresence presence;
  private @Nullable String whisperStream;
  private volatile boolean confirmed;
  private volatile boolean rejected;
  private @Nullable String action;
  private long actionStartedAt;
  private volatile boolean ended;

  /** The connection that has the subscription. */
  interface Owner extends KeptAnswers.Waiting {

    CableContext context();

    /** What names the client, by name. Any thread. */
    SortedMap<String, String> identifiers();

    Callbacks callbacks();

    Subscriptions subscriptions();

    OutboundQueue outbound();

    /** The memory that the connection's subscriptions take. */
    MemoryAccount memory();

    /** Whether no command of the client is carried out any more. Any thread. */
    boolean isDismissed();

    /** Tells users apart: connections of one user have the same. */
    String user();

    /** Tells the client that a subscription was rejected. */
    void refuse(@Nullable String channel, String identifier);

    /** Runs a callback that no command asked for: a timer, or a stream's handler. Any thread. */
    void postCallback(
        ChannelSubscription subscription, String name, Callable<@Nullable Object> callback);

    /** Tells the client why, and closes the socket. Any thread. */
    void close(DisconnectReason reason, boolean reconnect);
  }

  private static final Channel<?> NO_CHANNEL = new Channel<>() {};

  ChannelSubscription(Owner owner, ChannelDefinition definition, String identifier) {
    this.owner = owner;
    this.context = owner.context();
    this.callbacks = owner.callbacks();
    this.definition = definition;
    this.identifier = identifier;
    this.subscriber = new Subscriber(context.streams(), owner.outbound(), identifier);
    this.memory = new MemoryShare(owner.memory());
  }

  /** Takes the memory that any subscription needs. Returns the option that does not allow it. */
  @Nullable Option takeMemory() {
    return memory.take(
        MemoryCost.ofSubscription(identifier) + definition.timers().size() * MemoryCost.TIMER);
  }

  /** Gives all memory back. */
  void giveMemory() {
    memory.giveAll();
  }

  private void takeOrThrow(int bytes, String what) {
    Option refusal = memory.take(bytes);
    if (refusal != null) {
      context.limitLog().reached(refusal, identifier);
      throw new IllegalStateException(
          "no memory for a " + what + ": " + refusal.optionName() + " allows no more");
    }
  }

  // -- life

  /** Makes the channel; the first callback of a subscription. */
  void makeChannel() {
    Channel<?> made = definition.create(callbacks.connection());
    made.attach(this);
    channel = made;
  }

  boolean hasSubscribeCallbacks() {
    return Callbacks.overrides(channel, "beforeSubscribe")
        || Callbacks.overrides(channel, "subscribed");
  }

  /** The body of the subscribe command. */
  @Nullable Object subscribe() throws Exception {
    channel.beforeSubscribe();
    if (!rejected) {
      channel.subscribed();
    }
    return null;
  }

  Future<Void> afterSubscribe() {
    return run("afterSubscribe", channel::afterSubscribe);
  }

  void startTimers() {
    for (ChannelDefinition.Timer timer : definition.timers()) {
      start(timer);
    }
  }

  private synchronized void start(ChannelDefinition.Timer timer) {
    timers().start(timer.periodMs(), timer.name(), () -> timer.method().call(channel, null));
  }

  /** Completes when all streams that were started so far are live. */
  Future<Void> live() {
    List<Future<Void>> starting;
    synchronized (this) {
      starting = startingStreams == null ? List.of() : startingStreams;
      startingStreams = null;
    }
    return starting.isEmpty() ? DONE : Future.all(starting).mapEmpty();
  }

  /** Sends the confirmation, and then what the streams have held back for it. Any thread. */
  void confirm() {
    subscriber.confirm();
    confirmed = true;
    SubscriptionPresence.confirmed(presence);
    context.events().subscriptionConfirmed(definition.wireName(), identifier);
  }

  /** What follows from an unsubscribe command. A client that sent one has forgotten us already. */
  Future<Void> unsubscribe(boolean ran, @Nullable Throwable failure) {
    if (failure != null) {
      return after(report(failure, "unsubscribe"), reported -> end());
    }
    return ran ? end() : DONE;
  }

  /** Ends the subscription: every step is done, whatever becomes of the others. */
  Future<Void> end() {
    if (ended) {
      return DONE;
    }
    return after(finish(), finished -> {
      subscriber.end();
      return DONE;
    });
  }

  /** Ends the subscription and tells the client that it was rejected. */
  Future<Void> endRejected() {
    if (ended) {
      return DONE;
    }
    return after(finish(), finished -> {
      subscriber.end();
      owner.refuse(definition.wireName(), identifier);
      return DONE;
    });
  }

  /**
   * Ends the subscription of a connection that has ended.
   *
   * @param mayReturn whether its client may come back soon
   */
  Future<Void> endWithConnection(boolean mayReturn) {
    if (mayReturn) {
      SubscriptionPresence.lose(presence);
    }
    return end();
  }

  private Future<Void> finish() {
    endTimers();
    SubscriptionPresence.end(presence);
    Future<Void> before = step("beforeUnsubscribe", channel::beforeUnsubscribe);
    Future<Void> unsubscribed = after(before, done -> step("unsubscribed", channel::unsubscribed));
    Future<Void> last =
        after(unsubscribed, done -> step("afterUnsubscribe", channel::afterUnsubscribe));
    return after(last, done -> {
      owner.subscriptions().remove(this);
      giveMemory();
      return DONE;
    });
  }

  private synchronized void endTimers() {
    ended = true;
    if (timers != null) {
      timers.cancelAll();
    }
  }

  /** Where the end of the subscription begins. */
  Place placeOfEnd() {
    boolean hasCallbacks = Callbacks.overrides(channel, "beforeUnsubscribe")
        || Callbacks.overrides(channel, "unsubscribed")
        || Callbacks.overrides(channel, "afterUnsubscribe");
    return hasCallbacks ? place() : Place.EVENT_LOOP;
  }

  private Future<Void> step(String callback, Callbacks.Step step) {
    return after(run(callback, step), failure -> report(failure, callback));
  }

  private Future<Void> run(String callback, Callbacks.Step step) {
    return callbacks.run(place(), channel, callback, step);
  }

  /** What any callback may leave behind: a failure to report, or a rejection to carry out. */
  Future<Void> afterCallback(String name, @Nullable Throwable failure) {
    return after(report(failure, name), reported -> rejected ? endRejected() : DONE);
  }

  /** Reports what a callback failed with, if it did. */
  Future<Void> report(@Nullable Throwable failure, String callback) {
    return failure == null
        ? DONE
        : callbacks.report(
            failure, definition.type().getSimpleName() + "#" + callback, channel, place());
  }

  /** Whether its end has begun. Any thread. */
  @Override
  public boolean isEnded() {
    return ended;
  }

  boolean isRejected() {
    return rejected;
  }

  /** Where the channel's callbacks run. Any thread. */
  Place place() {
    return definition.place();
  }

  // -- actions

  /** The body of the message command: finds the action, binds its data, and calls it. */
  @Nullable Object perform(String data) throws Exception {
    ObjectNode arguments = context.parseObject(data, "data");
    String name = ChannelDefinition.actionName(arguments);
    ChannelMethod method = definition.action(name);
    if (method == null) {
      throw new ProtocolException(
          definition.wireName() + " has no action " + ProtocolException.quote(name),
          ReplyError.UNKNOWN_ACTION);
    }
    context
        .actionLog()
        .performing(callbacks::connectionIdentifier, definition.wireName(), name, arguments);
    action = name;
    actionStartedAt = System.nanoTime();
    return method.call(channel, method.bind(arguments));
  }

  /**
   * Decides whether a message command keeps the rates; a part of its turn. Fails with
   * {@link RateLimitedException} if it does not.
   */
  Future<Void> admit(String data) {
    if (rates == null && (definition.rates() > 0 || context.limits().subscriptionRate() != null)) {
      rates = new CommandRates(context, callbacks, definition, owner::user);
    }
    return rates == null ? DONE : rates.admit(data);
  }

  /** What follows from a message command. */
  Future<Void> performed(@Nullable Throwable failure) {
    return performed(failure, failure);
  }

  /**
   * What follows from a message command.
   *
   * @param unanswered the part of the failure that is to be reported: what made for the client was
   *     told to it
   */
  Future<Void> performed(@Nullable Throwable failure, @Nullable Throwable unanswered) {
    String name = action;
    action = null;
    if (name == null) {
      return afterCallback(
          failure instanceof RateLimitedException limited ? limited.action() : "message", unanswered);
    }
    long nanos = System.nanoTime() - actionStartedAt;
    context.events().actionPerformed(definition.wireName(), name, nanos, failure);
    return afterCallback(name, unanswered);
  }

  // -- what the channel asks for

  Connection connection() {
    return callbacks.connection();
  }

  @Override
  public String identifier() {
    return identifier;
  }

  @Override
  public Loop loop() {
    return owner.outbound().hub().loop();
  }

  ObjectNode params() {
    try {
      return context.parseObject(identifier, "identifier");
    } catch (ProtocolException e) {
      throw new IllegalStateException("an accepted identifier cannot be read", e);
    }
  }

  <P> P params(Class<P> type) {
    try {
      return context.mapper().treeToValue(params(), type);
    } catch (JsonProcessingException e) {
      throw Binding.failure(definition.type().getSimpleName(), "params", e);
    }
  }

  void reject() {
    rejected = true;
  }

  void defer(Future<?> future) {
    callbacks.runner().defer(future);
  }

  void transmit(@Nullable Object message) {
    subscriber.transmit(context.encode(message));
  }

  Future<Void> broadcast(String broadcasting, @Nullable Object message) {
    return context.broadcast(broadcasting, message);
  }

  String broadcastingFor(Object model) {
    return context.names().broadcastingFor(definition.channelName(), model);
  }

  Future<Void> broadcastToOthers(String broadcasting, @Nullable Object message) {
    return context.broadcast(broadcasting, message, owner.outbound().sessionId());
  }

  /** Sends what the client says to the others, if it may. */
  void whisper(String data) {
    if (whisperStream != null && !ended) {
      context.whisper(whisperStream, data, owner.outbound().sessionId());
    }
  }

  /**
   * Returns the part in the presence of this subscription's stream.
   *
   * @throws IllegalStateException if it has no stream
   */
  SubscriptionPresence presence() {
    SubscriptionPresence known = presence;
    return known == null
        ? makePresence(SubscriptionPresence.streamAmong(subscriber.streamNames()), false)
        : known;
  }

  private SubscriptionPresence makePresence(String stream, boolean byClient) {
    SubscriptionPresence made = new SubscriptionPresence(owner, identifier, stream, byClient);
    presence = made;
    if (confirmed) {
      SubscriptionPresence.confirmed(made);
    }
    return made;
  }

  /** The same for a command of the client; {@code null} if the channel makes no use of presence. */
  @Nullable SubscriptionPresence presenceInUse() {
    return presence;
  }

  Future<Void> streamFrom(String broadcasting, Set<StreamOption> options) {
    boolean whispers = options.contains(StreamOption.WHISPERS);
    Future<Void> live = stream(broadcasting, null, whispers);
    if (!ended && whispers) {
      whisperStream = broadcasting;
    }
    if (!ended && options.contains(StreamOption.CLIENT_PRESENCE)) {
      SubscriptionPresence.end(presence);
      makePresence(broadcasting, true);
    }
    return live;
  }

  Future<Void> streamFrom(String broadcasting) {
    return stream(broadcasting, null, false);
  }

  <T> Future<Void> streamFrom(
      String broadcasting, Class<T> type, StreamHandler<? super T> handler) {
    Objects.requireNonNull(handler, "handler");
    String callback = "streamFrom(" + broadcasting + ")";
    return stream(
        broadcasting,
        message -> postCallback(callback, () -> {
          handler.handle(decode(message, type));
          return null;
        }),
        false);
  }

  private <T> T decode(PubSubMessage message, Class<T> type) throws IOException {
    if (type == Buffer.class) {
      return type.cast(message.payload());
    }
    return context.mapper().readValue(message.payload().getBytes(), type);
  }

  private synchronized Future<Void> stream(
      String broadcasting, @Nullable Consumer<PubSubMessage> handler, boolean whispers) {
    StreamNames.check(broadcasting);
    if (ended) {
      return DONE;
    }
    if (!subscriber.hasStream(broadcasting)) {
      makeRoomForStream(broadcasting);
    }
    Future<Void> live = subscriber.stream(broadcasting, handler, whispers);
    if (startingStreams != null) {
      startingStreams.add(live);
    }
    return live;
  }

  private void makeRoomForStream(String broadcasting) {
    CableOption option = CableOption.MAX_STREAMS_PER_SUBSCRIPTION;
    int most = context.options().count(option);
    int count = subscriber.streamCount();
    if (count >= most) {
      context.limitLog().reached(option, identifier);
      throw new IllegalStateException("this subscription has " + most + " streams, as many as "
          + option.optionName() + " allows");
    }
    takeOrThrow(MemoryCost.ofStream(broadcasting), "stream");
    context.limitLog().near(option, identifier, count + 1, most);
  }

  synchronized void stopStreamFrom(String broadcasting) {
    if (subscriber.stop(broadcasting)) {
      memory.give(MemoryCost.ofStream(broadcasting));
    }
    if (broadcasting.equals(whisperStream)) {
      whisperStream = null;
    }
    presence = SubscriptionPresence.endOf(presence, broadcasting);
  }

  synchronized void stopAllStreams() {
    streamNames().forEach(this::stopStreamFrom);
  }

  List<String> streamNames() {
    return subscriber.streamNames();
  }

  /**
   * Starts a timer of the application's.
   *
   * @throws IllegalArgumentException if the period is too short
   * @throws IllegalStateException if there are as many as the limit allows
   */
  synchronized PeriodicTimer periodically(Duration period, PeriodicTimer.Task task) {
    if (period.toMillis() < 1) {
      throw new IllegalArgumentException("period: " + period + " (expected: at least 1 ms)");
    }
    if (timers().isNewPlaceNeeded()) {
      takeOrThrow(MemoryCost.TIMER, "timer");
    }
    return timers().start(period.toMillis(), "periodically", () -> {
      task.run();
      return null;
    })::cancel;
  }

  private Timers timers() {
    if (timers == null) {
      int most = context.options().count(CableOption.MAX_TIMERS_PER_SUBSCRIPTION);
      timers = new Timers(this, most, context.limitLog());
    }
    return timers;
  }

  /** Runs a callback that no command asked for. Any thread. */
  @Override
  public void postCallback(String name, Callable<@Nullable Object> callback) {
    owner.postCallback(this, name, callback);
  }
}
