// SPDX-License-Identifier: Apache-2.0
package dev.hawser.answers;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the answers to requests that clients may repeat, for all nodes of an application.
 *
 * <p>A node claims a request before it carries it out, and keeps the answer afterwards. When the
 * client repeats the request, its node claims it again, and gets the answer instead. The
 * <em>epoch</em> is a text that names the present contents of the store; clients learn it with the
 * welcome. An implementation must satisfy the following, which {@code AnswerContract} in the tests
 * jar checks:
 *
 * <ul>
 *   <li>of all claims of a request, on all nodes, exactly one is {@link Claim.State#OURS};
 *   <li>a claim and its answer are kept for the time given with them. A store that may have lost
 *       any of them before that changes its epoch;
 *   <li>a repetition that finds nothing becomes a claim only if the epoch is still the one under
 *       which the request was sent first. Otherwise it is unknown whether it was carried out, and
 *       the state is {@link Claim.State#LOST};
 *   <li>a request without an answer is {@link Claim.State#LOST} if the last {@link #beat} of the
 *       node that claimed it is longer ago than {@link #LEASE_MS}.
 * </ul>
 *
 * <p>The test of an implementation extends the contract:
 *
 * <pre>{@code
 * class MyAnswersTest extends AnswerContract {
 *   @Override
 *   protected AnswerStore createHere() {
 *     return myAnswers(); // Of one node.
 *   }
 *
 *   @Override
 *   protected AnswerStore createThere(AnswerStore here) {
 *     return myAnswers(); // Of another node, over the same backend.
 *   }
 *
 *   @Override
 *   protected void tearDown() {}
 * }
 * }</pre>
 *
 * <p>The cable bounds how much is kept, so implementations need not. They must be thread-safe, and
 * no method may block.
 *
 * @see dev.hawser.pubsub.PubSubAdapter#answers
 * @see dev.hawser.CableBuilder#maxKeptAnswers
 * @since 0.1.0
 */
public interface AnswerStore {

  /** How long a node counts as alive after a {@link #beat}, in ms: 15 s. */
  long LEASE_MS = 15_000;

  /**
   * Reports that this node is alive. A cable calls it at its start and then every 5 s.
   *
   * @return completes with the present epoch, a text of 1 to 64 characters; fails if the store
   *     cannot be reached
   */
  Future<String> beat();

  /**
   * Claims a request, or returns what became of it if it was claimed before.
   *
   * @param request name of the request: 43 URL-safe characters, made from the client's identifiers
   *     and the ids that it gave the request
   * @param since {@code null} if the request is sent for the first time. For a repetition, the
   *     epoch under which it was sent first; it comes from the client, so it may be any text
   * @param keepMs how long the claim is kept if no answer follows, in ms
   * @return completes with the state of the request; fails if the store cannot be reached, and then
   *     the request may or may not be claimed
   */
  Future<Claim> claim(String request, @Nullable String since, long keepMs);

  /**
   * Returns what became of a request, without claiming it.
   *
   * @param request name of the request, as for {@link #claim claim}
   * @return completes with the state of the request, which is never {@link Claim.State#OURS}; it is
   *     {@link Claim.State#LOST} if the request is not known. Fails if the store cannot be reached
   */
  Future<Claim> find(String request);

  /**
   * Keeps the answer to a request that this node claimed.
   *
   * @param request name of the request, as for {@link #claim claim}
   * @param answer UTF-8 JSON text; it must not be changed afterwards
   * @param keepMs how long the answer is kept, in ms
   * @return completes when the answer is kept; fails if the store cannot be reached
   */
  Future<Void> keep(String request, Buffer answer, long keepMs);

  /**
   * Ends this node's use of the store. Requests that it claimed and did not answer are
   * {@link Claim.State#LOST} from now on. A second call does nothing.
   *
   * @return completes when the store has taken this; fails if the store cannot be reached
   */
  Future<Void> close();
}
