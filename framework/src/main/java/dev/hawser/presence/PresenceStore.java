// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

import io.vertx.core.Future;

/**
 * Keeps who is present in which stream, for all nodes of an application.
 *
 * <p>What is kept are tabs: one subscription of one connection, in the name of a person. A person
 * is present as long as at least one of their tabs is. Every tab is held by a node, and every node
 * has a lease on each stream that it holds tabs in. The cable renews its leases; a store removes
 * the tabs of a lease that was not renewed.
 *
 * <p>The contract, which {@code PresenceContract} in the tests jar checks:
 *
 * <ul>
 *   <li>an update is carried out in one step, in which the change is also published: a node that
 *       follows a stream and reads it once gets every later change, each with a version one higher
 *       than the one before, and none of what was read;
 *   <li>every call first ends what is due: tabs that were lost for longer than their grace time,
 *       and the tabs of nodes whose lease has ended;
 *   <li>a person who is joined by a new tab takes over one of their lost tabs, in the same change;
 *   <li>when no call came for half a lease, the backend was away and not the nodes: every lease and
 *       every grace time begins again;
 *   <li>joining a tab that is present as it is changes nothing, and neither does the end of a tab
 *       that is not there: every update may be repeated.
 * </ul>
 *
 * <p>A cable owns its store: it calls {@link #start} once, the other methods from any thread, with
 * one update of a stream under way at most, and {@link #close} at the end.
 *
 * <p>The test of another implementation extends it:
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
 * <p>Implementations must be thread-safe.
 *
 * @since 0.1.0
 */
public interface PresenceStore {

  /**
   * Sets the listener that gets the changes.
   *
   * @param listener its methods never throw and return quickly, and may be called from any thread
   * @return completes when the store can be used; fails with {@link IllegalStateException} when it
   *     was started before
   */
  Future<Void> start(Listener listener);

  /**
   * Starts delivery of a stream's changes.
   *
   * @param stream name of the stream, not empty
   * @return completes when every later change will be delivered
   */
  Future<Void> follow(String stream);

  /**
   * Ends delivery of a stream's changes. Unknown streams are ignored.
   *
   * @param stream name of the stream
   * @return completes when delivery has ended
   */
  Future<Void> unfollow(String stream);

  /**
   * Changes who is present, renews the node's lease, and ends what is due.
   *
   * @param stream name of the stream, not empty
   * @param update what changes; perhaps nothing
   * @return completes when it is carried out; fails when the backend cannot be reached, and then it
   *     may have been carried out or not
   */
  Future<PresenceAnswer> apply(String stream, PresenceUpdate update);

  /**
   * Reads who is present, after what is due has ended.
   *
   * @param stream name of the stream, not empty
   * @return completes with all tabs
   */
  Future<PresenceSnapshot> read(String stream);

  /**
   * Releases every resource. A second call does nothing. Tabs that are present stay so until their
   * node's lease ends.
   *
   * @return completes when nothing is left running
   */
  Future<Void> close();

  /**
   * Receives what a {@link PresenceStore} delivers. Its methods may be called from any thread, but
   * for one stream never by two at once.
   *
   * @since 0.1.0
   */
  interface Listener {

    /**
     * Takes a change of a stream that is followed.
     *
     * @param stream name of the stream
     * @param change what has changed
     */
    void onChange(String stream, PresenceChange change);

    /** Called when the link to the backend is lost: changes may be missing from now on. */
    void onLinkLost();

    /** Called when the link is back. Changes in between are lost. */
    void onLinkRestored();
  }
}
