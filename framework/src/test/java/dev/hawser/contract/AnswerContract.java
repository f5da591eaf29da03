// SPDX-License-Identifier: Apache-2.0
package dev.hawser.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.answers.AnswerStore;
import dev.hawser.answers.Claim;
import dev.hawser.answers.Claim.State;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link AnswerStore} has to do; extend it for each. */
public abstract class AnswerContract {
  private static final long KEEP_MS = 60_000;
  private static final long PATIENCE_MS = 10_000;
  private static final Buffer ANSWER = Buffer.buffer("{\"message\":\"\u00fc \ud83d\udea2\"}");

  private AnswerStore here;
  private AnswerStore there;
  private String request;

  /** Creates the store of a node that nothing is known of yet. */
  protected abstract AnswerStore createHere() throws Exception;

  /** Creates the store of another node, or returns the same one if there can be no other. */
  protected abstract AnswerStore createThere(AnswerStore here) throws Exception;

  /** Releases what was created. */
  protected abstract void tearDown() throws Exception;

  @BeforeEach
  void create() throws Exception {
    here = createHere();
    there = createThere(here);
    request = UUID.randomUUID().toString();
  }

  @AfterEach
  void end() throws Exception {
    tearDown();
  }

  /** Waits for a future, with a bound. */
  protected static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(PATIENCE_MS, TimeUnit.MILLISECONDS);
  }

  private static State first(AnswerStore store, String request) throws Exception {
    return await(store.claim(request, null, KEEP_MS)).state();
  }

  private static State again(AnswerStore store, String request, String since) throws Exception {
    return await(store.claim(request, since, KEEP_MS)).state();
  }

  @Test
  void hasOneEpochForAllNodes() throws Exception {
    String epoch = await(here.beat());
    assertThat(epoch).isNotBlank().hasSizeLessThanOrEqualTo(64);
    assertThat(await(there.beat())).isEqualTo(epoch);
    assertThat(await(here.beat())).isEqualTo(epoch);
  }

  @Test
  void letsOneOfManyClaimARequest() throws Exception {
    List<Future<Claim>> claims = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      claims.add((i % 2 == 0 ? here : there).claim(request, null, KEEP_MS));
    }
    List<State> states = new ArrayList<>();
    for (Future<Claim> claim : claims) {
      states.add(await(claim).state());
    }
    assertThat(states).filteredOn(State.OURS::equals).hasSize(1);
    assertThat(states).filteredOn(State.RUNNING::equals).hasSize(49);
  }

  @Test
  void keepsRequestsApart() throws Exception {
    assertThat(first(here, request)).isEqualTo(State.OURS);
    assertThat(first(there, request + "2")).isEqualTo(State.OURS);
  }

  @Test
  void givesTheAnswerToWhoeverAsksAgain() throws Exception {
    String epoch = await(here.beat());
    assertThat(first(here, request)).isEqualTo(State.OURS);
    await(here.keep(request, ANSWER, KEEP_MS));
    for (AnswerStore store : List.of(here, there)) {
      assertThat(await(store.claim(request, null, KEEP_MS))).isEqualTo(Claim.answered(ANSWER));
      assertThat(await(store.claim(request, epoch, KEEP_MS))).isEqualTo(Claim.answered(ANSWER));
      assertThat(await(store.claim(request, "", KEEP_MS))).isEqualTo(Claim.answered(ANSWER));
      assertThat(await(store.find(request))).isEqualTo(Claim.answered(ANSWER));
    }
  }

  @Test
  void saysThatItIsBeingCarriedOutUntilThereIsAnAnswer() throws Exception {
    String epoch = await(here.beat());
    first(here, request);
    assertThat(first(there, request)).isEqualTo(State.RUNNING);
    assertThat(again(there, request, epoch)).isEqualTo(State.RUNNING);
    assertThat(again(there, request, "another")).isEqualTo(State.RUNNING);
    assertThat(await(there.find(request)).state()).isEqualTo(State.RUNNING);
    await(here.keep(request, ANSWER, KEEP_MS));
    assertThat(await(there.find(request)).state()).isEqualTo(State.ANSWERED);
  }

  @Test
  void letsARepetitionBeClaimedThatCameFirst() throws Exception {
    String epoch = await(here.beat());
    assertThat(again(there, request, epoch)).isEqualTo(State.OURS);
    assertThat(again(here, request, epoch)).isEqualTo(State.RUNNING);
  }

  @Test
  void claimsNoRepetitionFromAnotherEpoch() throws Exception {
    for (String since : List.of("", "another", await(here.beat()) + "x", "\u00fc\ud83d\udea2\n")) {
      assertThat(again(here, request, since)).isEqualTo(State.LOST);
      assertThat(await(here.find(request)).state()).isEqualTo(State.LOST);
    }
    assertThat(first(here, request)).isEqualTo(State.OURS);
  }

  @Test
  void knowsNothingOfWhatNobodyClaimed() throws Exception {
    assertThat(await(here.find(request))).isEqualTo(Claim.of(State.LOST));
    assertThat(first(there, request)).as("finding claims nothing").isEqualTo(State.OURS);
  }

  @Test
  void forgetsWhenItsTimeIsOver() throws Exception {
    await(here.claim(request, null, 1));
    String answered = request + "2";
    await(here.claim(answered, null, 1));
    await(here.keep(answered, ANSWER, 1));
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
    for (String each : List.of(request, answered)) {
      while (await(here.find(each)).state() != State.LOST) {
        assertThat(System.nanoTime()).as("forgotten in time").isLessThan(deadline);
      }
      assertThat(first(here, each)).isEqualTo(State.OURS);
    }
  }

  @Test
  void losesWhatANodeLeavesBehindThatEnds() throws Exception {
    first(here, request);
    String answered = request + "2";
    first(here, answered);
    await(here.keep(answered, ANSWER, KEEP_MS));
    await(here.close());
    await(here.close());
    assertThat(first(there, request)).isEqualTo(State.LOST);
    assertThat(await(there.find(request)).state()).isEqualTo(State.LOST);
    assertThat(await(there.find(answered))).isEqualTo(Claim.answered(ANSWER));
  }

  @Test
  void takesAnAnswerOfAMegabyte() throws Exception {
    Buffer large = Buffer.buffer("\"" + "x".repeat(1 << 20) + "\"");
    first(here, request);
    await(here.keep(request, large, KEEP_MS));
    assertThat(await(there.find(request)).answer()).isEqualTo(large);
  }
}
