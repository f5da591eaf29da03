// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.Gate;
import dev.hawser.support.Journal;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.Test;

class CallbackExecutorTest {
  private static final boolean VIRTUAL = Runtime.version().feature() >= 21;

  private final List<Gate> gates = List.of(new Gate(), new Gate());
  private final Journal journal = new Journal();

  /** Two callbacks that wait at their gates, and a third one. */
  private void occupyTwoThreads(ExecutorService executor) {
    gates.forEach(gate -> executor.execute(gate::pass));
    gates.forEach(Gate::awaitArrival);
    executor.execute(() -> journal.add("third"));
  }

  private void expectThirdToWait(ExecutorService executor) {
    assertThat(executor.toString()).contains("active threads = 2, queued tasks = 1");
    gates.get(0).open();
    journal.expect("third");
  }

  @Test
  void runsAsManyCallbacksAtOnceAsThereAreWorkersAndLetsMoreWait() {
    ExecutorService executor = CallbackExecutor.workers(2);
    occupyTwoThreads(executor);
    expectThirdToWait(executor);
    gates.forEach(Gate::open);
    executor.shutdown();
  }

  @Test
  void letsNoCallbackWaitWhereThereAreVirtualThreads() {
    ExecutorService executor = CallbackExecutor.create(2);
    occupyTwoThreads(executor);
    if (VIRTUAL) {
      journal.expect("third");
    } else {
      expectThirdToWait(executor);
    }
    gates.forEach(Gate::open);
    executor.shutdown();
  }
}
