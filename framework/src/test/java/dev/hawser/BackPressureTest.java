// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.Gate;
import dev.hawser.support.WireClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BackPressureTest extends WireTest {
  private static final String COUNT = identifier("CountChannel");

  private final Gate gate = new Gate();
  private final AtomicInteger received = new AtomicInteger();

  private final class CountChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("handled", message -> journal.add("handled"));
    }

    @Action
    void hold() {
      gate.pass();
    }

    @Action
    void count(Map<String, Object> data) {
      int n = (Integer) data.get("n");
      assertThat(received.getAndIncrement()).as("in order, none lost").isEqualTo(n);
    }

    @Action
    void total() {
      transmit(received.get());
    }
  }

  private WireClient serveCount() {
    serve(cable -> cable
        .channel(CountChannel.class, CountChannel::new)
        .maxPendingCommands(4)
        .maxPendingCallbacks(50)
        .events(new CableEvents() {
          @Override
          public void limitReached(String option, String subject) {
            journal.add(option);
          }
        }));
    return open().subscribe(COUNT).confirmed(COUNT);
  }

  @Test
  void readsNoFurtherWhileCommandsWaitAndLosesNone() throws Exception {
    WireClient client = serveCount().perform(COUNT, "hold");
    gate.awaitArrival();
    AtomicInteger sent = new AtomicInteger();
    String padding = "x".repeat(50_000);
    int messages = 400;
    Thread sender = new Thread(() -> {
      for (int i = 0; i < messages; i++) {
        client.perform(COUNT, "count", Map.of("n", i, "padding", padding));
        sent.incrementAndGet();
      }
      client.perform(COUNT, "total");
    });
    sender.start();
    awaitStandstill(sent);
    // 20 MB do not fit into the buffers of the system: the sender sits in a write. A server that
    // went on reading would have taken all of it.
    assertThat(sent.get()).isLessThan(messages);
    gate.open();
    assertThat(client.message().intValue()).isEqualTo(messages);
    sender.join(WireClient.PATIENCE_MS);
    assertThat(sent.get()).isEqualTo(messages);
  }

  @Test
  void pausesFromAsManyWaitingCommandsOnAsAllowed() {
    WireClient client = serveCount().perform(COUNT, "hold");
    gate.awaitArrival();
    client.perform(COUNT, "count", Map.of("n", 0)).perform(COUNT, "count", Map.of("n", 1));
    client.received();
    assertThat(journal.rest()).isEmpty();
    client.perform(COUNT, "count", Map.of("n", 2));
    journal.expect("maxPendingCommands");
    gate.open();
    client.perform(COUNT, "total");
    assertThat(client.message().intValue()).isEqualTo(3);
  }

  /** Waits until a counter stays what it is for fifty round trips of another client. */
  private void awaitStandstill(AtomicInteger counter) {
    WireClient other = open();
    for (int last = -1, same = 0; same < 50; ) {
      expectSilence(other);
      same = counter.get() == last ? same + 1 : 0;
      last = counter.get();
    }
  }

  @Test
  void keepsServingOthersMeanwhile() {
    WireClient client = serveCount().perform(COUNT, "hold");
    gate.awaitArrival();
    for (int i = 0; i < 20; i++) {
      client.perform(COUNT, "count", Map.of("n", i));
    }
    for (int i = 0; i < 6; i++) {
      expectSilence(open());
    }
    gate.open();
    client.perform(COUNT, "total");
    assertThat(client.message().intValue()).isEqualTo(20);
  }

  @Test
  void countsNoSilenceAgainstAClientItDoesNotRead() {
    serve(cable -> cable
        .channel(CountChannel.class, CountChannel::new)
        .maxPendingCommands(2)
        .pingInterval(Duration.ofMillis(30))
        .deadPeerTimeout(Duration.ofMillis(90)));
    WireClient client = open().subscribe(COUNT).confirmed(COUNT).perform(COUNT, "hold");
    gate.awaitArrival();
    for (int i = 0; i < 20; i++) {
      client.perform(COUNT, "count", Map.of("n", i));
    }
    for (int pings = 0; pings < 10; pings++) {
      assertThat(client.frame().opcode()).isEqualTo(WireClient.TEXT);
    }
    gate.open();
    client.perform(COUNT, "total");
    assertThat(client.message().intValue()).isEqualTo(20);
  }

  @Test
  void noticesTheEndOfAClientThatItDoesNotRead() {
    WireClient client = serveCount().perform(COUNT, "hold");
    gate.awaitArrival();
    for (int i = 0; i < 20; i++) {
      client.perform(COUNT, "count", Map.of("n", i));
    }
    client.close();
    gate.open();
    awaitLoops();
    // Its place is free once everything it sent has been carried out.
    WireClient other = open();
    while (cable().connectionCount() > 1) {
      expectSilence(other);
    }
    if (!portableSockets()) {
      // Vert.x tells of the end before what it still holds back, and then drops that.
      assertThat(received.get()).isEqualTo(20);
    }
  }

  @Test
  void sendsAClientAwayForWhomTooManyCallbacksWait() {
    WireClient client = serveCount().perform(COUNT, "hold");
    gate.awaitArrival();
    for (int i = 0; i < 50; i++) {
      cable().broadcast("handled", i);
    }
    client.expect("{\"type\":\"disconnect\",\"reason\":\"overloaded\",\"reconnect\":true}");
    assertThat(client.closeCode()).isEqualTo(1013);
    gate.open();
    journal.find("maxPendingCallbacks");
  }

  @Test
  void takesCallbacksUpToTheLimit() {
    WireClient client = serveCount().perform(COUNT, "hold");
    gate.awaitArrival();
    for (int i = 0; i < 49; i++) {
      cable().broadcast("handled", i);
    }
    awaitLoops();
    gate.open();
    for (int i = 0; i < 49; i++) {
      journal.expect("handled");
    }
    expectSilence(client);
  }
}
