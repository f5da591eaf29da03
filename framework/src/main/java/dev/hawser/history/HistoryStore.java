// SPDX-License-Identifier: Apache-2.0
package dev.hawser.history;

import io.vertx.core.Future;

/**
 * Numbers the broadcasts of streams that have history, and keeps the latest, for all nodes that a
 * pub/sub adapter connects. It belongs to a {@link dev.hawser.pubsub.PubSubAdapter}, whose
 * {@code publish} also appends: publishers need not know which streams have history.
 *
 * <p>The contract, which {@code HistoryContract} in the tests jar checks:
 *
 * <ul>
 *   <li>once {@link #open} has completed, every broadcast to the stream, from any node and any
 *       {@link dev.hawser.Broadcaster}, is appended and published in one step: the future of
 *       {@code publish} fails if the store did not take it, and subscribers get it with its
 *       position;
 *   <li>the offsets of an epoch grow by one, in the order in which subscribers get the broadcasts;
 *   <li>the count survives the broadcasts: a stream whose broadcasts have all expired still knows
 *       its latest position, for a day at least after it was last opened or published to;
 *   <li>when the count is lost there is another epoch, and when a backend went back to an earlier
 *       state, positions from after that state are not taken for positions of it;
 *   <li>a reading has all that is asked for, or says that something is missing.
 * </ul>
 *
 * <p>The test of another implementation extends it:
 *
 * <pre>{@code
 * class MyHistoryTest extends HistoryContract {
 *   @Override
 *   protected PubSubAdapter createTx() {
 *     return myPubSub(); // Of one node; its history() returns the store.
 *   }
 *
 *   @Override
 *   protected PubSubAdapter createRx(PubSubAdapter tx) {
 *     return myPubSub(); // Of another node, over the same backend.
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
public interface HistoryStore {

  /**
   * Starts or renews the history of a stream. It ends by itself, a day at least after the last call
   * or broadcast. Terms that differ from those in force widen them.
   *
   * @param stream name of the stream, not empty
   * @param terms how much is kept
   * @return completes with the place of the latest broadcast when every later one gets a position;
   *     fails when the backend cannot be reached or refuses
   */
  Future<StreamPosition> open(String stream, HistoryTerms terms);

  /**
   * Reads what came after a place.
   *
   * @param stream name of the stream, not empty
   * @param after a position that this store gave out; any other one is answered with
   *     {@link HistoryRead#lost}
   * @return completes with all later broadcasts, or with the information that some are gone; if the
   *     stream was never opened, with a top of an empty epoch
   */
  Future<HistoryRead> readAfter(String stream, StreamPosition after);

  /**
   * Reads what came since a point in time, as far as it is kept.
   *
   * @param stream name of the stream, not empty
   * @param sinceMs a point in time in ms since 1970, by the store's clock
   * @return completes with the broadcasts that the store took at that time or later; not kept if
   *     some of them may be gone, the numbering began later, or the time is in the future: a clock
   *     that is ahead cannot tell what was missed
   */
  Future<HistoryRead> readSince(String stream, long sinceMs);
}
