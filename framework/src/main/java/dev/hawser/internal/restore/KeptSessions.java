// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.restore;

import dev.hawser.internal.calls.KeptAnswers;
import dev.hawser.internal.limits.LimitLog;
import dev.hawser.internal.log.LogText;
import dev.hawser.internal.log.LogThrottle;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.Option;
import dev.hawser.internal.options.OptionValues;
import dev.hawser.internal.protocol.SessionId;
import dev.hawser.sessions.SessionStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions whose sockets were lost a while ago. A session is found by its sid and the
 * identifiers of its connection together, so that a client cannot find or use up the session of
 * another user. Thread-safe.
 */
public final class KeptSessions {
  private static final Logger log = LoggerFactory.getLogger(KeptSessions.class);

  /** The size of the largest session that is kept, so that a few cannot take all the room. */
  static final int MOST_BYTES = 64 * 1024;

  private static final String PURPOSE = "session";

  private final SessionStore store;
  private final LimitLog limitLog;
  private final long keepMs;
  private final SessionQuota quota;
  private final LogThrottle troubles = new LogThrottle(Duration.ofSeconds(10));

  /** Creates the keeper of a cable. */
  public KeptSessions(SessionStore store, OptionValues<CableOption> options, LimitLog limitLog) {
    this.store = store;
    this.limitLog = limitLog;
    this.keepMs = options.ms(CableOption.SESSION_RESTORE_TIME);
    this.quota = new SessionQuota(
        options.count(CableOption.MAX_KEPT_SESSIONS),
        options.get(CableOption.MAX_KEPT_SESSION_BYTES));
  }

  /** Whether any session is kept. */
  public boolean isOn() {
    return keepMs > 0;
  }

  /**
   * Keeps a session, if there is room for it. The call goes to the store before this returns.
   *
   * @param owner the identifiers of the connection
   * @param sid of the connection
   */
  public void keep(SortedMap<String, String> owner, SessionId sid, KeptSession session) {
    String name = name(owner, sid);
    Buffer kept = session.encode();
    long nowMs = nowMs();
    Option refusal = kept.length() > MOST_BYTES
        ? CableOption.MAX_KEPT_SESSION_BYTES
        : quota.enter(name, kept.length(), nowMs, nowMs + keepMs);
    if (refusal != null) {
      limitLog.reached(refusal, String.join(":", owner.values()));
      return;
    }
    store.put(name, kept, keepMs).onFailure(failure -> troubled("put", failure));
  }

  /**
   * Takes a session, which no other connection can get then.
   *
   * @param owner the identifiers of the connection that asks
   * @param sid of the connection that had it
   * @return completes with {@code null} if there is none for this owner; never fails
   */
  public Future<@Nullable KeptSession> take(SortedMap<String, String> owner, SessionId sid) {
    String name = name(owner, sid);
    quota.leave(name);
    return store
        .take(name)
        .map(kept -> kept == null || kept.length() > MOST_BYTES ? null : KeptSession.decode(kept))
        .otherwise(failure -> {
          troubled("take", failure);
          return null;
        });
  }

  private static String name(SortedMap<String, String> owner, SessionId sid) {
    return KeptAnswers.name(owner, sid.toString(), PURPOSE);
  }

  private void troubled(String operation, Throwable failure) {
    troubles
        .pass()
        .ifPresent(unlogged -> log.warn(
            "store of sessions: operation={} problem={} unlogged={}",
            LogText.of(operation),
            LogText.of(failure.getMessage()),
            unlogged));
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
