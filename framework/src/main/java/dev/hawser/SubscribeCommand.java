// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.internal.dispatch.CallbackRunner.DONE;
import static dev.hawser.internal.dispatch.CallbackRunner.after;

import dev.hawser.ConnectionCommand.Kind;
import dev.hawser.internal.dispatch.CallbackRunner;
import dev.hawser.internal.dispatch.Place;
import dev.hawser.internal.limits.LimitLog;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.Option;
import dev.hawser.internal.protocol.HistoryRequest;
import dev.hawser.internal.restore.Restoration;
import dev.hawser.internal.transport.Frame;
import dev.hawser.internal.transport.Loop;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A subscribe command in its turn, from the making of the channel to the answer. The answer may
 * come after the turn, because streams take their time to become live.
 */
final class SubscribeCommand implements CallbackRunner.Work {
  private static final Future<@Nullable List<Frame>> NOTHING_MORE = Future.succeededFuture(null);

  private final ChannelSubscription.Owner owner;
  private final CableContext context;
  private final Callbacks callbacks;
  private final ChannelDefinition definition;
  private final ChannelSubscription subscription;
  private final @Nullable HistoryRequest history;
  private final @Nullable Restoration restoration;
  private final AtomicBoolean answered = new AtomicBoolean();
  private volatile boolean live;

  /**
   * Creates the command.
   *
   * @param history what the client asks for that it missed, if it does
   * @param restoration what the subscription is a part of, if the client had it before and has not
   *     asked for it
   */
  SubscribeCommand(
      ChannelSubscription.Owner owner,
      String identifier,
      ChannelDefinition definition,
      @Nullable HistoryRequest history,
      @Nullable Restoration restoration) {
    this.owner = owner;
    this.context = owner.context();
    this.callbacks = owner.callbacks();
    this.definition = definition;
    this.history = history;
    this.restoration = restoration;
    this.subscription = new ChannelSubscription(owner, definition, identifier);
  }

  /** The channel's factory is its first callback. */
  @Override
  public Place place() {
    return definition.place();
  }

  @Override
  public Future<Void> run() {
    if (owner.isDismissed()) {
      return DONE;
    }
    if (owner.subscriptions().get(identifier()) != null) {
      // The client repeats it, but its answer is on the way or has been sent.
      owner.subscriptions().answering(identifier());
      notRestored();
      return DONE;
    }
    Option refusal = refusal();
    return refusal == null ? makeChannel() : refuse(refusal);
  }

  /** Why there is no room for one more subscription; {@code null} if there is. */
  private @Nullable Option refusal() {
    if (owner.subscriptions().size() >= most()) {
      return CableOption.MAX_SUBSCRIPTIONS_PER_CONNECTION;
    }
    if (context.limits().isHeapFull()) {
      return CableOption.MAX_HEAP_PERCENT;
    }
    return subscription.takeMemory();
  }

  private String identifier() {
    return subscription.identifier();
  }

  private int most() {
    return context.options().count(CableOption.MAX_SUBSCRIPTIONS_PER_CONNECTION);
  }

  private Future<Void> refuse(Option option) {
    context.limitLog().reached(option, callbacks.connectionIdentifier());
    String why = option.optionName() + " allows no more";
    owner.refuse(definition.wireName(), identifier(), why);
    callbacks.adviseUnless(null, definition.wireName(), identifier(), why);
    return DONE;
  }

  private Future<Void> makeChannel() {
    String factory = definition.wireName() + " factory";
    Future<Void> made = callbacks.invoke(definition.place(), factory, subscription::makeChannel);
    return after(made, failure -> failure == null ? subscribe() : refuse(failure, factory));
  }

  private Future<Void> refuse(Throwable failure, String factory) {
    subscription.giveMemory();
    owner.refuse(definition.wireName(), identifier(), "its factory failed: " + failure);
    return callbacks.report(failure, factory);
  }

  private Future<Void> subscribe() {
    owner.subscriptions().add(subscription);
    warnOfManySubscriptions();
    return HookedCommand.run(
        callbacks,
        Kind.SUBSCRIBE,
        identifier(),
        definition.place(),
        subscription.hasSubscribeCallbacks() ? subscription::subscribe : null,
        this::subscribed);
  }

  private void warnOfManySubscriptions() {
    int count = owner.subscriptions().size();
    if (LimitLog.isNear(count, most())) {
      context
          .limitLog()
          .near(
              CableOption.MAX_SUBSCRIPTIONS_PER_CONNECTION,
              callbacks.connectionIdentifier(),
              count,
              most());
    }
  }

  private Future<Void> subscribed(boolean ran, @Nullable Throwable failure) {
    if (failure != null) {
      subscription.reject("subscribed", failure);
    } else if (!ran) {
      subscription.reject("a hook of the connection skipped the command", null);
    }
    return after(subscription.report(failure, "subscribed"), reported -> afterSubscribe());
  }

  private Future<Void> afterSubscribe() {
    return after(subscription.afterSubscribe(), failure -> {
      if (failure != null) {
        subscription.reject("afterSubscribe", failure);
      }
      return after(subscription.report(failure, "afterSubscribe"), reported -> answer());
    });
  }

  private Future<Void> answer() {
    if (subscription.isRejected()) {
      return subscription.endRejected();
    }
    subscription.startTimers();
    Future<Void> started = subscription.streams().live();
    confirmWhenReady(started.succeeded() ? prepared() : started.compose(ready -> prepared()));
    return DONE;
  }

  /** What follows the confirmation is ready; in the turn if that is nothing, as mostly. */
  private Future<@Nullable List<Frame>> prepared() {
    live = true;
    if (restoration != null) {
      return NOTHING_MORE;
    }
    Future<List<Frame>> preparing = subscription.streams().prepare(history);
    return preparing == null ? NOTHING_MORE : preparing.map(frames -> frames);
  }

  /** Confirms in the turn if all streams are live and nothing is to follow, and else later. */
  private void confirmWhenReady(Future<@Nullable List<Frame>> ready) {
    owner.subscriptions().answering(identifier()); // A repetition finds the subscription from now.
    if (ready.isComplete()) {
      confirm(ready);
      return;
    }
    Loop.Timer timeout = owner
        .outbound()
        .hub()
        .loop()
        .schedule(context.options().ms(CableOption.SUBSCRIBE_TIMEOUT), this::timedOut);
    ready.onComplete(result -> {
      timeout.cancel();
      if (answered.compareAndSet(false, true)) {
        confirm(ready);
      }
    });
  }

  private void timedOut() {
    if (answered.compareAndSet(false, true) && !subscription.isEnded()) {
      context.limitLog().reached(CableOption.SUBSCRIBE_TIMEOUT, identifier());
      owner.close(DisconnectReason.PUBSUB_UNAVAILABLE, true);
    }
  }

  private void notRestored() {
    if (restoration != null) {
      restoration.refuse(identifier());
    }
  }

  private void confirm(Future<@Nullable List<Frame>> ready) {
    if (subscription.isEnded()) {
      notRestored();
      return; // The client has unsubscribed meanwhile and waits for no answer.
    }
    Throwable failure = ready.cause();
    if (failure == null) {
      if (restoration == null) {
        subscription.confirm(ready.result());
      } else if (!restoration.accept(identifier(), subscription::confirmRestored)) {
        confirmLate();
      }
    } else if (!live) {
      // A rejection would be final, so the client is disconnected and may try again.
      context.clientLog().streamFailed(definition.wireName(), failure);
      owner.close(DisconnectReason.PUBSUB_UNAVAILABLE, true);
    } else {
      rejectFor(failure);
    }
  }

  /** The welcome could not wait for it, so it is answered as any other. */
  private void confirmLate() {
    Future<List<Frame>> preparing = subscription.streams().prepare(null);
    if (preparing == null) {
      subscription.confirm(null);
    } else {
      preparing.onSuccess(subscription::confirm).onFailure(this::rejectFor);
    }
  }

  private void rejectFor(Throwable failure) {
    subscription.snapshotFailed(failure);
    owner.postCallback(subscription, "rejection", () -> {
      subscription.reject("snapshot", failure);
      return null;
    });
  }
}
