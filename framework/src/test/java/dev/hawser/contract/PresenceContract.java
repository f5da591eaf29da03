// SPDX-License-Identifier: Apache-2.0
package dev.hawser.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.presence.PresenceAnswer;
import dev.hawser.presence.PresenceChange;
import dev.hawser.presence.PresenceMark;
import dev.hawser.presence.PresenceSnapshot;
import dev.hawser.presence.PresenceStore;
import dev.hawser.presence.PresenceTab;
import dev.hawser.presence.PresenceTerms;
import dev.hawser.presence.PresenceUpdate;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every {@link PresenceStore} has to do. Extend it with the three methods below.
 *
 * <p>One store is written to ({@code here}) and another one, of another node, reads and follows
 * ({@code there}). A store that reaches its own process only gives one instance for both.
 */
public abstract class PresenceContract {
  private static final PresenceTerms TERMS = new PresenceTerms(60_000, 60_000, 100, 10);

  /** So short that a lease and a grace time end within a test. */
  private static final PresenceTerms SHORT = new PresenceTerms(800, 300, 5000, 10);

  private PresenceStore here;
  private PresenceStore there;
  private PresenceMark known = new PresenceMark(-1, 0);
  private final BlockingQueue<PresenceChange> changes = new LinkedBlockingQueue<>();

  /** Makes the store that is written to, not started; called once for each test. */
  protected abstract PresenceStore createHere() throws Exception;

  /** Makes the store that follows, not started; {@code here} itself if there is no other node. */
  protected abstract PresenceStore createThere(PresenceStore here) throws Exception;

  /** Frees what the stores of a test needed, after they have been closed. */
  protected abstract void tearDown() throws Exception;

  /** How long to wait for what has to come. */
  protected long patienceMs() {
    return 10_000;
  }

  private final class Inbox implements PresenceStore.Listener {
    @Override
    public void onChange(String stream, PresenceChange change) {
      changes.add(change);
    }

    @Override
    public void onLinkLost() {}

    @Override
    public void onLinkRestored() {}
  }

  @BeforeEach
  final void startBoth() throws Exception {
    here = createHere();
    there = createThere(here);
    await(there.start(new Inbox()));
    if (here != there) {
      await(here.start(new Inbox()));
    }
  }

  @AfterEach
  final void closeBoth() throws Exception {
    await(here.close());
    await(there.close());
    tearDown();
  }

  /** Waits for a future, with a bound, and returns its value. */
  protected final <T> T await(Future<T> future) throws Exception {
    return future
        .toCompletionStage()
        .toCompletableFuture()
        .get(patienceMs(), TimeUnit.MILLISECONDS);
  }

  private static PresenceTab tab(String ref, String id) {
    return new PresenceTab(ref, id, "{\"tab\":\"" + ref + "\"}");
  }

  private static PresenceUpdate update(
      String node,
      PresenceTerms terms,
      List<String> leaves,
      List<String> losses,
      PresenceTab... joins) {
    return new PresenceUpdate(node, terms, true, leaves, losses, List.of(joins));
  }

  private PresenceAnswer join(PresenceTab... tabs) throws Exception {
    return await(here.apply("room", update("n1", TERMS, List.of(), List.of(), tabs)));
  }

  private PresenceAnswer leave(String... refs) throws Exception {
    return await(here.apply("room", update("n1", TERMS, List.of(refs), List.of())));
  }

  private PresenceAnswer lose(PresenceTerms terms, String... refs) throws Exception {
    return await(here.apply("room", update("n1", terms, List.of(), List.of(refs))));
  }

  private PresenceAnswer renew(String node, PresenceTerms terms) throws Exception {
    return await(here.apply("room", update(node, terms, List.of(), List.of())));
  }

  private PresenceSnapshot read() throws Exception {
    return await(there.read("room"));
  }

  private List<String> present() throws Exception {
    return read().tabs().stream()
        .map(tab -> tab.id() + "/" + tab.ref())
        .sorted()
        .toList();
  }

  /** A change from before may still be on its way; it is part of what is read. */
  private void follow() throws Exception {
    await(there.follow("room"));
    known = read().mark();
  }

  private PresenceChange nextChange() throws Exception {
    PresenceChange change;
    do {
      change = changes.poll(patienceMs(), TimeUnit.MILLISECONDS);
      if (change == null) {
        throw new TimeoutException("no change within " + patienceMs() + " ms");
      }
    } while (change.mark().epoch() == known.epoch() && change.mark().version() <= known.version());
    return change;
  }

  private List<String> nextSteps() throws Exception {
    return nextChange().steps().stream()
        .map(step ->
            (step.present() ? "+" : "-") + step.tab().id() + "/" + step.tab().ref())
        .toList();
  }

  /** Renews a lease until everyone is gone who has to go. */
  private void renewUntilPresent(String node, PresenceTerms terms, List<String> expected)
      throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMs());
    do {
      renew(node, terms);
      if (present().equals(expected)) {
        return;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    } while (System.nanoTime() < deadline);
    assertThat(present()).isEqualTo(expected);
  }

  private static void pass(long ms) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  @Test
  void knowsWhoHasJoined() throws Exception {
    PresenceTab ann = tab("a", "ann");
    PresenceAnswer answer = join(ann, tab("b", "bob"));
    assertThat(answer.refused()).isEmpty();
    assertThat(read().mark()).isEqualTo(answer.mark());
    assertThat(read().tabs()).containsExactlyInAnyOrder(ann, tab("b", "bob"));
  }

  @Test
  void knowsNobodyWhereNobodyJoined() throws Exception {
    join(tab("a", "ann"));
    assertThat(await(there.read("another room")).tabs()).isEmpty();
    assertThat(await(there.read("room:1")).tabs()).isEmpty();
  }

  @Test
  void publishesEveryChangeInTheStepOfTheUpdate() throws Exception {
    join(tab("a", "ann"));
    follow();
    PresenceMark before = known;
    PresenceAnswer joined = join(tab("b", "bob"), tab("b2", "bob"));
    PresenceChange change = nextChange();
    assertThat(change.mark()).isEqualTo(joined.mark());
    assertThat(change.mark().follows(before)).isTrue();
    assertThat(change.steps())
        .containsExactly(
            new PresenceChange.Step(true, tab("b", "bob")),
            new PresenceChange.Step(true, tab("b2", "bob")));
    leave("b");
    assertThat(nextSteps()).containsExactly("-bob/b");
    assertThat(present()).containsExactly("ann/a", "bob/b2");
  }

  @Test
  void leavesBeforeItJoins() throws Exception {
    join(tab("a", "ann"));
    follow();
    await(here.apply("room", update("n1", TERMS, List.of("a"), List.of(), tab("a2", "ann"))));
    assertThat(nextSteps()).containsExactly("-ann/a", "+ann/a2");
  }

  @Test
  void changesTheInfoOfATab() throws Exception {
    join(tab("a", "ann"));
    follow();
    PresenceTab changed = new PresenceTab("a", "ann", "{\"away\":true}");
    join(changed);
    assertThat(nextChange().steps()).containsExactly(new PresenceChange.Step(true, changed));
    assertThat(read().tabs()).containsExactly(changed);
  }

  @Test
  void repeatsWithoutEffect() throws Exception {
    PresenceMark mark = join(tab("a", "ann")).mark();
    follow();
    assertThat(join(tab("a", "ann")).mark()).isEqualTo(mark);
    assertThat(leave("nobody").mark()).isEqualTo(mark);
    assertThat(lose(TERMS, "nobody").mark()).isEqualTo(mark);
    leave("a");
    assertThat(leave("a").mark().version()).isEqualTo(mark.version() + 1);
    assertThat(nextSteps()).containsExactly("-ann/a");
    assertThat(changes).isEmpty();
  }

  @Test
  void keepsALostTabForItsGraceTime() throws Exception {
    await(here.apply("room", update("n1", SHORT, List.of(), List.of(), tab("a", "ann"))));
    follow();
    PresenceAnswer answer = lose(SHORT, "a");
    assertThat(answer.nextDueMs()).isBetween(1L, SHORT.graceMs());
    assertThat(present()).containsExactly("ann/a");
    renewUntilPresent("n1", SHORT, List.of());
    assertThat(nextSteps()).containsExactly("-ann/a");
  }

  @Test
  void endsALostTabAtOnceWithoutAGraceTime() throws Exception {
    PresenceTerms none = new PresenceTerms(60_000, 0, 100, 10);
    join(tab("a", "ann"));
    follow();
    lose(none, "a");
    assertThat(nextSteps()).containsExactly("-ann/a");
  }

  @Test
  void letsANewTabTakeOverALostOne() throws Exception {
    join(tab("a", "ann"), tab("a2", "ann"), tab("b", "bob"));
    follow();
    lose(TERMS, "a", "a2", "b");
    await(here.apply("room", update("n2", TERMS, List.of(), List.of(), tab("a3", "ann"))));
    PresenceChange change = nextChange();
    assertThat(change.steps()).hasSize(2);
    assertThat(change.steps().get(0)).isEqualTo(new PresenceChange.Step(true, tab("a3", "ann")));
    assertThat(change.steps().get(1).present()).isFalse();
    assertThat(change.steps().get(1).tab().id()).isEqualTo("ann");
    assertThat(present()).hasSize(3).contains("ann/a3", "bob/b");
  }

  @Test
  void takesALostTabBack() throws Exception {
    await(here.apply("room", update("n1", SHORT, List.of(), List.of(), tab("a", "ann"))));
    lose(SHORT, "a");
    follow();
    PresenceAnswer back =
        await(here.apply("room", update("n1", SHORT, List.of(), List.of(), tab("a", "ann"))));
    assertThat(back.nextDueMs()).isEqualTo(-1);
    assertThat(nextSteps()).containsExactly("+ann/a");
  }

  @Test
  void endsTheTabsOfANodeThatDoesNotRenewItsLease() throws Exception {
    await(here.apply("room", update("n1", SHORT, List.of(), List.of(), tab("a", "ann"))));
    PresenceAnswer other =
        await(here.apply("room", update("n2", SHORT, List.of(), List.of(), tab("b", "bob"))));
    assertThat(other.leased()).isFalse();
    assertThat(other.nextDueMs()).isBetween(1L, SHORT.leaseMs());
    follow();
    renewUntilPresent("n2", SHORT, List.of("bob/b"));
    assertThat(nextSteps()).containsExactly("-ann/a");
    assertThat(renew("n2", SHORT).leased()).isTrue();
    assertThat(renew("n1", SHORT).leased()).isFalse();
  }

  @Test
  void endsManyTabsInBoundedSteps() throws Exception {
    int people = 2500;
    for (int i = 0; i < people; i += 500) {
      List<PresenceTab> some = new ArrayList<>();
      for (int j = i; j < i + 500; j++) {
        some.add(tab("r" + j, "person " + j));
      }
      await(here.apply("room", new PresenceUpdate("n1", SHORT, true, List.of(), List.of(), some)));
    }
    assertThat(read().tabs()).hasSize(people);
    follow();
    renewUntilPresent("n2", SHORT, List.of());
    int ended = 0;
    while (ended < people) {
      int steps = nextChange().steps().size();
      assertThat(steps).isBetween(1, 1000);
      ended += steps;
    }
    assertThat(ended).isEqualTo(people);
  }

  @Test
  void endsNobodyBecauseItWasAwayItself() throws Exception {
    await(here.apply("room", update("n1", SHORT, List.of(), List.of(), tab("a", "ann"))));
    await(here.apply(
        "room", update("n2", SHORT, List.of(), List.of(), tab("b", "bob"), tab("c", "cem"))));
    await(here.apply("room", update("n2", SHORT, List.of(), List.of("c"))));
    pass(SHORT.leaseMs() + 100);
    renew("n2", SHORT);
    assertThat(present()).containsExactly("ann/a", "bob/b", "cem/c");
    renewUntilPresent("n2", SHORT, List.of("bob/b"));
  }

  @Test
  void letsAsManyPeopleInAsItMayAndNoMore() throws Exception {
    PresenceTerms two = new PresenceTerms(60_000, 60_000, 2, 10);
    PresenceAnswer answer = await(here.apply(
        "room",
        update(
            "n1", two, List.of(), List.of(), tab("a", "ann"), tab("b", "bob"), tab("c", "cem"))));
    assertThat(answer.refused()).containsExactly("c");
    assertThat(present()).containsExactly("ann/a", "bob/b");
    PresenceAnswer tab =
        await(here.apply("room", update("n1", two, List.of(), List.of(), tab("b2", "bob"))));
    assertThat(tab.refused()).isEmpty();
    PresenceAnswer next = await(here.apply(
        "room", update("n1", two, List.of("a"), List.of(), tab("c", "cem"), tab("d", "dan"))));
    assertThat(next.refused()).containsExactly("d");
    assertThat(present()).containsExactly("bob/b", "bob/b2", "cem/c");
  }

  @Test
  void givesAPersonAsManyTabsAsItMayAndNoMore() throws Exception {
    PresenceTerms two = new PresenceTerms(60_000, 60_000, 100, 2);
    PresenceAnswer answer = await(here.apply(
        "room",
        update(
            "n1", two, List.of(), List.of(), tab("a", "ann"), tab("a2", "ann"), tab("a3", "ann"))));
    assertThat(answer.refused()).containsExactly("a3");
    lose(two, "a");
    PresenceAnswer again =
        await(here.apply("room", update("n1", two, List.of(), List.of(), tab("a3", "ann"))));
    assertThat(again.refused()).isEmpty();
    assertThat(present()).containsExactly("ann/a2", "ann/a3");
  }

  static List<String> oddTexts() {
    return List.of(
        " ",
        "a\nb",
        "line\r\nbreak\t",
        "\"quoted\" \\ 'and' `so on`",
        "{brace}",
        "}{",
        "50%",
        "[\"a\",1]",
        "__proto__",
        "nul\0",
        "häuser 日本 🚢",
        "x".repeat(1000));
  }

  @ParameterizedTest
  @MethodSource("oddTexts")
  void takesAnyStreamAndAnyPersonLiterally(String text) throws Exception {
    await(there.follow(text));
    PresenceTab odd = new PresenceTab("r1", text, "{\"a b\":[\"line\\nbreak\",null,1.5,{}]}");
    await(here.apply(text, update("n1", TERMS, List.of(), List.of(), odd)));
    assertThat(nextChange().steps()).containsExactly(new PresenceChange.Step(true, odd));
    assertThat(await(there.read(text)).tabs()).containsExactly(odd);
    await(here.apply(text, update("n1", TERMS, List.of("r1"), List.of())));
    assertThat(nextChange().steps().get(0).tab().id()).isEqualTo(text);
    assertThat(await(there.read(text + "x")).tabs()).isEmpty();
  }

  @Test
  void deliversNothingOfStreamsThatAreNotFollowed() throws Exception {
    follow();
    await(there.unfollow("room"));
    join(tab("a", "ann"));
    await(there.follow("fence"));
    await(here.apply("fence", update("n1", TERMS, List.of(), List.of(), tab("f", "fence"))));
    assertThat(nextSteps()).containsExactly("+fence/f");
    assertThat(changes).isEmpty();
  }

  @Test
  void deliversManyChangesInTheirOrder() throws Exception {
    follow();
    PresenceMark mark = known;
    for (int i = 0; i < 100; i++) {
      join(tab("r" + i, "person " + i % 50));
    }
    for (int i = 0; i < 100; i++) {
      PresenceChange change = nextChange();
      assertThat(i == 0 || change.mark().follows(mark)).isTrue();
      mark = change.mark();
    }
  }

  @Test
  void refusesASecondStart() throws Exception {
    Future<Void> second = there.start(new Inbox());
    try {
      await(second);
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(IllegalStateException.class);
      return;
    }
    throw new AssertionError("a second cable could share the store");
  }
}
