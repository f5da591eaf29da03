// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

import io.vertx.core.Future;

/**
 * Keeps who is present in which stream, for all nodes of an application.
 *
 * <p>It keeps tabs: a tab is one subscription of one connection, in the name of a person. A person
 * is present as long as at least one of their tabs is. Every tab is held by a node, and every node
 * has a lease on each stream in which it holds tabs. The cable renews its leases; the store ends
 * the tabs of a lease that was not renewed.
 *
 * <p>An implementation must satisfy the following, which {@code PresenceContract} in the tests jar
 * checks:
 *
 * <ul>
 *   <li>an update is carried out and its change published in one step. A node that follows a stream
 *       and reads it once gets every change after that, each with a version that is higher by 1,
 *       and no change that the read included;
 *   <li>every call first ends the tabs that were lost for longer than the grace time, and the tabs
 *       of nodes whose lease has ended;
 *   <li>a new tab of a person replaces one of their lost tabs, in the same change;
 *   <li>if no call came for half a lease, the backend was unreachable, and the nodes are alive:
 *       every lease and every grace time begins again;
 *   <li>every update may be repeated: joining a tab that is present with the same info changes
 *       nothing, and neither does ending a tab that is not there.
 * </ul>
 *
 * <p>The cable calls {@link #start start} once, then the other methods from any thread, with at
 * most one update per stream under way, and {@link #close} at the end.
 *
 * <p>The test of an implementation extends the contract:
 *
 * <pre>{@code
 * class MyPresenceTest extends PresenceContract {
 *   @Override
 *   protected PresenceStore createHere() {
 *     return myPresence(); // Of one node.
 *   }
 *
 *   @Override
 *   protected PresenceStore createThere(PresenceStore here) {
 *     return myPresence(); // Of another node, over the same backend.
 *   }
 *
 *   @Override
 *   protected void tearDown() {}
 * }
 * }</pre>
 *
 * <p>Implementations must be thread-safe, and no method may block.
 *
 * @see dev.hawser.CableBuilder#presence(PresenceStore) CableBuilder.presence
 * @see dev.hawser.pubsub.PubSubAdapter#presence
 * @since 0.1.0
 */
public interface PresenceStore {

  /**
   * Starts the store, and sets the listener that gets the changes.
   *
   * @param listener gets the changes; its methods may be called from any thread, return quickly and
   *     never throw
   * @return completes when the store can be used; fails with {@link IllegalStateException} if it
   *     was started before
   */
  Future<Void> start(Listener listener);

  /**
   * Starts the delivery of a stream's changes.
   *
   * @param stream name of the stream, not empty
   * @return completes when every later change will be delivered; fails if the store is closed or
   *     the backend refuses
   */
  Future<Void> follow(String stream);

  /**
   * Ends the delivery of a stream's changes. Does nothing if the stream is not followed.
   *
   * @param stream name of the stream
   * @return completes when delivery has ended
   */
  Future<Void> unfollow(String stream);

  /**
   * Changes who is present, renews the node's lease, and ends tabs that are due.
   *
   * @param stream name of the stream, not empty
   * @param update the change, which may be empty to renew the lease only
   * @return completes when the update is carried out; fails if the backend cannot be reached, and
   *     then it may have been carried out or not
   */
  Future<PresenceAnswer> apply(String stream, PresenceUpdate update);

  /**
   * Reads who is present, after tabs that are due have ended.
   *
   * @param stream name of the stream, not empty
   * @return completes with all tabs; fails if the backend cannot be reached
   */
  Future<PresenceSnapshot> read(String stream);

  /**
   * Releases all resources. Tabs that are present stay present until their node's lease ends. A
   * second call does nothing.
   *
   * @return completes when nothing is left running
   */
  Future<Void> close();

  /**
   * Receives the changes of a {@link PresenceStore}. Methods may be called from any thread, but for
   * one stream by one thread at a time.
   *
   * @since 0.1.0
   */
  interface Listener {

    /**
     * Receives a change of a stream that is followed.
     *
     * @param stream name of the stream
     * @param change the change
     */
    void onChange(String stream, PresenceChange change);

    /** Reports that the link to the backend is lost. Changes may be missing from now on. */
    void onLinkLost();

    /** Reports that the link to the backend is back. Changes of the time between are lost. */
    void onLinkRestored();
  }
}
