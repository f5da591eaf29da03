// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of limits: to the events whenever one takes effect, to the log at most once a second for
 * each option; and of one that fills up, to both, at most once an hour. Thread-safe.
 */
final class LimitLog {
  private static final Logger log = LoggerFactory.getLogger(LimitLog.class);
  private static final long REACHED_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long FILLING_NANOS = TimeUnit.HOURS.toNanos(1);

  private final CableEvents events;
  private final Map<String, Long> reached = new ConcurrentHashMap<>();
  private final Map<String, Long> filling = new ConcurrentHashMap<>();

  LimitLog(CableEvents events) {
    this.events = events;
  }

  /** A limit took effect. */
  void reached(String option, String subject) {
    reached(option, subject, null);
  }

  /** A limit took effect; the log shows what was going on. */
  void reached(String option, String subject, @Nullable Throwable where) {
    events.limitReached(option, subject);
    if (isTime(reached, option, REACHED_NANOS)) {
      log.warn("limit reached: option={} subject={}", option, subject, where);
    }
  }

  /** A count has grown: warns at 80 % of its limit, before it hurts. */
  void filling(String option, String subject, long count, long most) {
    if (isNear(count, most) && isTime(filling, option, FILLING_NANOS)) {
      events.limitNear(option, subject);
      log.warn("limit near: option={} subject={} count={} most={}", option, subject, count, most);
    }
  }

  /** Whether a count is at 80 % of its limit or more. */
  static boolean isNear(long count, long most) {
    return 5 * count >= 4 * most;
  }

  private static boolean isTime(Map<String, Long> latest, String option, long interval) {
    long now = System.nanoTime();
    return latest.merge(
            option, now, (last, candidate) -> candidate - last >= interval ? candidate : last)
        == now;
  }
}
