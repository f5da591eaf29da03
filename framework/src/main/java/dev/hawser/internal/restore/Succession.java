// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.restore;

import dev.hawser.internal.protocol.SessionId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * One connection among those that have a session, one after the other: what it goes on with, and
 * what it leaves to the next one. Thread-safe.
 */
public final class Succession {
  private final KeptSessions sessions;
  private final Owner owner;
  private volatile List<SessionId> formerIds = List.of();

  /** What the next connection needs has been given away. Guarded by this. */
  private boolean given;

  /** The connection. Called from any thread. */
  public interface Owner {

    /** Names the connection on all nodes. */
    SessionId id();

    /** What names the client: only the same client may go on with the session. */
    SortedMap<String, String> identifiers();

    /** Whether a connection that comes later may go on with the session. */
    boolean isRestorable();

    /** The identifiers of the subscriptions that the client knows it has. */
    List<String> restorable();

    /** Another connection goes on with the session: this one may be a line that is half open. */
    void succeeded();
  }

  /** Creates the part of one connection. */
  public Succession(KeptSessions sessions, Owner owner) {
    this.sessions = sessions;
    this.owner = owner;
  }

  /**
   * Finds what this connection goes on with.
   *
   * @param live the former connection, if it is still here
   * @param former its id
   * @return a session of the same client; {@code null} if there is none
   */
  public Future<@Nullable KeptSession> find(@Nullable Succession live, SessionId former) {
    KeptSession found = live == null ? null : live.takeFor(owner);
    return found == null
        ? sessions.take(owner.identifiers(), former)
        : Future.succeededFuture(found);
  }

  private @Nullable KeptSession takeFor(Owner successor) {
    KeptSession session = owner.identifiers().equals(successor.identifiers()) ? give() : null;
    if (session != null) {
      owner.succeeded();
    }
    return session;
  }

  /** Goes on with a session. */
  public void goOn(KeptSession session) {
    formerIds = session.sids();
  }

  /** The connections that had the session before, the oldest first. */
  public List<SessionId> formerIds() {
    return formerIds;
  }

  /** Gives what the next connection needs, once and only while it may go on. */
  private synchronized @Nullable KeptSession give() {
    if (given || !sessions.isOn() || !owner.isRestorable()) {
      return null;
    }
    given = true;
    List<String> restorable = owner.restorable();
    if (restorable.isEmpty()) {
      return null;
    }
    List<SessionId> sids = new ArrayList<>(formerIds);
    sids.add(owner.id());
    return new KeptSession(restorable, sids);
  }

  /** Keeps the session for when the client is back. In one step, so that a successor waits. */
  public synchronized void keep() {
    KeptSession session = give();
    if (session != null) {
      sessions.keep(owner.identifiers(), owner.id(), session);
    }
  }
}
