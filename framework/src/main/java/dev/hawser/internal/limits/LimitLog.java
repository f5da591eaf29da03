// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import dev.hawser.internal.options.Option;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one path for reports of limits. A limit that takes effect is reported to the listener each
 * time, and to the log at most once a second for each option; a count that nears its limit to both,
 * at most once an hour. Thread-safe.
 */
public final class LimitLog {
  private static final Logger log = LoggerFactory.getLogger(LimitLog.class);
  private static final long REACHED_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long NEAR_NANOS = TimeUnit.HOURS.toNanos(1);

  private final Listener listener;
  private final Map<Option, Long> latestReached = new ConcurrentHashMap<>();
  private final Map<Option, Long> latestNear = new ConcurrentHashMap<>();

  /** Receives the reports; called on any thread, must not block or throw. */
  public interface Listener {

    /** A limit took effect. */
    void limitReached(String option, String subject);

    /** A count came to 80 % of its limit. */
    void limitNear(String option, String subject);
  }

  /** Creates a log that also reports to a listener. */
  public LimitLog(Listener listener) {
    this.listener = listener;
  }

  /**
   * Reports that a limit took effect.
   *
   * @param subject what reached it, such as an identifier or a broadcasting
   */
  public void reached(Option option, String subject) {
    reached(option, subject, null);
  }

  /**
   * Reports that a limit took effect.
   *
   * @param where the stack that the log shows, if any
   */
  public void reached(Option option, String subject, @Nullable Throwable where) {
    listener.limitReached(option.optionName(), subject);
    if (isTime(latestReached, option, REACHED_NANOS)) {
      log.warn("limit reached: option={} subject={}", option.optionName(), subject, where);
    }
  }

  /** Reports a count that has grown to 80 % of its limit or more, before it hurts. */
  public void near(Option option, String subject, long count, long most) {
    if (isNear(count, most) && isTime(latestNear, option, NEAR_NANOS)) {
      listener.limitNear(option.optionName(), subject);
      log.warn(
          "limit near: option={} subject={} count={} most={}",
          option.optionName(),
          subject,
          count,
          most);
    }
  }

  /** Returns whether a count is at 80 % of its limit or more. */
  public static boolean isNear(long count, long most) {
    return 5 * count >= 4 * most;
  }

  private static boolean isTime(Map<Option, Long> latest, Option option, long interval) {
    long now = System.nanoTime();
    return latest.merge(
            option, now, (last, candidate) -> candidate - last >= interval ? candidate : last)
        == now;
  }
}
