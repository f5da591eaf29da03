// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub;

import dev.hawser.history.HistoryStore;
import dev.hawser.history.MemoryHistory;
import dev.hawser.internal.options.OptionValues;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The pub/sub adapter of a single node: hands each message to the listener on the caller's thread.
 *
 * <pre>{@code
 * Cable cable = Cable.builder(vertx)
 *     .connection(() -> new Connection() {})
 *     .pubSub(MemoryPubSub.builder().maxHistoryBytes(16 * 1024 * 1024).build())
 *     .build();
 * }</pre>
 *
 * <p>It is a cable's default. It needs no backend, so it reaches only this process.
 *
 * <p>Thread-safe.
 *
 * @since 0.1.0
 */
public final class MemoryPubSub implements PubSubAdapter {

  private final Set<String> names = ConcurrentHashMap.newKeySet();
  private final MemoryHistory history;
  private volatile @Nullable Listener listener;
  private volatile boolean closed;

  private MemoryPubSub(MemoryHistory history) {
    this.history = history;
  }

  /**
   * Creates an adapter for one cable.
   *
   * @return a new adapter, not started
   */
  public static MemoryPubSub create() {
    return builder().build();
  }

  /**
   * Starts to describe an adapter.
   *
   * @return a builder with the defaults
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Describes a {@link MemoryPubSub}. Not thread-safe.
   *
   * @since 0.1.0
   */
  public static final class Builder {
    private final OptionValues<MemoryOption> options = new OptionValues<>(MemoryOption.class);
    private Clock clock = Clock.systemUTC();

    private Builder() {}

    /**
     * Sets the most that the histories of all streams take together. Above it the oldest broadcasts
     * are removed, and clients that missed one of them are told that it is lost.
     *
     * @param bytes payloads, about 160 bytes more for each, and about 512 bytes for each stream; 64
     *     KiB to 64 GiB, by default 64 MiB
     * @return this builder
     */
    public Builder maxHistoryBytes(long bytes) {
      options.set(MemoryOption.MAX_HISTORY_BYTES, bytes);
      return this;
    }

    /**
     * Sets the clock that tells how old a broadcast in a history is. Default: that of the system.
     *
     * @param clock a clock; a test has one of its own
     * @return this builder
     */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Creates an adapter for one cable.
     *
     * @return a new adapter, not started
     * @throws IllegalArgumentException if an option is out of its range
     */
    public MemoryPubSub build() {
      List<String> problems = options.problems();
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", problems));
      }
      return new MemoryPubSub(
          MemoryHistory.create(options.get(MemoryOption.MAX_HISTORY_BYTES), clock));
    }
  }

  @Override
  public synchronized Future<Void> start(Listener listener) {
    Objects.requireNonNull(listener, "listener");
    if (this.listener != null) {
      return Future.failedFuture(new IllegalStateException(
          "this adapter already serves a cable; create one MemoryPubSub per cable"));
    }
    this.listener = listener;
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> publish(String broadcasting, Buffer payload) {
    PubSubMessage message = new PubSubMessage(broadcasting, payload);
    Listener target = listener;
    if (closed || target == null) {
      return Future.failedFuture(new IllegalStateException(
          closed
              ? "the pub/sub adapter is closed, with its cable (expected: broadcasts before"
                  + " Cable.close())"
              : "the pub/sub adapter is not running (expected: a cable that it serves)"));
    }
    if (!history.isOpen(broadcasting) || !append(target, message)) {
      deliver(target, message);
    }
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> publishTransient(String broadcasting, Buffer payload) {
    Listener target = listener;
    if (closed || target == null) {
      return Future.failedFuture(new IllegalStateException("the pub/sub adapter is not running"));
    }
    deliver(target, new PubSubMessage(broadcasting, payload));
    return Future.succeededFuture();
  }

  private boolean append(Listener target, PubSubMessage message) {
    String name = message.broadcasting();
    Buffer payload = message.payload();
    return history.append(
        name, payload, position -> deliver(target, new PubSubMessage(name, payload, position)));
  }

  private void deliver(Listener target, PubSubMessage message) {
    if (names.contains(message.broadcasting())) {
      target.onMessage(message);
    }
  }

  @Override
  public HistoryStore history() {
    return history;
  }

  @Override
  public Future<Void> subscribe(String broadcasting) {
    if (closed) {
      return Future.failedFuture(new IllegalStateException("the pub/sub adapter is closed"));
    }
    names.add(broadcasting);
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> unsubscribe(String broadcasting) {
    names.remove(broadcasting);
    return Future.succeededFuture();
  }

  @Override
  public boolean isConnected() {
    return listener != null && !closed;
  }

  @Override
  public Future<Void> close() {
    closed = true;
    names.clear();
    history.close();
    return Future.succeededFuture();
  }
}
