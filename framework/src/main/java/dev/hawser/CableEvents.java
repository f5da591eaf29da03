// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import org.jspecify.annotations.Nullable;

/**
 * Receives what happens in a cable: the place for metrics and tracing. Every method does nothing
 * unless overridden.
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
 * <p>Methods are called from any thread, event loops among them, so they must be thread-safe, quick
 * and never block. What they throw is logged and otherwise ignored.
 *
 * @since 0.1.0
 */
public interface CableEvents {

  /**
   * A connection was welcomed.
   *
   * @param connection its statistics at that moment
   */
  default void connectionOpened(ConnectionStatistics connection) {}

  /**
   * A connection that was just welcomed asked to go on with the session of an earlier one.
   *
   * @param connection its statistics at that moment
   * @param restored whether the session was found; if not, its sid is forged, used, too old, lost,
   *     or that of a connection with other identifiers, and this is an ordinary connection
   */
  default void restorationAsked(ConnectionStatistics connection, boolean restored) {}

  /**
   * A connection ended and all its callbacks have run. Follows every upgrade, welcomed or not.
   *
   * @param connection its last statistics
   */
  default void connectionClosed(ConnectionStatistics connection) {}

  /**
   * A connection reads more slowly than it is sent to, or no longer does. One that stays slow is
   * closed, which {@link #limitReached} and {@link #connectionClosed} report.
   *
   * @param connection its statistics; {@link ConnectionStatistics#slow} says which
   */
  default void slownessChanged(ConnectionStatistics connection) {}

  /**
   * A request was refused before it became a connection.
   *
   * @param path the path of the request
   */
  default void connectionRefused(String path) {}

  /**
   * A subscription was confirmed.
   *
   * @param channel wire name of the channel
   * @param identifier the client's identifier
   */
  default void subscriptionConfirmed(String channel, String identifier) {}

  /**
   * A subscription was rejected, by the channel or because it could not be made.
   *
   * @param channel wire name of the channel, or {@code null} if there is none of that name
   * @param identifier the client's identifier
   */
  default void subscriptionRejected(@Nullable String channel, String identifier) {}

  /**
   * An action was performed.
   *
   * @param channel wire name of the channel
   * @param action name of the action
   * @param nanos time from its call to its end, futures included, in ns
   * @param failure what it failed with, or {@code null}
   */
  default void actionPerformed(
      String channel, String action, long nanos, @Nullable Throwable failure) {}

  /**
   * A message was handed to the pub/sub adapter.
   *
   * @param broadcasting the name it was broadcast to
   * @param bytes size of the encoded message
   */
  default void broadcasted(String broadcasting, int bytes) {}

  /**
   * A broadcast was handed to the subscriptions of one event loop of this node. Called once for
   * each event loop that has some, on that event loop: the sum over all nodes is what one call of
   * {@link #broadcasted} has caused.
   *
   * @param broadcasting the name it was broadcast to
   * @param recipients how many subscriptions of that event loop receive it
   */
  default void delivered(String broadcasting, int recipients) {}

  /**
   * A limit took effect.
   *
   * @param option the option of {@link CableBuilder} that sets the limit
   * @param subject what hit it, such as an identifier or a broadcasting
   */
  default void limitReached(String option, String subject) {}

  /**
   * A count came to 80 % of its limit. Called at most once an hour for each option.
   *
   * @param option the option of {@link CableBuilder} that sets the limit
   * @param subject whose count it is
   */
  default void limitNear(String option, String subject) {}

  /**
   * The link to the pub/sub backend was lost or is back.
   *
   * @param connected whether it is back; what was broadcast in between may be missing
   */
  default void pubSubLinkChanged(boolean connected) {}

  /**
   * A callback failed.
   *
   * @param callback its name, such as {@code ChatChannel#speak}
   * @param failure what it failed with
   */
  default void callbackFailed(String callback, Throwable failure) {}
}
