// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.hawser.support.Gate;
import dev.hawser.support.WireClient;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Thousands of clients come back at once, later than what they missed is kept. */
class SnapshotStormTest extends WireFixture {
  private static final int MOST_CLIENTS = 3000;
  private static final int OTHER_FILES = 500;
  private static final String BOARD = identifier("BoardChannel");
  private static final String NONE = identifier("NoChannel");

  private final AtomicInteger snapshots = new AtomicInteger();
  private final Gate gate = new Gate();
  private volatile boolean slow;

  /** Its history keeps one broadcast, and all its clients see the same. */
  private final class BoardChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("board", history(last(1)));
    }

    @Override
    protected Object snapshotKey() {
      return "board";
    }

    @Override
    protected Object snapshot() {
      int number = snapshots.incrementAndGet();
      if (slow) {
        journal.add("snapshot " + number);
        gate.pass();
      }
      return "state " + number;
    }
  }

  /** Each has a socket at both ends, and this process may have so many. */
  private static int clientCount() {
    UnixOperatingSystemMXBean system =
        (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount();
    int count = (int) Math.min(MOST_CLIENTS, (free - OTHER_FILES) / 2);
    assertThat(count).as("a storm").isGreaterThan(100);
    return count;
  }

  @Test
  void makesOneSnapshotForAllThatComeWhileAnotherIsMadeAndMarksItAsAReset() {
    serve(cable -> cable
        .channel("BoardChannel", BoardChannel.class, BoardChannel::new)
        .subscribeTimeout(Duration.ofMinutes(5))
        .deadPeerTimeout(Duration.ZERO)
        .maxConnectsPerSecondPerAddress(1_000_000));
    WireClient witness = openExtended();
    JsonNode start = HistoryFixture.places(witness, BOARD);
    assertThat(witness.message().textValue()).isEqualTo("state 1");
    await(cable().broadcast("board", "a"));
    await(cable().broadcast("board", "b"));
    int count = clientCount();
    List<WireClient> clients = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      clients.add(openExtended());
    }
    slow = true;
    String resume = HistoryFixture.command("subscribe", BOARD, HistoryFixture.behind(start));
    WireClient first = clients.get(0).sendText(resume);
    journal.expect("snapshot 2");
    List<WireClient> others = clients.subList(1, count);
    others.forEach(client -> client.sendText(resume).subscribe(NONE));
    others.forEach(client -> client.rejected(NONE)); // The turn of the command before is over.
    gate.open();
    expectReset(first, "state 2");
    others.forEach(client -> expectReset(client, "state 3"));
    assertThat(snapshots).hasValue(3);
    await(cable().broadcast("board", "c"));
    clients.forEach(client -> assertThat(client.message().textValue()).isEqualTo("c"));
  }

  private static void expectReset(WireClient client, String state) {
    JsonNode confirmed = client.json();
    assertThat(HistoryFixture.type(confirmed)).isEqualTo("confirm_subscription");
    assertThat(confirmed.path("continuity").textValue()).isEqualTo("lost");
    assertThat(HistoryFixture.type(client.json())).isEqualTo("reject_history");
    JsonNode snapshot = client.json();
    assertThat(snapshot.path("message").textValue()).isEqualTo(state);
    assertThat(snapshot.path("snapshot").booleanValue()).isTrue();
    assertThat(snapshot.path("reset").booleanValue()).isTrue();
  }
}
