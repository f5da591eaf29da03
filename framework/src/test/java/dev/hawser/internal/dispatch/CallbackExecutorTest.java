// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.Gate;
import dev.hawser.support.Journal;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledForJreRange;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

class CallbackExecutorTest {
  private final ExecutorService executor = CallbackExecutor.create(2);
  private final List<Gate> gates = List.of(new Gate(), new Gate());
  private final Journal journal = new Journal();

  /** Runs two callbacks that wait at their gates. */
  private void occupyTwoThreads() {
    gates.forEach(gate -> executor.execute(gate::pass));
    gates.forEach(Gate::awaitArrival);
  }

  @Test
  @DisabledForJreRange(min = JRE.JAVA_21)
  void runsAsManyCallbacksAtOnceAsThereAreWorkersAndLetsMoreWait() {
    occupyTwoThreads();
    executor.execute(() -> journal.add("third"));
    assertThat(executor.toString()).contains("active threads = 2, queued tasks = 1");
    gates.get(0).open();
    journal.expect("third");
    gates.get(1).open();
    executor.shutdown();
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void letsNoCallbackWaitWhereThereAreVirtualThreads() {
    occupyTwoThreads();
    executor.execute(() -> journal.add("third"));
    journal.expect("third");
    gates.forEach(Gate::open);
    executor.shutdown();
  }
}
