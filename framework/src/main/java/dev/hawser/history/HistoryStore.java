// SPDX-License-Identifier: Apache-2.0
package dev.hawser.history;

import io.vertx.core.Future;

/**
 * Numbers the broadcasts of streams with history and keeps the latest of them, for all nodes. It
 * belongs to a {@link dev.hawser.pubsub.PubSubAdapter}, whose {@code publish} also appends to the
 * history, so publishers need not know which streams have one.
 *
 * <p>A {@link StreamPosition} consists of an epoch and an offset; an epoch is one numbering of a
 * stream. An implementation must satisfy the following, which {@code HistoryContract} in the tests
 * jar checks:
 *
 * <ul>
 *   <li>once {@link #open open} has completed, every broadcast to the stream, from any node and any
 *       {@link dev.hawser.Broadcaster}, is appended and published in one step. The future of
 *       {@code publish} fails if the store did not take the broadcast, and subscribers get it with
 *       its position;
 *   <li>the offsets of an epoch grow by one, in the order in which subscribers get the broadcasts;
 *   <li>the numbering outlasts the broadcasts: a stream whose broadcasts have all expired still
 *       knows its latest position, for at least 24 h after it was last opened or published to;
 *   <li>when the numbering is lost, another epoch begins. When a backend falls back to an earlier
 *       state, positions from after that state are recognized as unknown;
 *   <li>an answer to a read has everything that was asked for, or says that something is missing.
 * </ul>
 *
 * <p>The test of an implementation extends the contract:
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
 * <p>Implementations must be thread-safe, and no method may block.
 *
 * @see dev.hawser.pubsub.PubSubAdapter#history
 * @since 0.1.0
 */
public interface HistoryStore {

  /**
   * Starts or renews the history of a stream. It ends by itself, at least 24 h after the last call
   * or broadcast. If the terms differ from those in force, each limit becomes the larger of the
   * two.
   *
   * @param stream name of the stream, not empty
   * @param terms how much is kept
   * @return completes with the position of the latest broadcast, when every later one will get a
   *     position; fails if the backend cannot be reached or refuses, or the store is closed
   */
  Future<StreamPosition> open(String stream, HistoryTerms terms);

  /**
   * Reads all broadcasts after a position.
   *
   * @param stream name of the stream, not empty
   * @param after a position that this store gave out; the answer to any other one is
   *     {@link HistoryRead#lost HistoryRead.lost}
   * @return completes with all later broadcasts, or that some are missing. If the stream was never
   *     opened, the epoch of {@link HistoryRead#top()} is empty. Fails if the backend cannot be
   *     reached
   */
  Future<HistoryRead> readAfter(String stream, StreamPosition after);

  /**
   * Reads all broadcasts since a point in time.
   *
   * @param stream name of the stream, not empty
   * @param sinceMs the time in ms since 1970 (UTC), by the store's clock
   * @return completes with all broadcasts that the store took at that time or later, or that some
   *     are missing. The latter is the answer, too, if the numbering began later, or if the time is
   *     in the future, because then the client's clock is wrong. Fails if the backend cannot be
   *     reached
   */
  Future<HistoryRead> readSince(String stream, long sinceMs);
}
