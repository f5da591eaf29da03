// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.internal.dispatch.CallbackRunner.DONE;
import static dev.hawser.internal.dispatch.CallbackRunner.after;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.internal.limits.ActionRate;
import dev.hawser.internal.limits.CommandPace;
import dev.hawser.internal.limits.TokenBucket;
import dev.hawser.internal.log.CableLog;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.Option;
import dev.hawser.internal.protocol.ProtocolException;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * The actions that the client of one subscription performs: whether the rates of the subscription,
 * of the action and of its user admit the next one, its call, and what follows from its end. Used
 * in turn with the connection's callbacks.
 */
final class SubscriptionActions {
  private final Owner owner;
  private final ChannelDefinition definition;

  /** {@code null} if there are no rates to keep. */
  private final @Nullable CommandPace pace;

  /** The data of the command in turn, read to decide on it. */
  private @Nullable ObjectNode arguments;

  /** The action that runs. */
  private @Nullable String name;

  private long startedAt;

  /** The subscription that has the actions. */
  interface Owner {

    CableContext context();

    Callbacks callbacks();

    /** Tells users apart: connections of one user have the same. */
    String user();

    /** The instance that actions are called on. */
    Channel<?> channel();

    /** Notes what to tell developers about the failure that is about to be reported. */
    void advise(@Nullable String mend);

    /** Handles the result of any callback: a failure to report, or a rejection to carry out. */
    Future<Void> afterCallback(String name, @Nullable Throwable failure);
  }

  /** Starts with every rate kept. */
  SubscriptionActions(Owner owner, ChannelDefinition definition) {
    this.owner = owner;
    this.definition = definition;
    boolean isRated = definition.rates() > 0 || context().limits().subscriptionRate() != null;
    this.pace = isRated ? new CommandPace(1 + definition.rates(), now()) : null;
  }

  private CableContext context() {
    return owner.context();
  }

  private long now() {
    return context().runtime().time().nanos();
  }

  // -- its call

  /** The body of the message command: finds the action, binds its data, and calls it. */
  @Nullable Object perform(String data) throws Exception {
    ObjectNode read = takeArguments();
    ObjectNode sent = read == null ? context().parseObject(data, "data") : read;
    String wanted = ChannelDefinition.actionName(sent);
    ChannelMethod method = definition.actionFor(wanted);
    context().actionLog().performing(owner.callbacks(), definition.wireName(), wanted, sent);
    name = wanted;
    startedAt = System.nanoTime();
    Object argument = method.bind(sent);
    try {
      return method.call(owner.channel(), argument);
    } catch (NullPointerException | IllegalArgumentException e) {
      owner.advise(method.missing(sent));
      throw e;
    }
  }

  /**
   * What follows from a message command.
   *
   * @param unanswered the part of the failure that is to be reported; the client has been sent what
   *     is meant for it
   */
  Future<Void> performed(@Nullable Throwable failure, @Nullable Throwable unanswered) {
    String ran = name;
    name = null;
    if (ran == null) {
      return owner.afterCallback(
          failure instanceof RateLimitedException limited ? limited.action() : "message",
          unanswered);
    }
    long nanos = System.nanoTime() - startedAt;
    CableLog.performed(owner.callbacks(), definition.wireName(), ran, nanos, failure);
    context().events().actionPerformed(definition.wireName(), ran, nanos, failure);
    return owner.afterCallback(ran, unanswered);
  }

  /**
   * Returns what was read of the command to decide on it; {@code null} if nothing was. It is kept
   * no longer: an idle subscription must not keep the data of its last command.
   */
  private @Nullable ObjectNode takeArguments() {
    ObjectNode read = arguments;
    arguments = null;
    return read;
  }

  // -- its rates

  /**
   * Decides whether a message command keeps the rates; a part of its turn. Fails with
   * {@link RateLimitedException} if it is one too many.
   */
  Future<Void> admit(String data) {
    if (pace == null) {
      return DONE;
    }
    TokenBucket ofAll = context().limits().subscriptionRate();
    if (ofAll != null && !pace.admits(0, ofAll, now())) {
      CableOption option = CableOption.MAX_COMMANDS_PER_SECOND_PER_SUBSCRIPTION;
      return tooFast("message", option, context().options().count(option));
    }
    return definition.rates() == 0 ? DONE : admitAction(pace, data);
  }

  private Future<Void> admitAction(CommandPace paceOfAll, String data) {
    arguments = null;
    String action;
    try {
      ObjectNode read = context().parseObject(data, "data");
      action = ChannelDefinition.actionName(read);
      arguments = read;
    } catch (ProtocolException e) {
      return DONE; // The command will fail of it.
    }
    ChannelMethod method = definition.action(action);
    ActionRate rate = method == null ? null : method.rate();
    return rate == null ? DONE : admit(paceOfAll, action, rate);
  }

  private Future<Void> admit(CommandPace paceOfAll, String action, ActionRate rate) {
    int perSecond = rate.perSecond();
    if (perSecond > 0
        && !paceOfAll.admits(rate.place(), TokenBucket.strictlyPerSecond(perSecond), now())) {
      return tooFast(action, ActionRate.Bound.PER_SECOND, perSecond);
    }
    return rate.perUserPerSecond() == 0 ? DONE : admitUser(action, rate.perUserPerSecond());
  }

  private Future<Void> admitUser(String action, int perSecond) {
    boolean[] admitted = new boolean[1];
    Future<Void> asked = owner
        .callbacks()
        .runner()
        .invoke(
            definition.place(),
            "rate of a user",
            () -> context()
                .limits()
                .userRates()
                .take(definition.wireName() + "#" + action, owner.user(), perSecond)
                .onSuccess(answer -> admitted[0] = answer));
    return after(
        asked,
        failure -> failure != null || admitted[0]
            ? DONE
            : tooFast(action, ActionRate.Bound.PER_USER_PER_SECOND, perSecond));
  }

  private Future<Void> tooFast(String action, Option rate, int most) {
    arguments = null;
    context().limitLog().reached(rate, owner.callbacks().connectionIdentifier());
    return Future.failedFuture(new RateLimitedException(action, rate.optionName(), most));
  }
}
