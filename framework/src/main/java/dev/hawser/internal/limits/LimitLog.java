// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import dev.hawser.internal.log.LogText;
import dev.hawser.internal.log.LogThrottle;
import dev.hawser.internal.options.Option;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
  private static final Duration REACHED_INTERVAL = Duration.ofSeconds(1);
  private static final Duration NEAR_INTERVAL = Duration.ofHours(1);

  private final Listener listener;
  private final Map<Option, LogThrottle> reached = new ConcurrentHashMap<>();
  private final Map<Option, LogThrottle> near = new ConcurrentHashMap<>();

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
    throttle(reached, option, REACHED_INTERVAL)
        .pass()
        .ifPresent(unlogged -> log.warn(
            "limit reached: option={} subject={} unlogged={}",
            option.optionName(),
            LogText.of(subject),
            unlogged,
            LogText.of(where)));
  }

  /** Reports a count that has grown to 80 % of its limit or more, before it hurts. */
  public void near(Option option, String subject, long count, long most) {
    if (isNear(count, most) && throttle(near, option, NEAR_INTERVAL).pass().isPresent()) {
      listener.limitNear(option.optionName(), subject);
      log.warn(
          "limit near: option={} subject={} count={} most={}",
          option.optionName(),
          LogText.of(subject),
          count,
          most);
    }
  }

  /** Returns whether a count is at 80 % of its limit or more. */
  public static boolean isNear(long count, long most) {
    return 5 * count >= 4 * most;
  }

  private static LogThrottle throttle(
      Map<Option, LogThrottle> throttles, Option option, Duration interval) {
    return throttles.computeIfAbsent(option, first -> new LogThrottle(interval));
  }
}
