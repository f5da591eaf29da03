// SPDX-License-Identifier: Apache-2.0
package dev.hawser.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.sessions.SessionStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link SessionStore} has to do; extend it for each. */
public abstract class SessionContract {
  private static final long KEEP_MS = 60_000;
  private static final long PATIENCE_MS = 10_000;
  private static final Buffer SESSION =
      Buffer.buffer("{\"identifiers\":[\"\u00fc \ud83d\udea2\"]}");

  private SessionStore here;
  private SessionStore there;
  private String name;

  /** Creates the store of a node. */
  protected abstract SessionStore createHere() throws Exception;

  /** Creates the store of another node, or returns the same one if there can be no other. */
  protected abstract SessionStore createThere(SessionStore here) throws Exception;

  /** Releases what was created. */
  protected abstract void tearDown() throws Exception;

  @BeforeEach
  void create() throws Exception {
    here = createHere();
    there = createThere(here);
    name = UUID.randomUUID().toString();
  }

  @AfterEach
  void end() throws Exception {
    tearDown();
  }

  /** Waits for a future, with a bound. */
  protected static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(PATIENCE_MS, TimeUnit.MILLISECONDS);
  }

  @Test
  void givesWhatWasKeptOnceByteForByte() throws Exception {
    await(here.put(name, SESSION, KEEP_MS));
    assertThat(await(there.take(name))).isEqualTo(SESSION);
    assertThat(await(there.take(name))).isNull();
    assertThat(await(here.take(name))).isNull();
  }

  @Test
  void hasNothingThatWasNotKept() throws Exception {
    await(here.put(name, SESSION, KEEP_MS));
    assertThat(await(here.take(name + "x"))).isNull();
    assertThat(await(here.take(name))).isEqualTo(SESSION);
  }

  @Test
  void givesToOneOfManyWhoTakeAtOnce() throws Exception {
    for (int round = 0; round < 20; round++) {
      await(here.put(name, SESSION, KEEP_MS));
      List<Future<Buffer>> takes = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        takes.add((i % 2 == 0 ? here : there).take(name));
      }
      int given = 0;
      for (Future<Buffer> take : takes) {
        given += await(take) == null ? 0 : 1;
      }
      assertThat(given).isEqualTo(1);
    }
  }

  @Test
  void givesToOneWhoDoesNotWaitForThePut() throws Exception {
    Future<Void> kept = here.put(name, SESSION, KEEP_MS);
    assertThat(await(here.take(name))).isEqualTo(SESSION);
    await(kept);
  }

  @Test
  void forgetsWhatIsTooOld() throws Exception {
    await(here.put(name, SESSION, 1));
    await(here.put(name + "x", SESSION, KEEP_MS));
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
    Buffer found = SESSION;
    while (found != null && System.nanoTime() < end) {
      found = await(there.take(name));
      if (found != null) { // It was not yet over: from now on it is another one.
        await(here.put(name, SESSION, 1));
      }
    }
    assertThat(found).isNull();
    assertThat(await(there.take(name + "x"))).isEqualTo(SESSION);
  }

  @Test
  void keepsTheLatestOfAName() throws Exception {
    await(here.put(name, SESSION, 1));
    Buffer later = Buffer.buffer("later");
    await(here.put(name, later, KEEP_MS));
    assertThat(await(there.take(name))).isEqualTo(later);
  }
}
