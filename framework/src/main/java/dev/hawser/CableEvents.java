// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import org.jspecify.annotations.Nullable;

/**
 * Receives events of a cable, for metrics and tracing. Override the methods of interest; the others
 * do nothing.
 *
 * <pre>{@code
 * final class Metrics implements CableEvents {
 *   private final LongAdder opened = new LongAdder();
 *
 *   @Override
 *   public void connectionOpened(ConnectionStatistics connection) {
 *     opened.increment();
 *   }
 * }
 * }</pre>
 *
 * <p>Implementations must be thread-safe: methods are called from any thread. They must return
 * quickly and not block, because they also run on event loops. What a method throws is logged and
 * otherwise ignored.
 *
 * @see CableBuilder#events(CableEvents) CableBuilder.events
 * @see Cable#connections
 * @since 0.1.0
 */
public interface CableEvents {

  /**
   * Reports that a connection was welcomed.
   *
   * @param connection its statistics at that moment
   */
  default void connectionOpened(ConnectionStatistics connection) {}

  /**
   * Reports that a connection, which was just welcomed, asked to resume the session of an earlier
   * one.
   *
   * @param connection its statistics at that moment
   * @param restored whether the session was resumed. If not, its id was forged or used before, the
   *     session was too old or lost, or it belonged to other identifiers; the connection then
   *     starts anew
   */
  default void restorationAsked(ConnectionStatistics connection, boolean restored) {}

  /**
   * Reports that a connection ended and all its callbacks have run. Called once for every socket
   * that was opened, whether it was welcomed or not.
   *
   * @param connection its last statistics
   */
  default void connectionClosed(ConnectionStatistics connection) {}

  /**
   * Reports that the client of a connection began or stopped reading too slowly. A connection that
   * stays slow is closed, which {@link #limitReached limitReached} and {@link #connectionClosed
   * connectionClosed} report.
   *
   * @param connection its statistics; {@link ConnectionStatistics#slow()} says whether it is slow
   *     now
   */
  default void slownessChanged(ConnectionStatistics connection) {}

  /**
   * Reports that a request was refused before it became a connection: because of its origin, a
   * limit, or because it is no WebSocket handshake.
   *
   * @param path the path of the request
   */
  default void connectionRefused(String path) {}

  /**
   * Reports that a subscription was confirmed.
   *
   * @param channel name of the channel, as clients subscribe to it
   * @param identifier the client's identifier
   */
  default void subscriptionConfirmed(String channel, String identifier) {}

  /**
   * Reports that a subscription was rejected, by the channel or because it could not be made.
   *
   * @param channel name of the channel, as clients subscribe to it, or {@code null} if there is
   *     none of that name
   * @param identifier the client's identifier
   */
  default void subscriptionRejected(@Nullable String channel, String identifier) {}

  /**
   * Reports that an action was performed or called, successfully or not.
   *
   * @param channel name of the channel, as clients subscribe to it
   * @param action name of the action
   * @param nanos time in ns from its start to its end, including the future that it returned
   * @param failure what it failed with, or {@code null}
   */
  default void actionPerformed(
      String channel, String action, long nanos, @Nullable Throwable failure) {}

  /**
   * Reports that a message was handed to the pub/sub adapter, to be broadcast.
   *
   * @param broadcasting name of the stream that it was broadcast to
   * @param bytes size of the message as JSON text, in bytes
   */
  default void broadcasted(String broadcasting, int bytes) {}

  /**
   * Reports that a broadcast was handed to the subscriptions of one event loop of this node. It is
   * called on each event loop that has such subscriptions, once per broadcast, so the recipients of
   * all calls on all nodes add up to those of one call of {@link #broadcasted broadcasted}.
   *
   * @param broadcasting name of the stream that it was broadcast to
   * @param recipients number of subscriptions of that event loop that receive it
   */
  default void delivered(String broadcasting, int recipients) {}

  /**
   * Reports that a limit took effect. Called each time; the log has at most one line a second for
   * each option.
   *
   * @param option name of the {@link CableBuilder} method that sets the limit
   * @param subject what reached the limit, such as an identifier or a broadcasting
   */
  default void limitReached(String option, String subject) {}

  /**
   * Reports that a count has reached 80 % of its limit. Called at most once an hour for each
   * option.
   *
   * @param option name of the {@link CableBuilder} method that sets the limit
   * @param subject what the count belongs to, such as an identifier or a broadcasting
   */
  default void limitNear(String option, String subject) {}

  /**
   * Reports that the link to the pub/sub backend was lost or restored.
   *
   * @param connected whether the link is up now; broadcasts of the time without a link may be
   *     missing
   */
  default void pubSubLinkChanged(boolean connected) {}

  /**
   * Reports that a callback failed, before {@code onError} is called.
   *
   * @param callback name of the callback, such as {@code ChatChannel#speak}
   * @param failure what it failed with
   */
  default void callbackFailed(String callback, Throwable failure) {}
}
