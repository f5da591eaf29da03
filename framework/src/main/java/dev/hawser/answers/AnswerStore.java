// SPDX-License-Identifier: Apache-2.0
package dev.hawser.answers;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the answers to requests that clients may send again, for all nodes of an application.
 *
 * <p>A node claims a request before it carries it out, and keeps the answer afterwards. A node that
 * claims it again gets the answer instead. The contract, which {@code AnswerContract} in the tests
 * jar checks:
 *
 * <ul>
 *   <li>of all claims of a request, on whatever nodes, one is {@link Claim.State#OURS};
 *   <li>a claim and its answer are kept for the time they were given, and never removed before
 *       that, unless the epoch changes: a store that may have lost any of them has a new epoch;
 *   <li>a repetition that finds nothing becomes a claim only if the epoch is still the one under
 *       which the request was sent first; in any other case it is unknown whether it was carried
 *       out, and it is {@link Claim.State#LOST};
 *   <li>so is what a node claimed whose last {@link #beat} is longer ago than {@link #LEASE_MS}.
 * </ul>
 *
 * <p>The test of another implementation extends it:
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
 * <p>It need not bound how much it keeps: the cable does. Implementations must be thread-safe.
 *
 * @since 0.1.0
 */
public interface AnswerStore {

  /** How long a node counts as alive after a beat, in ms. */
  long LEASE_MS = 15_000;

  /**
   * Says that this node is alive. A cable calls it every five seconds, from its start on.
   *
   * @return completes with the present epoch: a text of at most 64 characters, not empty
   */
  Future<String> beat();

  /**
   * Claims a request, or finds out what became of it.
   *
   * @param request names the request: 43 URL-safe characters
   * @param since {@code null} for a request that is sent first; for a repetition the epoch under
   *     which it was sent first, which may be any text of the client's
   * @param keepMs how long the claim lives if no answer follows, in ms
   * @return completes with the state of the request; fails if the store cannot be reached, and then
   *     it may or may not be claimed
   */
  Future<Claim> claim(String request, @Nullable String since, long keepMs);

  /**
   * Finds out what became of a request.
   *
   * @param request names the request
   * @return completes with the state of the request, which is never {@link Claim.State#OURS}, and
   *     {@link Claim.State#LOST} for one that is not known
   */
  Future<Claim> find(String request);

  /**
   * Keeps the answer to a request that this node claimed.
   *
   * @param request names the request
   * @param answer UTF-8 JSON text; it must not be changed afterwards
   * @param keepMs how long, in ms
   * @return completes when it is kept
   */
  Future<Void> keep(String request, Buffer answer, long keepMs);

  /**
   * Ends this node: what it claimed and did not answer is {@link Claim.State#LOST} from now on. A
   * second call does nothing.
   *
   * @return completes when the store knows
   */
  Future<Void> close();
}
