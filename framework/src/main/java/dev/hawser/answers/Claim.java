// SPDX-License-Identifier: Apache-2.0
package dev.hawser.answers;

import io.vertx.core.buffer.Buffer;
import java.util.Objects;

/**
 * The state of a request that a client may repeat, and its answer if there is one. Immutable if the
 * answer is: treat it as read-only.
 *
 * @param state the state of the request
 * @param answer the answer, empty unless the state is {@link State#ANSWERED}
 * @since 0.1.0
 */
public record Claim(State state, Buffer answer) {
  private static final Buffer NOTHING = Buffer.buffer();

  /**
   * The states of a request.
   *
   * @since 0.1.0
   */
  public enum State {
    /** The request was claimed by this call, whose node must carry it out now. */
    OURS,
    /** A node that is alive has claimed the request and has not answered yet. */
    RUNNING,
    /** The request was carried out and answered. */
    ANSWERED,
    /** It is unknown whether the request was carried out. */
    LOST
  }

  /**
   * Creates a claim.
   *
   * @param state the state of the request
   * @param answer the answer, empty unless the state is {@link State#ANSWERED}
   */
  public Claim {
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(answer, "answer");
  }

  /**
   * Returns a claim without an answer.
   *
   * @param state any but {@link State#ANSWERED}
   * @return the claim
   */
  public static Claim of(State state) {
    return new Claim(state, NOTHING);
  }

  /**
   * Returns the claim of a request that was answered.
   *
   * @param answer the answer
   * @return the claim
   */
  public static Claim answered(Buffer answer) {
    return new Claim(State.ANSWERED, answer);
  }
}
