// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.Gate;
import dev.hawser.support.WireClient;
import java.lang.ref.Reference;
import org.junit.jupiter.api.Test;

/** A node that is over its marks takes no connections, and says so. */
class NodeLoadTest extends WireTest {
  private static final String WORK = identifier("WorkChannel");

  private final Gate gate = new Gate();

  private final class WorkChannel extends Channel<Connection> {
    @Action
    void hold() {
      gate.pass();
    }

    @Action
    void work() {
      transmit("done");
    }
  }

  @Test
  void refusesConnectionsWhileTooManyCallbacksWait() {
    serve(cable -> cable
        .channel(WorkChannel.class, WorkChannel::new)
        .maxPendingCallbacksPerNode(5)
        .events(limitsToJournal));
    WireClient client = open().subscribe(WORK).confirmed(WORK).perform(WORK, "hold");
    gate.awaitArrival();
    for (int i = 0; i < 4; i++) {
      client.perform(WORK, "work");
    }
    client.received();
    expectSilence(open()); // As many as may wait.
    client.perform(WORK, "work").received();
    WireClient refused = connect();
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.header("retry-after")).isEqualTo("10");
    journal.find("maxPendingCallbacksPerNode");
    assertThat(cable().readiness().reasons())
        .singleElement()
        .asString()
        .matches("too many callbacks wait: \\d+ of 5 \\(maxPendingCallbacksPerNode\\)");
    gate.open();
    for (int i = 0; i < 5; i++) {
      assertThat(client.message().textValue()).isEqualTo("done");
    }
    expectSilence(client); // Those before the last are counted out by now.
    assertThat(cable().readiness().ready()).isTrue();
    expectSilence(open());
  }

  @Test
  void refusesConnectionsWhileTheHeapIsAlmostFull() {
    int percent = 3;
    byte[][] ballast = new byte[percent][];
    for (int i = 0; i < percent; i++) {
      ballast[i] = new byte[(int) (Runtime.getRuntime().maxMemory() / 100)];
    }
    try {
      System.gc();
      serve(cable -> cable.maxHeapPercent(percent - 1).events(limitsToJournal));
      assertThat(connect().status()).isEqualTo(503);
      journal.find("maxHeapPercent");
      assertThat(cable().readiness().reasons())
          .singleElement()
          .asString()
          .contains("the heap is almost full: ", "maxHeapPercent");
    } finally {
      Reference.reachabilityFence(ballast);
    }
  }
}
