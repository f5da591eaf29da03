// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The sockets that a cable has to wait for when it closes: each from the beginning of its upgrade
 * to the end of its cleanup. Thread-safe.
 *
 * @param <S> the type of sessions
 */
public final class LiveSessions<S> {
  private final Set<S> sessions = ConcurrentHashMap.newKeySet();
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

  /** Counts a session in. */
  public void add(S session) {
    sessions.add(session);
  }

  /** A session has run its last callback. */
  public void remove(S session) {
    if (sessions.remove(session) && closed) {
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
    return List.copyOf(sessions);
  }

  /** A view of the sessions, welcomed or not. */
  public Set<S> present() {
    return Collections.unmodifiableSet(sessions);
  }

  /** How many sessions have ended since the close began. */
  public int departed() {
    return departed.get();
  }
}
