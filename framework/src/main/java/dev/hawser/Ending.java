// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.internal.dispatch.CallbackRunner.DONE;
import static dev.hawser.internal.dispatch.CallbackRunner.after;

import dev.hawser.internal.dispatch.CallbackRunner.Work;
import dev.hawser.internal.dispatch.Place;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * The last work of a connection, after all commands that were received before: the end of each
 * subscription, in the order in which they were created, as work of its own; and then
 * {@link Connection#disconnect}.
 */
final class Ending implements Work {
  private static final String DISCONNECT = "disconnect";

  private final Subscriptions subscriptions;
  private final Callbacks callbacks;
  private final boolean mayReturn;
  private final Runnable ended;
  private @Nullable Runnable begin;

  /**
   * Creates the work.
   *
   * @param mayReturn whether the client may come back soon
   * @param begin is called before the first subscription ends
   * @param ended is called after the last callback
   */
  Ending(
      Subscriptions subscriptions,
      Callbacks callbacks,
      boolean mayReturn,
      Runnable begin,
      Runnable ended) {
    this.subscriptions = subscriptions;
    this.callbacks = callbacks;
    this.mayReturn = mayReturn;
    this.begin = begin;
    this.ended = ended;
  }

  @Override
  public Place place() {
    ChannelSubscription next = subscriptions.first();
    return next == null ? callbacks.placeOf(DISCONNECT) : next.placeOfEnd();
  }

  @Override
  public Future<Void> run() {
    Runnable first = begin;
    if (first != null) {
      begin = null;
      first.run();
    }
    ChannelSubscription next = subscriptions.first();
    return next == null
        ? disconnect()
        : next.endWithConnection(mayReturn).onComplete(done -> proceed(next));
  }

  private void proceed(ChannelSubscription last) {
    subscriptions.remove(last);
    callbacks.runner().post(this);
  }

  private Future<Void> disconnect() {
    Future<Void> step = callbacks.run(DISCONNECT, callbacks.connection()::disconnect);
    Future<Void> reported =
        after(step, failure -> failure == null ? DONE : callbacks.report(failure, DISCONNECT));
    return after(reported, done -> {
      ended.run();
      return DONE;
    });
  }
}
