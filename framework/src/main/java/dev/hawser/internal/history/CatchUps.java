// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.history;

import dev.hawser.history.HistoryStore;
import dev.hawser.internal.streams.Streams;
import dev.hawser.internal.streams.Subscriber;
import io.vertx.core.Future;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the subscriptions of a node share when many of them catch up at once: what is read of the
 * store, and snapshots. Thread-safe.
 */
public final class CatchUps {
  private static final int MOST_ATTEMPTS = 3;

  private final @Nullable Replays replays;
  private final SingleFlight<Object, byte[]> snapshots = new SingleFlight<>();

  /** What tells snapshots of all channels apart. */
  private record SnapshotKey(Class<?> channel, Object key) {}

  /**
   * Creates what is shared.
   *
   * @param timer runs a step after a number of ms
   */
  public CatchUps(Streams streams, BiConsumer<Long, Runnable> timer) {
    HistoryStore store = streams.history();
    this.replays = store == null ? null : new Replays(store, timer);
  }

  /** Creates what one subscription catches up with. */
  public CatchUp of(Subscriber subscriber, CatchUp.Owner owner) {
    return new CatchUp(subscriber, replays, owner);
  }

  /**
   * Returns a snapshot that is made from now on, by the caller or by another one.
   *
   * @param make makes the caller's own; when another one's fails, it is tried again a few times,
   *     and as often as it was for the end of another subscription
   */
  public Future<byte[]> snapshot(Class<?> channel, Object key, Supplier<Future<byte[]>> make) {
    return snapshot(new SnapshotKey(channel, key), make, MOST_ATTEMPTS);
  }

  private Future<byte[]> snapshot(SnapshotKey key, Supplier<Future<byte[]>> make, int attempts) {
    Own own = new Own(make);
    return snapshots.run(key, own).recover(cause -> {
      int left = cause instanceof SnapshotMaker.EndedException ? attempts : attempts - 1;
      return own.ran || left == 0 ? Future.failedFuture(cause) : snapshot(key, make, left);
    });
  }

  /** The caller's own way to a snapshot, and whether it was gone. */
  private static final class Own implements Supplier<Future<byte[]>> {
    private final Supplier<Future<byte[]>> make;
    private volatile boolean ran;

    Own(Supplier<Future<byte[]>> make) {
      this.make = make;
    }

    @Override
    public Future<byte[]> get() {
      ran = true;
      return make.get();
    }
  }
}
