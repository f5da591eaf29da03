// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.log;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The story of a cable, as Rails' log tells it: one INFO line at the start, and at DEBUG what each
 * connection does. A line that is not written costs a test of the level and makes no object.
 * Thread-safe, without state.
 */
public final class CableLog {
  private static final Logger log = LoggerFactory.getLogger(CableLog.class);

  private CableLog() {}

  /**
   * Returns whether connections are logged, for callers whose arguments cost something.
   *
   * @return whether the level is DEBUG
   */
  public static boolean isOn() {
    return log.isDebugEnabled();
  }

  /**
   * A cable starts.
   *
   * @param channels wire names
   * @param adapter class of the pub/sub adapter
   * @param callbacks where callbacks run
   * @param transport how sockets are served
   * @param changed options that are not the default; empty if there is none
   */
  public static void started(
      Collection<String> channels,
      String adapter,
      String callbacks,
      String transport,
      String changed) {
    log.info(
        "cable: channels={} adapter={} callbacks={} transport={} options: {}",
        LogText.of(channels),
        LogText.of(adapter),
        LogText.of(callbacks),
        LogText.of(transport),
        LogText.of(changed.isEmpty() ? "all defaults" : changed));
  }

  /** A cable starts in development mode. */
  public static void development() {
    log.warn("development mode is on: pages are told what the server refuses, with the text of"
        + " exceptions; turn it off in production (developmentMode, hawser.developmentMode)");
  }

  /**
   * A connection was welcomed.
   *
   * @param request what opened it, shown without its query
   */
  public static void opened(Named connection, Object request) {
    if (log.isDebugEnabled()) {
      log.debug(
          "connection opened: connection={} request={}",
          LogText.of(connection.connectionIdentifier()),
          LogText.of(request));
    }
  }

  /**
   * A subscription was confirmed. Call it only if the log {@link #isOn}.
   *
   * @param channel wire name of the channel
   * @param identifier the params, as {@link ActionLog#shown} shows them
   * @param streams names of its streams
   */
  public static void subscribed(
      Named connection, String channel, Object identifier, Collection<String> streams) {
    log.debug(
        "subscribed: connection={} channel={} identifier={} streams={}",
        LogText.of(connection.connectionIdentifier()),
        LogText.of(channel),
        LogText.of(identifier),
        LogText.of(streams));
  }

  /**
   * A subscription was refused.
   *
   * @param channel wire name of the channel; {@code null} if there is none of that name
   * @param why the reason
   */
  public static void rejected(
      Named connection, @Nullable String channel, Object identifier, String why) {
    if (log.isDebugEnabled()) {
      log.debug(
          "subscription rejected: connection={} channel={} identifier={} why={}",
          LogText.of(connection.connectionIdentifier()),
          LogText.of(channel == null ? "unknown" : channel),
          LogText.of(identifier),
          LogText.of(why));
    }
  }

  /**
   * A subscription has ended.
   *
   * @param channel wire name of the channel
   */
  public static void unsubscribed(Named connection, String channel, Object identifier) {
    if (log.isDebugEnabled()) {
      log.debug(
          "unsubscribed: connection={} channel={} identifier={}",
          LogText.of(connection.connectionIdentifier()),
          LogText.of(channel),
          LogText.of(identifier));
    }
  }

  /**
   * An action has ended.
   *
   * @param channel wire name of the channel
   * @param nanos how long it took with what it waited for, in ns
   * @param failure what it failed with; {@code null} if it did not
   */
  public static void performed(
      Named connection, String channel, String action, long nanos, @Nullable Throwable failure) {
    if (log.isDebugEnabled()) {
      log.debug(
          "performed: connection={} channel={} action={} ms={} outcome={}",
          LogText.of(connection.connectionIdentifier()),
          LogText.of(channel),
          LogText.of(action),
          LogText.of(TimeUnit.NANOSECONDS.toMicros(nanos) / 1000.0),
          LogText.of(failure == null ? "done" : failure));
    }
  }

  /**
   * A message is handed to the pub/sub adapter.
   *
   * @param broadcasting name of the stream
   * @param size bytes of the message
   */
  public static void broadcast(String broadcasting, int size) {
    if (log.isDebugEnabled()) {
      log.debug("broadcast: broadcasting={} bytes={}", LogText.of(broadcasting), LogText.of(size));
    }
  }

  /**
   * A connection is closed by the server.
   *
   * @param reason what its client is told, or the option that it met
   * @param reconnect whether the client may come back by itself
   */
  public static void closing(Named connection, @Nullable String reason, boolean reconnect) {
    if (log.isDebugEnabled()) {
      log.debug(
          "connection closing: connection={} reason={} reconnect={}",
          LogText.of(connection.connectionIdentifier()),
          LogText.of(reason),
          reconnect);
    }
  }

  /**
   * A connection has ended, with all its callbacks.
   *
   * @param byClient whether the client left by itself, or was lost
   * @param startedAtMs when it began, in ms of the wall clock
   */
  public static void closed(Named connection, boolean byClient, long startedAtMs) {
    if (log.isDebugEnabled()) {
      log.debug(
          "connection closed: connection={} by={} seconds={}",
          LogText.of(connection.connectionIdentifier()),
          LogText.of(byClient ? "the client" : "the server"),
          LogText.of((System.currentTimeMillis() - startedAtMs) / 1000.0));
    }
  }
}
