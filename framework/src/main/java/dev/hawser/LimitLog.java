// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of a limit that took effect, at most once a second for each option. Thread-safe. */
final class LimitLog {
  private static final Logger log = LoggerFactory.getLogger(LimitLog.class);
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Map<String, Long> lastLogged = new ConcurrentHashMap<>();

  void log(String option, String subject) {
    long now = System.nanoTime();
    Long latest = lastLogged.merge(
        option, now, (last, candidate) -> candidate - last >= INTERVAL_NANOS ? candidate : last);
    if (latest == now) {
      log.warn("limit reached: option={} subject={}", option, subject);
    }
  }
}
