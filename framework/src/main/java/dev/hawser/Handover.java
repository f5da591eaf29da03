// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import dev.hawser.internal.protocol.SessionId;
import dev.hawser.internal.restore.KeptSession;
import dev.hawser.internal.restore.KeptSessions;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the session of a connection goes over to a later one of the same client: directly, if the
 * first is still here, or by way of the store. Thread-safe.
 */
final class Handover {
  private final ClientSession session;
  private final KeptSessions kept;

  private Handover(ClientSession session) {
    this.session = session;
    this.kept = session.context().sessions();
  }

  /** Returns the handover from or to a connection. */
  static Handover of(ClientSession session) {
    return new Handover(session);
  }

  /** Keeps the session for when the client is back. In one step, for who comes before is served. */
  void keep() {
    synchronized (session) {
      KeptSession given = give();
      if (given != null) {
        kept.keep(session.identifiers(), session.outbound().sessionId(), given);
      }
    }
  }

  /** Keeps a session again that this connection could not go on with. */
  void putBack(SessionId former, KeptSession unused) {
    kept.keep(session.identifiers(), former, unused);
  }

  /** Gives what a later connection needs, once and only while the client may go on. */
  private @Nullable KeptSession give() {
    if (!kept.isOn() || !session.giveAway()) {
      return null;
    }
    List<String> subscriptions = session.subscriptions().confirmed();
    return subscriptions.isEmpty()
        ? null
        : new KeptSession(subscriptions, session.outbound().sessionIds());
  }

  /** Finds what this client goes on with: a session that is still here, or one that was lost. */
  Future<@Nullable KeptSession> find(SessionId former) {
    ClientSession live = session.owner().find(former);
    KeptSession given = live != null && live.identifiers().equals(session.identifiers())
        ? of(live).takeOver()
        : null;
    return given != null ? Future.succeededFuture(given) : kept.take(session.identifiers(), former);
  }

  private @Nullable KeptSession takeOver() {
    KeptSession given = give();
    if (given != null) {
      // Mostly the end of a line that is open on this side only.
      session.close(DisconnectReason.SESSION_RESTORED, true);
    }
    return given;
  }

  /** Goes on with a session: what this connection sends waits for its welcome from now on. */
  void goOn(KeptSession found) {
    session.outbound().follow(found.sids());
    session.outbound().hold();
  }
}
