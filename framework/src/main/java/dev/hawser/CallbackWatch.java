// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.lang.ref.WeakReference;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through the connections of a node for callbacks that take long: warns of them, and ends
 * them when they take too long. It has a thread of its own, because those of the callbacks may all
 * be busy with what it looks for.
 */
final class CallbackWatch {
  private static final Logger log = LoggerFactory.getLogger(CallbackWatch.class);
  private static final long LONGEST_PERIOD_MS = 1000;

  private final Times times;
  private final Collection<Session> sessions;
  private final LimitLog limits;
  private @Nullable ScheduledExecutorService thread;
  private Map<Session, Sighting> sightings = new HashMap<>();

  /**
   * How long a callback may take.
   *
   * @param warningMs until it is told of; 0 for never
   * @param timeoutMs until it is ended; 0 for never
   */
  record Times(long warningMs, long timeoutMs) {

    /** How often to look: a time is kept to within a quarter, or a second if that is less. */
    long periodMs() {
      long shorter = warningMs == 0 || timeoutMs == 0
          ? Math.max(warningMs, timeoutMs)
          : Math.min(warningMs, timeoutMs);
      return Math.min(LONGEST_PERIOD_MS, Math.max(1, shorter / 4));
    }
  }

  /** A run that was seen before. */
  private static final class Sighting {
    private final int run;
    private final long since;
    private boolean warned;
    private boolean ended;

    Sighting(int run, long since) {
      this.run = run;
      this.since = since;
    }
  }

  /**
   * Creates a watch.
   *
   * @param sessions a view of those to watch, for concurrent use
   */
  CallbackWatch(Times times, Collection<Session> sessions, LimitLog limits) {
    this.times = times;
    this.sessions = sessions;
    this.limits = limits;
  }

  void start() {
    if (times.warningMs() == 0 && times.timeoutMs() == 0) {
      return;
    }
    ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(task -> {
      Thread watch = new Thread(task, "hawser-callback-watch");
      watch.setDaemon(true);
      return watch;
    });
    long period = times.periodMs();
    started.scheduleWithFixedDelay(
        lookOf(new WeakReference<>(this), started), period, period, TimeUnit.MILLISECONDS);
    thread = started;
  }

  /** A cable that was forgotten without having been closed takes its watch along. */
  private static Runnable lookOf(
      WeakReference<CallbackWatch> watch, ScheduledExecutorService thread) {
    return () -> {
      CallbackWatch there = watch.get();
      if (there == null) {
        thread.shutdown();
      } else {
        there.look();
      }
    };
  }

  /** Ends the watch, and lets go of whom it saw last. */
  synchronized void stop() {
    if (thread != null && !thread.isShutdown()) {
      thread.execute(() -> sightings = Map.of());
      thread.shutdown();
    }
  }

  private void look() {
    try {
      look(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    } catch (RuntimeException | Error e) {
      log.error("defect in the framework", e);
    }
  }

  private void look(long nowMs) {
    Map<Session, Sighting> seen = new HashMap<>();
    for (Session session : sessions) {
      int run = session.runner().running().current();
      if (run != 0) {
        Sighting known = sightings.get(session);
        Sighting sighting = known != null && known.run == run ? known : new Sighting(run, nowMs);
        seen.put(session, sighting);
        judge(session, sighting, nowMs - sighting.since);
      }
    }
    sightings = seen;
  }

  private void judge(Session session, Sighting sighting, long ageMs) {
    if (!sighting.warned && times.warningMs() > 0 && ageMs >= times.warningMs()) {
      sighting.warned = true;
      tell("slowCallbackWarning", session);
    }
    if (!sighting.ended && times.timeoutMs() > 0 && ageMs >= times.timeoutMs()) {
      sighting.ended = true;
      RunningCallback.Description where = session.runner().running().describe();
      if (session.runner().expire(sighting.run)) {
        limits.reached("callbackTimeout", session.connectionIdentifier(), where);
      }
    }
  }

  private void tell(String option, Session session) {
    limits.reached(
        option, session.connectionIdentifier(), session.runner().running().describe());
  }
}
