// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The presence store of a single node: keeps it in the heap, and hands each change to the listener
 * on the caller's thread.
 *
 * <pre>{@code
 * Cable cable = Cable.builder(vertx)
 *     .connection(() -> new Connection() {})
 *     .presence(MemoryPresence.create()) // Beside an adapter that brings a store of its own.
 *     .build();
 * }</pre>
 *
 * <p>It is a cable's default. It does not know the people on other nodes.
 *
 * <p>Thread-safe.
 *
 * @since 0.1.0
 */
public final class MemoryPresence implements PresenceStore {
  private final LongSupplier clockMs;
  private final Map<String, MemoryStream> streams = new HashMap<>();
  private final Set<String> followed = new HashSet<>();
  private @Nullable Listener listener;
  private boolean closed;
  private long epochs;

  private MemoryPresence(LongSupplier clockMs) {
    this.clockMs = clockMs;
  }

  /**
   * Creates a store for one cable.
   *
   * @return a new store, not started
   */
  public static MemoryPresence create() {
    return create(() -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
  }

  /**
   * Creates a store for one cable, with a clock of its own.
   *
   * @param clockMs a clock that never goes back, in ms; only differences mean something
   * @return a new store, not started
   */
  public static MemoryPresence create(LongSupplier clockMs) {
    return new MemoryPresence(clockMs);
  }

  @Override
  public synchronized Future<Void> start(Listener listener) {
    Objects.requireNonNull(listener, "listener");
    if (this.listener != null) {
      return Future.failedFuture(new IllegalStateException(
          "this store already serves a cable; create one MemoryPresence per cable"));
    }
    this.listener = listener;
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<Void> follow(String stream) {
    if (closed) {
      return closedFuture();
    }
    followed.add(stream);
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<Void> unfollow(String stream) {
    followed.remove(stream);
    MemoryStream kept = streams.get(stream);
    if (kept != null) {
      forgetIfEmpty(stream, kept);
    }
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<PresenceAnswer> apply(String stream, PresenceUpdate update) {
    if (closed || listener == null) {
      return closedFuture();
    }
    MemoryStream kept = streams.computeIfAbsent(stream, name -> new MemoryStream(++epochs));
    PresenceAnswer answer = kept.apply(update, clockMs.getAsLong());
    publish(stream, kept);
    forgetIfEmpty(stream, kept);
    return Future.succeededFuture(answer);
  }

  @Override
  public synchronized Future<PresenceSnapshot> read(String stream) {
    if (closed || listener == null) {
      return closedFuture();
    }
    MemoryStream kept = streams.computeIfAbsent(stream, name -> new MemoryStream(++epochs));
    kept.endWhatIsDue(clockMs.getAsLong());
    PresenceMark before = publish(stream, kept);
    PresenceSnapshot snapshot = new PresenceSnapshot(before, kept.tabs());
    forgetIfEmpty(stream, kept);
    return Future.succeededFuture(snapshot);
  }

  /** In the step of the change, so that all changes of a stream are delivered in their order. */
  private PresenceMark publish(String stream, MemoryStream kept) {
    PresenceChange change = kept.takeChange();
    if (change != null && listener != null && followed.contains(stream)) {
      listener.onChange(stream, change);
    }
    return kept.mark();
  }

  /** A stream that is followed keeps its epoch, because its followers would think it was lost. */
  private void forgetIfEmpty(String stream, MemoryStream kept) {
    if (kept.isEmpty() && !followed.contains(stream)) {
      streams.remove(stream);
    }
  }

  @Override
  public synchronized Future<Void> close() {
    closed = true;
    streams.clear();
    followed.clear();
    return Future.succeededFuture();
  }

  private static <T> Future<T> closedFuture() {
    return Future.failedFuture(new IllegalStateException("the presence store is not running"));
  }
}
