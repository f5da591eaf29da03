// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.internal.dispatch.CallbackRunner.DONE;
import static dev.hawser.internal.dispatch.CallbackRunner.after;

import dev.hawser.internal.dispatch.CallbackRunner.Work;
import dev.hawser.internal.dispatch.Place;
import io.vertx.core.Future;

/**
 * The last work of a connection, behind everything that was received before: the end of each
 * subscription, in the order they were made, as work of its own; and then
 * {@link Connection#disconnect}.
 */
final class Ending implements Work {
  private static final String DISCONNECT = "disconnect";

  private final ClientSession session;
  private final Callbacks callbacks;
  private final boolean mayReturn;

  /**
   * Creates the work.
   *
   * @param mayReturn whether the client may come back soon
   */
  Ending(ClientSession session, Callbacks callbacks, boolean mayReturn) {
    this.session = session;
    this.callbacks = callbacks;
    this.mayReturn = mayReturn;
  }

  @Override
  public Place place() {
    ChannelSubscription next = session.subscriptions().first();
    return next == null ? callbacks.placeOf(DISCONNECT) : next.placeOfEnd();
  }

  @Override
  public Future<Void> run() {
    ChannelSubscription next = session.subscriptions().first();
    return next == null
        ? disconnect()
        : next.endWithConnection(mayReturn).onComplete(ended -> proceed(next));
  }

  private void proceed(ChannelSubscription ended) {
    session.subscriptions().remove(ended);
    callbacks.runner().post(this);
  }

  private Future<Void> disconnect() {
    Future<Void> step = callbacks.run(DISCONNECT, callbacks.connection()::disconnect);
    Future<Void> reported =
        after(step, failure -> failure == null ? DONE : callbacks.report(failure, DISCONNECT));
    return after(reported, done -> {
      session.ended();
      return DONE;
    });
  }
}
