// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.internal.dispatch.CallbackRunner.DONE;
import static dev.hawser.internal.dispatch.CallbackRunner.after;

import dev.hawser.internal.dispatch.Place;
import io.vertx.core.Future;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A command with its connection's hooks around it. */
final class HookedCommand {
  private final Callbacks callbacks;
  private final Connection connection;
  private final ConnectionCommand command;
  private final Place place;
  private final @Nullable Callable<@Nullable Object> body;
  private boolean wanted = true;
  private boolean ran;
  private @Nullable Object result;

  /** What follows from the outcome of a command. */
  @FunctionalInterface
  interface Conclusion {

    /**
     * Concludes the command.
     *
     * @param ran whether its body ran; a hook may skip it
     * @param failure what the body or a hook failed with
     */
    Future<Void> conclude(boolean ran, @Nullable Throwable failure);
  }

  private HookedCommand(
      Callbacks callbacks,
      ConnectionCommand command,
      Place place,
      @Nullable Callable<@Nullable Object> body) {
    this.callbacks = callbacks;
    this.connection = callbacks.connection();
    this.command = command;
    this.place = place;
    this.body = body;
  }

  /**
   * Carries out a command, as a part of posted work.
   *
   * @param place where the body runs
   * @param body the command's own callback, if it has one
   */
  static Future<Void> run(
      Callbacks callbacks,
      ConnectionCommand.Kind kind,
      String identifier,
      Place place,
      @Nullable Callable<@Nullable Object> body,
      Conclusion conclusion) {
    if (callbacks.hasCommandHooks()) {
      ConnectionCommand command = new ConnectionCommand(kind, identifier);
      return new HookedCommand(callbacks, command, place, body).run(conclusion);
    }
    return body == null
        ? conclusion.conclude(true, null)
        : after(
            callbacks.runner().invoke(place, kind, body),
            failure -> conclusion.conclude(true, failure));
  }

  private Future<Void> run(Conclusion conclusion) {
    Future<Void> before =
        callbacks.run("beforeCommand", () -> wanted = connection.beforeCommand(command));
    Future<Void> around = before.compose(done -> wanted ? around() : DONE);
    Future<Void> concluded = after(around, failure -> conclusion.conclude(ran, failure));
    return after(concluded, defect -> afterCommand().compose(done -> concluded));
  }

  private Future<Void> around() {
    if (callbacks.overrides("aroundCommand")) {
      return callbacks.runner().invoke(callbacks.placeOf("aroundCommand"), command.kind(), () -> {
        connection.aroundCommand(command, this::proceed);
        return result;
      });
    }
    ran = true;
    return body == null ? DONE : callbacks.runner().invoke(place, command.kind(), body);
  }

  private void proceed() throws Exception {
    ran = true;
    if (body != null) {
      result = callbacks.runner().callAt(place, body);
    }
  }

  private Future<Void> afterCommand() {
    Future<Void> step = callbacks.run("afterCommand", () -> connection.afterCommand(command));
    return after(
        step, failure -> failure == null ? DONE : callbacks.report(failure, "afterCommand"));
  }
}
