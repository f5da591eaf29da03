// SPDX-License-Identifier: Apache-2.0
package dev.hawser.answers;

import io.vertx.core.buffer.Buffer;
import java.util.Objects;

/**
 * What became of a request.
 *
 * @param state whether it is to be carried out, or has been
 * @param answer the answer, empty unless the state is {@link State#ANSWERED}
 * @since 0.1.0
 */
public record Claim(State state, Buffer answer) {
  private static final Buffer NOTHING = Buffer.buffer();

  /** States of a request. */
  public enum State {
    /** It was claimed by this very call, and is to be carried out now. */
    OURS,
    /** A living node is about to carry it out. */
    RUNNING,
    /** It was answered. */
    ANSWERED,
    /** It is unknown whether it was carried out. */
    LOST
  }

  /**
   * Checks that there is a state and an answer.
   *
   * @param state whether it is to be carried out, or has been
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
