// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The sockets that a cable has to wait for when it closes: each from the beginning of its upgrade
 * to the end of its cleanup. Thread-safe.
 *
 * @param <K> the type of what names sessions
 * @param <S> the type of sessions
 */
public final class LiveSessions<K, S> {
  private final Map<K, S> sessions = new ConcurrentHashMap<>();
  private final AtomicInteger upgrading = new AtomicInteger();
  private final AtomicInteger departed = new AtomicInteger();
  private final Promise<Void> emptied = Promise.promise();
  private volatile boolean closed;

  /** Counts an upgrade in; closing waits for it. Returns whether it may go on. */
  public boolean beginUpgrade() {
    upgrading.incrementAndGet();
    if (closed) {
      endUpgrade();
      return false;
    }
    return true;
  }

  /** Counts an upgrade out, successful or not. */
  public void endUpgrade() {
    upgrading.decrementAndGet();
    note();
  }

  /**
   * Counts a session in.
   *
   * @param id names it, and no other
   */
  public void add(K id, S session) {
    sessions.put(id, session);
  }

  /** Returns the session of a name; {@code null} if there is none. */
  public @Nullable S find(K id) {
    return sessions.get(id);
  }

  /** A session has run its last callback. */
  public void remove(K id) {
    if (sessions.remove(id) != null && closed) {
      departed.incrementAndGet();
    }
    note();
  }

  /** Takes no more sockets. Completes when the last session has ended. */
  public Future<Void> close() {
    closed = true;
    note();
    return emptied.future();
  }

  private void note() {
    if (closed && isEmpty()) {
      emptied.tryComplete();
    }
  }

  /** Whether there is neither a session nor an upgrade. */
  public boolean isEmpty() {
    return sessions.isEmpty() && upgrading.get() == 0;
  }

  /** Returns a copy of the sessions, welcomed or not. */
  public List<S> all() {
    return List.copyOf(sessions.values());
  }

  /** A view of the sessions, welcomed or not. */
  public Collection<S> present() {
    return Collections.unmodifiableCollection(sessions.values());
  }

  /** How many sessions have ended since the close began. */
  public int departed() {
    return departed.get();
  }
}
