// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.internal.dispatch.CallbackRunner.DONE;
import static dev.hawser.internal.dispatch.CallbackRunner.after;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.history.HistoryLimit;
import dev.hawser.internal.advice.Mismatch;
import dev.hawser.internal.calls.KeptAnswers;
import dev.hawser.internal.dispatch.CallbackRunner.Work;
import dev.hawser.internal.dispatch.Place;
import dev.hawser.internal.dispatch.Timers;
import dev.hawser.internal.history.CatchUp;
import dev.hawser.internal.limits.MemoryAccount;
import dev.hawser.internal.limits.MemoryCost;
import dev.hawser.internal.log.CableLog;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.Option;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.internal.protocol.SessionId;
import dev.hawser.internal.streams.OutboundQueue;
import dev.hawser.internal.transport.Frame;
import dev.hawser.internal.transport.Loop;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * One subscription: a channel instance, its streams and its timers. Used in turn with the
 * connection's other callbacks, unless a method says otherwise.
 */
final class ChannelSubscription implements Timers.Owner, CatchUp.Owner, SubscriptionActions.Owner {
  private final Owner owner;
  private final ChannelDefinition definition;
  private final String identifier;
  private final SubscriptionStreams streams;
  private Channel<?> channel = NO_CHANNEL;
  private @Nullable Timers timers;
  private @Nullable SubscriptionActions actions;

  /** What it takes of the connection's memory, so that its end gives all of it back. */
  private int memory;

  /** Why it was rejected; {@code null} if it was not. */
  private volatile @Nullable String rejection;

  /** What to tell developers about the failure that is about to be reported. */
  private @Nullable String advice;

  private volatile boolean ended;

  /** Those that need a snapshot at the same time share it if they have the same. */
  private @Nullable Object snapshotKey;

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
    void refuse(@Nullable String channel, String identifier, String why);

    /** Runs a callback that no command asked for: a timer, or a stream's handler. Any thread. */
    void postCallback(
        ChannelSubscription subscription, String name, Callable<@Nullable Object> callback);

    /** Tells the client why, and closes the socket. Any thread. */
    void close(@Nullable String reason, boolean reconnect);

    /** The same for a reason of the framework's own. */
    default void close(DisconnectReason reason, boolean reconnect) {
      close(reason.wireName(), reconnect);
    }
  }

  static final String SNAPSHOT = "snapshot";
  private static final Channel<?> NO_CHANNEL = new Channel<>() {};

  ChannelSubscription(Owner owner, ChannelDefinition definition, String identifier) {
    this.owner = owner;
    this.definition = definition;
    this.identifier = identifier;
    this.streams = new SubscriptionStreams(this, owner);
  }

  @Override
  public CableContext context() {
    return owner.context();
  }

  @Override
  public Callbacks callbacks() {
    return owner.callbacks();
  }

  @Override
  public String user() {
    return owner.user();
  }

  /** Takes the memory that any subscription needs. Returns the option that does not allow it. */
  @Nullable Option takeMemory() {
    return takeMemory(
        MemoryCost.ofSubscription(identifier) + definition.timers().size() * MemoryCost.TIMER);
  }

  private synchronized @Nullable Option takeMemory(int bytes) {
    Option refusal = owner.memory().take(bytes);
    if (refusal == null) {
      memory += bytes;
    }
    return refusal;
  }

  /** Gives all memory back. */
  synchronized void giveMemory() {
    giveMemory(memory);
  }

  /** Gives some of it back. */
  synchronized void giveMemory(int bytes) {
    memory -= bytes;
    owner.memory().give(bytes);
  }

  /**
   * Takes memory.
   *
   * @throws IllegalStateException if a limit does not allow it
   */
  void takeMemory(int bytes, String what) {
    Option refusal = takeMemory(bytes);
    if (refusal != null) {
      context().limitLog().reached(refusal, identifier);
      throw new IllegalStateException(
          "no memory for a " + what + ": " + refusal.optionName() + " allows no more");
    }
  }

  // -- life

  /** Makes the channel; the first callback of a subscription. */
  void makeChannel() {
    Channel<?> made = definition.create(callbacks().connection());
    made.attach(this);
    channel = made;
  }

  boolean hasSubscribeCallbacks() {
    return Callbacks.overrides(channel, "beforeSubscribe")
        || Callbacks.overrides(channel, "subscribed")
        || Callbacks.overrides(channel, "snapshotKey");
  }

  /** The body of the subscribe command. */
  @Nullable Object subscribe() throws Exception {
    try {
      channel.beforeSubscribe();
      if (!isRejected()) {
        channel.subscribed();
      }
      if (hasSnapshot()) {
        snapshotKey = channel.snapshotKey();
      }
      return null;
    } catch (NullPointerException | IllegalArgumentException e) {
      advise(definition.missing(params()));
      throw e;
    }
  }

  Future<Void> afterSubscribe() {
    return run("afterSubscribe", channel::afterSubscribe);
  }

  synchronized void startTimers() {
    for (ChannelDefinition.Timer timer : definition.timers()) {
      timers().start(timer.periodMs(), timer.name(), () -> timer.method().call(channel, null));
    }
  }

  /**
   * Sends the confirmation, and then what the streams have held back for it. Any thread.
   *
   * @param frames the confirmation and what follows it, if that is more than usual
   */
  void confirm(@Nullable List<Frame> frames) {
    if (frames == null) {
      streams.confirm();
    } else {
      streams.confirm(frames);
    }
    if (CableLog.isOn()) {
      CableLog.subscribed(
          callbacks(), definition.wireName(), shownIdentifier(), streams.streamNames());
    }
    context().events().subscriptionConfirmed(definition.wireName(), identifier);
  }

  /** The same for a subscription that is in the welcome already. Any thread. */
  void confirmRestored() {
    streams.confirmRestored();
    context().events().subscriptionConfirmed(definition.wireName(), identifier);
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
      streams.end();
      return DONE;
    });
  }

  /** Ends the subscription and tells the client that it was rejected. */
  Future<Void> endRejected() {
    if (ended) {
      return DONE;
    }
    return after(finish(), finished -> {
      streams.end();
      owner.refuse(definition.wireName(), identifier, String.valueOf(rejection));
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
      streams.losePresence();
    }
    return end();
  }

  private Future<Void> finish() {
    endTimers();
    streams.endSnapshots();
    streams.endPresence();
    Future<Void> first = step("beforeUnsubscribe", channel::beforeUnsubscribe);
    Future<Void> second = after(first, done -> step("unsubscribed", channel::unsubscribed));
    Future<Void> last = after(second, done -> step("afterUnsubscribe", channel::afterUnsubscribe));
    return after(last, done -> {
      owner.subscriptions().remove(this);
      if (CableLog.isOn()) {
        CableLog.unsubscribed(callbacks(), definition.wireName(), shownIdentifier());
      }
      giveMemory();
      return DONE;
    });
  }

  /** The state that a client begins with. */
  @Nullable Object state() throws Exception {
    return channel.snapshot();
  }

  private Object shownIdentifier() {
    return context().actionLog().shown(identifier);
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
    return callbacks().run(place(), channel, callback, step);
  }

  /** Work that no command asked for. */
  Work work(String name, Callable<@Nullable Object> callback) {
    Place place = place();
    return Work.at(
        place,
        () -> owner.isDismissed() || ended
            ? DONE
            : after(
                callbacks().runner().invoke(place, name, callback),
                failure -> afterCallback(name, failure)));
  }

  @Override
  public Future<Void> afterCallback(String name, @Nullable Throwable failure) {
    if (failure != null && name.equals(SNAPSHOT)) {
      streams.failSnapshot(failure);
    }
    return after(report(failure, name), reported -> isRejected() ? endRejected() : DONE);
  }

  /** Reports what a callback failed with, if it did. */
  Future<Void> report(@Nullable Throwable failure, String callback) {
    if (failure == null) {
      return DONE;
    }
    String mend = advice;
    advice = null;
    String name = definition.type().getSimpleName() + "#" + callback;
    return new FailureReport(context(), callbacks(), failure, name)
        .about(identifier, mend)
        .of(channel, place());
  }

  /** Whether its end has begun. Any thread. */
  @Override
  public boolean isEnded() {
    return ended;
  }

  boolean isRejected() {
    return rejection != null;
  }

  /** Where the channel's callbacks run. Any thread. */
  Place place() {
    return definition.place();
  }

  /** What the client performs; there from the first action on, as most subscriptions are idle. */
  SubscriptionActions actions() {
    if (actions == null) {
      actions = new SubscriptionActions(this, definition);
    }
    return actions;
  }

  @Override
  public void advise(@Nullable String mend) {
    advice = mend;
  }

  // -- what the client missed

  /** How much of its streams the channel's class says is kept. */
  @Nullable List<HistoryLimit> history() {
    return definition.history();
  }

  @Override
  public boolean isExtended() {
    return callbacks().connection().request().isExtended();
  }

  @Override
  public List<SessionId> sids() {
    return owner.outbound().sessionIds();
  }

  @Override
  public int maxReplayBytes() {
    return context().options().count(CableOption.MAX_REPLAY_BYTES);
  }

  @Override
  public void replayTooLarge(int bytes) {
    context().limitLog().reached(CableOption.MAX_REPLAY_BYTES, identifier);
  }

  @Override
  public boolean hasSnapshot() {
    return Callbacks.overrides(channel, SNAPSHOT);
  }

  @Override
  public Future<byte[]> snapshot() {
    Object key = snapshotKey;
    return key == null
        ? streams.makeSnapshot()
        : context().catchUps().snapshot(definition.type(), key, streams::makeSnapshot);
  }

  @Override
  public void snapshotFailed(Throwable cause) {
    if (!ended) {
      context().clientLog().snapshotFailed(definition.wireName(), cause);
    }
  }

  // -- what the channel asks for

  SubscriptionStreams streams() {
    return streams;
  }

  @Override
  public Channel<?> channel() {
    return channel;
  }

  Connection connection() {
    return callbacks().connection();
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
      return context().parseObject(identifier, "identifier");
    } catch (ProtocolException e) {
      throw new IllegalStateException("an accepted identifier cannot be read", e);
    }
  }

  <P> P params(Class<P> type) {
    ObjectNode sent = params();
    definition.noteParams(type);
    try {
      return context().mapper().treeToValue(sent, type);
    } catch (JsonProcessingException e) {
      Mismatch mismatch = Mismatch.of("params", sent, e);
      String subject = definition.type().getSimpleName();
      throw new BindingException(subject + ": " + mismatch.problem(), mismatch.path(), e);
    }
  }

  /** Rejects; the first reason counts. A failure is reported by itself. */
  void reject(String why, @Nullable Throwable failure) {
    if (rejection == null) {
      rejection = failure == null ? why : why + " failed: " + failure;
      callbacks().adviseUnless(failure, definition.wireName(), identifier, "rejected: " + why);
    }
  }

  void defer(Future<?> future) {
    callbacks().runner().defer(future);
  }

  void transmit(@Nullable Object message) {
    streams.transmit(context().encode(message));
  }

  Future<Void> broadcast(String broadcasting, @Nullable Object message) {
    return context().broadcast(broadcasting, message);
  }

  String broadcastingFor(Object model) {
    return context().names().broadcastingFor(definition.channelName(), model);
  }

  Future<Void> broadcastToOthers(String broadcasting, @Nullable Object message) {
    return context().broadcast(broadcasting, message, owner.outbound().sessionId());
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
      takeMemory(MemoryCost.TIMER, "timer");
    }
    return timers().start(period.toMillis(), "periodically", () -> {
      task.run();
      return null;
    })::cancel;
  }

  private Timers timers() {
    if (timers == null) {
      int most = context().options().count(CableOption.MAX_TIMERS_PER_SUBSCRIPTION);
      timers = new Timers(this, most, context().limitLog());
    }
    return timers;
  }

  /** Runs a callback that no command asked for. Any thread. */
  @Override
  public void postCallback(String name, Callable<@Nullable Object> callback) {
    owner.postCallback(this, name, callback);
  }
}
