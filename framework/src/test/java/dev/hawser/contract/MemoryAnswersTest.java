// SPDX-License-Identifier: Apache-2.0
package dev.hawser.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.answers.AnswerStore;
import dev.hawser.answers.MemoryAnswers;
import org.junit.jupiter.api.Test;

class MemoryAnswersTest extends AnswerContract {

  @Override
  protected AnswerStore createHere() {
    return MemoryAnswers.create();
  }

  @Override
  protected AnswerStore createThere(AnswerStore here) {
    return here;
  }

  @Override
  protected void tearDown() {}

  @Test
  void hasAnotherEpochInAnotherProcess() throws Exception {
    assertThat(await(MemoryAnswers.create().beat()))
        .isNotEqualTo(await(MemoryAnswers.create().beat()));
  }
}
