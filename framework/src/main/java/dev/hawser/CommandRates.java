// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.internal.dispatch.CallbackRunner.DONE;
import static dev.hawser.internal.dispatch.CallbackRunner.after;

import dev.hawser.internal.limits.ActionRate;
import dev.hawser.internal.limits.CommandPace;
import dev.hawser.internal.limits.TokenBucket;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.Option;
import dev.hawser.internal.protocol.ProtocolException;
import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * The rates that the message commands of one subscription have to keep: of all its commands, of an
 * action, and of a user on all nodes. Used in turn.
 */
final class CommandRates {
  private final CableContext context;
  private final Callbacks callbacks;
  private final ChannelDefinition definition;
  private final Supplier<String> user;
  private final CommandPace pace;

  /**
   * Starts with every rate kept.
   *
   * @param user names the user of the connection
   */
  CommandRates(
      CableContext context,
      Callbacks callbacks,
      ChannelDefinition definition,
      Supplier<String> user) {
    this.context = context;
    this.callbacks = callbacks;
    this.definition = definition;
    this.user = user;
    this.pace = new CommandPace(1 + definition.rates(), context.runtime().time().nanos());
  }

  /** Decides on a command; fails with {@link RateLimitedException} if it is one too many. */
  Future<Void> admit(String data) {
    TokenBucket ofAll = context.limits().subscriptionRate();
    if (ofAll != null && !pace.admits(0, ofAll, context.runtime().time().nanos())) {
      CableOption option = CableOption.MAX_COMMANDS_PER_SECOND_PER_SUBSCRIPTION;
      return tooFast("message", option, context.options().count(option));
    }
    return definition.rates() == 0 ? DONE : admitAction(data);
  }

  private Future<Void> admitAction(String data) {
    String name;
    try {
      name = ChannelDefinition.actionName(context.parseObject(data, "data"));
    } catch (ProtocolException e) {
      return DONE; // The command will fail of it.
    }
    ChannelMethod method = definition.action(name);
    ActionRate rate = method == null ? null : method.rate();
    return rate == null ? DONE : admit(name, rate);
  }

  private Future<Void> admit(String name, ActionRate rate) {
    int perSecond = rate.perSecond();
    if (perSecond > 0
        && !pace.admits(
            rate.place(),
            TokenBucket.strictlyPerSecond(perSecond),
            context.runtime().time().nanos())) {
      return tooFast(name, ActionRate.Bound.PER_SECOND, perSecond);
    }
    return rate.perUserPerSecond() == 0 ? DONE : admitUser(name, rate.perUserPerSecond());
  }

  private Future<Void> admitUser(String name, int perSecond) {
    boolean[] admitted = new boolean[1];
    Future<Void> asked = callbacks
        .runner()
        .invoke(
            definition.place(),
            "rate of a user",
            () -> context
                .limits()
                .userRates()
                .take(definition.wireName() + "#" + name, user.get(), perSecond)
                .onSuccess(answer -> admitted[0] = answer));
    return after(
        asked,
        failure -> failure != null || admitted[0]
            ? DONE
            : tooFast(name, ActionRate.Bound.PER_USER_PER_SECOND, perSecond));
  }

  private Future<Void> tooFast(String name, Option rate, int most) {
    context.limitLog().reached(rate, callbacks.connectionIdentifier());
    return Future.failedFuture(new RateLimitedException(name, rate.optionName(), most));
  }
}
