// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.internal.dispatch.CallbackRunner.DONE;
import static dev.hawser.internal.dispatch.CallbackRunner.after;

import dev.hawser.internal.dispatch.Place;
import dev.hawser.internal.log.LogText;
import dev.hawser.internal.protocol.ProtocolException;
import io.vertx.core.Future;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A failure of a callback or a command on its way: to the channel's hook, then to the connection's,
 * then to the log.
 */
final class FailureReport {
  private static final Logger log = LoggerFactory.getLogger(FailureReport.class);
  private static final String HOOK = "onError";

  private final CableContext context;
  private final Callbacks callbacks;
  private final Throwable failure;
  private final String callback;
  private @Nullable String identifier;
  private @Nullable String advice;
  private boolean handled;
  private boolean hookFailed;

  /**
   * Creates the report.
   *
   * @param callback names what failed, such as {@code ChatChannel#speak}
   */
  FailureReport(CableContext context, Callbacks callbacks, Throwable failure, String callback) {
    this.context = context;
    this.callbacks = callbacks;
    this.failure = failure;
    this.callback = callback;
  }

  /**
   * Says more about the failure, for developers.
   *
   * @param concerned the subscription that it is about
   * @param mend the fix, safe to log; {@code null} if that is clear
   */
  FailureReport about(String concerned, @Nullable String mend) {
    identifier = concerned;
    advice = mend;
    return this;
  }

  /** What to do about it; {@code null} if that is clear. */
  private @Nullable String suggestion() {
    return failure instanceof ProtocolException problem ? problem.suggestion() : advice;
  }

  private void begin() {
    context.events().callbackFailed(callback, failure);
    String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    callbacks.advise(callback, identifier, reason, this::suggestion);
  }

  /** Reports the failure of a channel's callback. The future never fails. */
  Future<Void> of(Channel<?> channel, Place place) {
    begin();
    return Callbacks.overrides(channel, HOOK)
        ? after(ask(place, () -> channel.onError(failure, callback)), asked -> askConnection())
        : askConnection();
  }

  /** Reports the failure of a connection's callback, or of a command. The future never fails. */
  Future<Void> ofConnection() {
    begin();
    return askConnection();
  }

  private Future<Void> askConnection() {
    if (handled || hookFailed || !callbacks.overrides(HOOK)) {
      return log();
    }
    Connection connection = callbacks.connection();
    return after(
        ask(context.connectionPlace(), () -> connection.onError(failure, callback)),
        asked -> log());
  }

  private Future<Void> ask(Place place, Callable<Boolean> hook) {
    Future<Void> asked = callbacks.invoke(place, HOOK, () -> handled = hook.call());
    return after(asked, hookFailure -> {
      hookFailed = hookFailure != null;
      if (hookFailure != null && hookFailure != failure) {
        failure.addSuppressed(hookFailure);
      }
      return DONE;
    });
  }

  private Future<Void> log() {
    if (handled) {
      return DONE;
    }
    context.runtime().unhandled(callback, failure);
    if (failure instanceof ProtocolException
        || failure instanceof BindingException
        || failure instanceof RateLimitedException
        || failure instanceof ActionException) {
      // The client's fault, or told as it was meant to be: one line is enough.
      context
          .clientLog()
          .badCommand(
              callbacks.connectionIdentifier(), callback, failure.getMessage(), this::suggestion);
    } else {
      log.error(
          "callback failed: connection={} callback={} problem={}{}",
          LogText.of(callbacks.connectionIdentifier()),
          LogText.of(callback),
          LogText.of(failure.getMessage()),
          LogText.of(advice == null ? "" : "; " + advice),
          LogText.of(failure));
    }
    return DONE;
  }
}
