// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

/**
 * What bounds and times a hub.
 *
 * @param pingIntervalMs time between two pings of one connection
 * @param deadPeerTimeoutMs silence after which a peer counts as dead; 0 turns the check off
 * @param maxOutboundBytes bytes that may wait for one connection before it counts as too slow
 * @param slowConsumerTimeoutMs time for which a client may read too slowly
 * @param maxPendingBroadcasts broadcasts that may wait for one loop
 * @param listener learns of limits and defects
 */
public record HubOptions(
    long pingIntervalMs,
    long deadPeerTimeoutMs,
    int maxOutboundBytes,
    long slowConsumerTimeoutMs,
    int maxPendingBroadcasts,
    Listener listener) {

  /** Reports what a hub cannot handle itself; called on its loop or on a publisher's thread. */
  public interface Listener {

    /** A broadcast was not delivered to this loop because too many wait already. */
    void broadcastDropped(String broadcasting);

    /** Most of the broadcasts that may wait for this loop do. */
    default void broadcastsNearLimit(String broadcasting, int waiting, int most) {}

    /** A broadcast was handed to so many subscriptions of this loop. */
    default void delivered(String broadcasting, int recipients) {}

    /** A task failed: a defect of the framework. */
    void failed(Throwable defect);
  }
}
