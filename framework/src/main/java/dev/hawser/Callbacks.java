// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.internal.dispatch.CallbackRunner.DONE;

import dev.hawser.internal.advice.Development;
import dev.hawser.internal.dispatch.CallbackRunner;
import dev.hawser.internal.dispatch.Overrides;
import dev.hawser.internal.dispatch.Place;
import dev.hawser.internal.limits.LimitLog;
import dev.hawser.internal.log.Named;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.Option;
import dev.hawser.internal.streams.OutboundQueue;
import dev.hawser.internal.transport.Frame;
import dev.hawser.internal.transport.Loop;
import io.vertx.core.Future;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The callbacks of one connection and its channels: each runs at the place its own class says, and
 * one that no class overrides costs nothing.
 */
final class Callbacks implements CallbackRunner.Owner, Named {
  private static final Overrides OF_CONNECTIONS = new Overrides(Connection.class);
  private static final Overrides OF_CHANNELS = new Overrides(Channel.class);
  private static final Connection NONE = new Connection() {};

  private final CallbackRunner runner;
  private final Owner owner;
  private Connection connection = NONE;
  private Set<String> overridden = Set.of();
  private boolean commandHooks;

  /** A callback that returns nothing. */
  @FunctionalInterface
  interface Step {
    void run() throws Exception;
  }

  /** The session whose callbacks run. */
  interface Owner extends Named {

    /** What all connections share. */
    CableContext context();

    /** What is sent to the client. */
    OutboundQueue outbound();

    /** A piece of work has ended, for which bytes were taken. Any thread. */
    void workEnded(int bytes);
  }

  Callbacks(CableContext context, Loop loop, Owner owner) {
    this.owner = owner;
    this.runner = new CallbackRunner(
        context.callbacks().on(loop), loop, context.limits().pendingCallbacks(), this);
  }

  /** The connection's callbacks are those of this object from now on. */
  void attach(Connection attached) {
    connection = attached;
    overridden = OF_CONNECTIONS.of(attached.getClass());
    commandHooks =
        overrides("beforeCommand") || overrides("aroundCommand") || overrides("afterCommand");
  }

  private CableContext context() {
    return owner.context();
  }

  /** The connection; one without callbacks until there is one, and if there never is one. */
  Connection connection() {
    return connection;
  }

  CallbackRunner runner() {
    return runner;
  }

  /** Why no callback may wait besides those that do; {@code null} if one may. */
  @Nullable Option roomRefusal() {
    CableOption option = CableOption.MAX_PENDING_CALLBACKS;
    int waiting = runner.size();
    int most = context().options().count(option);
    if (waiting >= most) {
      return option;
    }
    if (LimitLog.isNear(waiting + 1, most)) {
      context().limitLog().near(option, connectionIdentifier(), waiting + 1, most);
    }
    return null;
  }

  /** Whether the connection's class overrides a callback. */
  boolean overrides(String callback) {
    return overridden.contains(callback);
  }

  /** Whether there are hooks around commands. */
  boolean hasCommandHooks() {
    return commandHooks;
  }

  /** Where a command begins whose own callback has a place. */
  Place placeOfCommand(Place own) {
    return overrides("beforeCommand") || overrides("aroundCommand")
        ? context().connectionPlace()
        : own;
  }

  /** Where work begins whose first callback, if there is any, is one of the connection. */
  Place placeOf(String callback) {
    return overrides(callback) ? context().connectionPlace() : Place.EVENT_LOOP;
  }

  /** Runs a callback of the connection, as a part of posted work. */
  Future<Void> run(String callback, Step step) {
    return overrides(callback) ? invoke(context().connectionPlace(), callback, step) : DONE;
  }

  /** Runs a callback of a channel, as a part of posted work. */
  Future<Void> run(Place place, Channel<?> channel, String callback, Step step) {
    return overrides(channel, callback) ? invoke(place, callback, step) : DONE;
  }

  static boolean overrides(Channel<?> channel, String callback) {
    return OF_CHANNELS.of(channel.getClass()).contains(callback);
  }

  /** Runs application code that no class overrides: a factory, for example. */
  Future<Void> invoke(Place place, String name, Step step) {
    return runner.invoke(place, name, () -> {
      step.run();
      return null;
    });
  }

  /** Reports a failure of a connection's callback, or of a command. The future never fails. */
  Future<Void> report(Throwable failure, String callback) {
    return new FailureReport(context(), this, failure, callback).ofConnection();
  }

  /** In development mode, tells the client that a subscription was refused, if nothing failed. */
  void adviseUnless(@Nullable Throwable failure, String channel, String identifier, String reason) {
    if (failure == null) {
      advise(channel, identifier, reason, () -> null);
    }
  }

  /**
   * In development mode, tells the client what was refused, if it knows such messages.
   *
   * @param action what was refused, such as {@code ChatChannel#speak}
   * @param suggestion returns what to do about it; {@code null} if that is clear
   */
  void advise(
      String action,
      @Nullable String identifier,
      String reason,
      Supplier<@Nullable String> suggestion) {
    if (context().development() && connection != NONE && connection.request().isExtended()) {
      owner
          .outbound()
          .transmit(Frame.of(Development.advice(action, identifier, reason, suggestion.get())));
    }
  }

  /** Names the connection in reports. */
  @Override
  public String connectionIdentifier() {
    return owner.connectionIdentifier();
  }

  @Override
  public void workEnded(int bytes) {
    owner.workEnded(bytes);
  }

  @Override
  public RuntimeException timedOut(String problem, @Nullable Throwable thrown) {
    return new CallbackTimeoutException(problem, thrown);
  }
}
