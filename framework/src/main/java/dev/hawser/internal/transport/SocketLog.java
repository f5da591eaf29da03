// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import dev.hawser.internal.log.LogText;
import dev.hawser.internal.log.LogThrottle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a cable's sockets log: a line of each kind in a second at most, however many peers break the
 * protocol. Thread-safe.
 */
final class SocketLog {
  private static final Logger log = LoggerFactory.getLogger(SocketLog.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final LogThrottle closed = new LogThrottle(INTERVAL);
  private final LogThrottle failed = new LogThrottle(INTERVAL);

  /** A socket is closed because its peer broke the protocol or a limit. */
  void closed(int code, @Nullable String problem) {
    closed
        .pass()
        .ifPresent(unlogged -> log.info(
            "socket closed: code={} problem={} unlogged={}", code, LogText.of(problem), unlogged));
  }

  /** A socket is closed because of an exception that is no end of a connection. */
  void failed(Throwable cause) {
    failed
        .pass()
        .ifPresent(unlogged -> log.warn("socket failed: unlogged={}", unlogged, LogText.of(cause)));
  }
}
