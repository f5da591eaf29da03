// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.log;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the clients of a cable, and broadcasts, cause in its log: a line of each kind in a second at
 * most, however many there are to write. Thread-safe.
 */
public final class ClientLog {
  private static final Logger log = LoggerFactory.getLogger(ClientLog.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final LogThrottle badCommands = new LogThrottle(INTERVAL);
  private final LogThrottle unauthorized = new LogThrottle(INTERVAL);
  private final LogThrottle failedBroadcasts = new LogThrottle(INTERVAL);
  private final LogThrottle misspeltStreams = new LogThrottle(INTERVAL);
  private final LogThrottle failedStreams = new LogThrottle(INTERVAL);

  /** Creates the log of one cable. */
  public ClientLog() {}

  /**
   * A client sent what cannot be carried out.
   *
   * @param connection names the connection
   * @param callback what it was for, such as {@code ChatChannel#speak}
   * @param suggestion returns what to do about it, {@code null} if that is clear; asked only if the
   *     line is written
   */
  public void badCommand(
      String connection,
      String callback,
      @Nullable String problem,
      Supplier<@Nullable String> suggestion) {
    badCommands.pass().ifPresent(unlogged -> {
      String mend = suggestion.get();
      log.warn(
          "bad command: connection={} callback={} problem={} unlogged={}{}",
          LogText.of(connection),
          LogText.of(callback),
          LogText.of(problem),
          unlogged,
          LogText.of(mend == null ? "" : "; " + mend));
    });
  }

  /**
   * A client was refused.
   *
   * @param remote its address
   */
  public void unauthorized(String remote, @Nullable String problem) {
    unauthorized
        .pass()
        .ifPresent(unlogged -> log.info(
            "connection unauthorized: remote={} problem={} unlogged={}",
            LogText.of(remote),
            LogText.of(problem),
            unlogged));
  }

  /**
   * A broadcast was refused at once.
   *
   * @param broadcasting name of the stream
   */
  public void broadcastFailed(String broadcasting, Throwable cause) {
    failedBroadcasts
        .pass()
        .ifPresent(unlogged -> log.warn(
            "broadcast failed: broadcasting={} problem={} unlogged={}",
            LogText.of(broadcasting),
            LogText.of(cause.getMessage()),
            unlogged));
  }

  /**
   * A broadcast has no subscribers on this node, and its name is near to one that has some.
   *
   * @param broadcasting name of the stream
   * @param suggestion names that one
   */
  public void broadcastMisspelt(String broadcasting, String suggestion) {
    misspeltStreams
        .pass()
        .ifPresent(unlogged -> log.info(
            "broadcast without subscribers: broadcasting={} unlogged={}; {}",
            LogText.of(broadcasting),
            unlogged,
            LogText.of(suggestion)));
  }

  /**
   * A stream of a new subscription did not start.
   *
   * @param channel wire name of the channel
   */
  public void streamFailed(String channel, Throwable cause) {
    failedStreams
        .pass()
        .ifPresent(unlogged -> log.warn(
            "stream failed to start: channel={} unlogged={}",
            LogText.of(channel),
            unlogged,
            LogText.of(cause)));
  }

  /**
   * Logs that a subscription got no snapshot.
   *
   * @param channel wire name of the channel
   */
  public void snapshotFailed(String channel, Throwable cause) {
    failedStreams
        .pass()
        .ifPresent(unlogged -> log.warn(
            "no snapshot: channel={} problem={} unlogged={}",
            LogText.of(channel),
            LogText.of(String.valueOf(cause.getMessage())),
            unlogged));
  }
}
