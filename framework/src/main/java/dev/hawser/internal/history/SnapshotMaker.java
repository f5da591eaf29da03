// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.history;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the snapshots of one subscription, one at a time, by a callback that may never run or end:
 * its subscription says so by {@link #fail}. Thread-safe.
 */
public final class SnapshotMaker {
  private final Consumer<Callable<@Nullable Object>> callbacks;
  private final Callable<@Nullable Object> snapshot;
  private final Function<@Nullable Object, byte[]> encoder;
  private final AtomicReference<@Nullable Promise<byte[]>> making = new AtomicReference<>();
  private volatile boolean ended;

  /** The subscription that was to make a snapshot has ended. */
  static final class EndedException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    EndedException() {
      super("the subscription has ended");
    }
  }

  /**
   * Creates a maker.
   *
   * @param callbacks runs a callback in turn with the others
   * @param snapshot returns the state, or a future of it
   * @param encoder writes it as JSON
   */
  public SnapshotMaker(
      Consumer<Callable<@Nullable Object>> callbacks,
      Callable<@Nullable Object> snapshot,
      Function<@Nullable Object, byte[]> encoder) {
    this.callbacks = callbacks;
    this.snapshot = snapshot;
    this.encoder = encoder;
  }

  /** Makes one. */
  public Future<byte[]> make() {
    Promise<byte[]> made = Promise.promise();
    if (!making.compareAndSet(null, made)) {
      return Future.failedFuture(new IllegalStateException("a snapshot is being made"));
    }
    made.future().onComplete(done -> making.set(null));
    callbacks.accept(() -> {
      Object value = snapshot.call();
      if (value instanceof CompletionStage<?> stage) {
        value = Future.fromCompletionStage(stage);
      }
      if (value instanceof Future<?> future) {
        return future.map(encoder).onSuccess(made::tryComplete);
      }
      made.tryComplete(encoder.apply(value));
      return null;
    });
    if (ended) {
      made.tryFail(new EndedException());
    }
    return made.future();
  }

  /** The subscription has ended, so that no callback of it will run. */
  public void end() {
    ended = true;
    if (making.get() != null) {
      fail(new EndedException());
    }
  }

  /** The callback has failed, or will not run. */
  public void fail(Throwable cause) {
    Promise<byte[]> waiting = making.get();
    if (waiting != null) {
      waiting.tryFail(cause);
    }
  }
}
