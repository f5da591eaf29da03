// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The pub/sub adapter of a single node: hands each message to the listener on the caller's thread.
 *
 * <p>It is a cable's default. It needs no backend, so it reaches only this process.
 *
 * <p>Thread-safe.
 *
 * @since 0.1.0
 */
public final class MemoryPubSub implements PubSubAdapter {

  private final Set<String> names = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Listener listener;
  private volatile boolean closed;

  private MemoryPubSub() {}

  /**
   * Creates an adapter for one cable.
   *
   * @return a new adapter, not started
   */
  public static MemoryPubSub create() {
    return new MemoryPubSub();
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
    if (names.contains(broadcasting)) {
      target.onMessage(message);
    }
    return Future.succeededFuture();
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
    return Future.succeededFuture();
  }
}
