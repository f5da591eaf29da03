// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.internal.options.CableOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private static final int FREE = MemoryBudget.FREE;
  private static final int CHUNK = MemoryBudget.CHUNK;

  private final MemoryBudget budget = new MemoryBudget(FREE + 4 * CHUNK, 6 * CHUNK, 8 * CHUNK);

  @Test
  void letsEachConnectionKeepALittleWithoutAReservation() {
    MemoryAccount account = budget.open("203.0.113.7");
    assertThat(account.take(FREE)).isNull();
    assertThat(budget.reserved()).isZero();
    assertThat(budget.addressCount()).isZero();
  }

  @Test
  void refusesWhatIsBeyondTheConnectionAndTakesNothing() {
    MemoryAccount account = budget.open("203.0.113.7");
    assertThat(account.take(FREE + 4 * CHUNK)).isNull();
    assertThat(account.take(1)).isEqualTo(CableOption.MAX_MEMORY_PER_CONNECTION);
    assertThat(account.used()).isEqualTo(FREE + 4 * CHUNK);
    account.give(1);
    assertThat(account.take(1)).isNull();
  }

  @Test
  void refusesWhatIsBeyondTheAddressButServesOthers() {
    assertThat(budget.open("203.0.113.7").take(FREE + 4 * CHUNK)).isNull();
    MemoryAccount second = budget.open("203.0.113.7");
    assertThat(second.take(FREE + 2 * CHUNK)).isNull();
    assertThat(second.take(1)).isEqualTo(CableOption.MAX_MEMORY_PERCENT_PER_ADDRESS);
    assertThat(second.used()).isEqualTo(FREE + 2 * CHUNK);
    assertThat(budget.open("203.0.113.8").take(FREE + 2 * CHUNK)).isNull();
  }

  @Test
  void refusesWhatIsBeyondTheNode() {
    assertThat(budget.open("203.0.113.7").take(FREE + 4 * CHUNK)).isNull();
    assertThat(budget.open("203.0.113.8").take(FREE + 4 * CHUNK)).isNull();
    MemoryAccount third = budget.open("203.0.113.9");
    assertThat(third.take(FREE)).isNull();
    assertThat(third.take(1)).isEqualTo(CableOption.MAX_MEMORY_PERCENT);
    assertThat(budget.reserved()).isEqualTo(8 * CHUNK);
    assertThat(budget.addressCount()).isEqualTo(2);
  }

  @Test
  void takesWhatHasComeAlreadyAndSaysThatTheConnectionIsFull() {
    MemoryAccount account = budget.open("203.0.113.7");
    assertThat(account.takeQueued(FREE + 4 * CHUNK - 1)).isNull();
    assertThat(account.isFull()).isFalse();
    assertThat(account.takeQueued(CHUNK)).isNull();
    assertThat(account.isFull()).isTrue();
    account.give(CHUNK);
    assertThat(account.isFull()).isFalse();
  }

  @Test
  void givesReservationsBackAsQueuesDrainAndAllOfThemAtTheEnd() {
    MemoryAccount account = budget.open("203.0.113.7");
    assertThat(account.take(FREE + 4 * CHUNK)).isNull();
    account.give(FREE + 4 * CHUNK);
    assertThat(budget.reserved()).isEqualTo(CHUNK);
    account.close();
    account.close();
    assertThat(budget.reserved()).isZero();
    assertThat(budget.addressCount()).isZero();
    assertThat(account.take(FREE + CHUNK)).isNull();
    assertThat(budget.reserved()).isZero();
  }

  @Test
  void countsRightWhenManyThreadsTakeAndGive() {
    MemoryBudget wide = new MemoryBudget(1L << 30, 1L << 30, 1L << 30);
    List<MemoryAccount> accounts = List.of(wide.open("203.0.113.7"), wide.open("203.0.113.7"));
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      MemoryAccount account = accounts.get(i % 2);
      SplittableRandom random = new SplittableRandom(i);
      threads.add(CompletableFuture.runAsync(() -> takeAndGive(account, random)));
    }
    threads.forEach(CompletableFuture::join);
    assertThat(accounts).allSatisfy(account -> assertThat(account.used()).isZero());
    accounts.forEach(MemoryAccount::close);
    assertThat(wide.reserved()).isZero();
    assertThat(wide.addressCount()).isZero();
  }

  private static void takeAndGive(MemoryAccount account, SplittableRandom random) {
    for (int i = 0; i < 20_000; i++) {
      int bytes = random.nextInt(3 * CHUNK);
      assertThat(account.change(bytes)).isNull();
      account.change(-bytes);
    }
  }
}
