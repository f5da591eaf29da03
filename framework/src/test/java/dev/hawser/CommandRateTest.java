// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.WireClient;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A client that sends too fast is read more slowly, and loses nothing. */
class CommandRateTest extends WireTest {
  private static final String ECHO = identifier("EchoChannel");
  private static final String LIMIT = "maxCommandsPerSecond";

  static final class EchoChannel extends Channel<Connection> {
    @Action
    void receive(Map<String, Object> data) {
      transmit(data.get("n"));
    }
  }

  private WireClient serveEcho(int perSecond) {
    serve(cable -> cable
        .channel(EchoChannel.class, EchoChannel::new)
        .maxPendingCommands(10_000)
        .maxPendingCallbacks(20_000)
        .maxCommandsPerSecond(perSecond)
        .events(limitsToJournal));
    return open().subscribe(ECHO).confirmed(ECHO);
  }

  private static void send(WireClient client, int from, int to) {
    for (int n = from; n < to; n++) {
      client.perform(ECHO, null, Map.of("n", n));
    }
  }

  private static void expect(WireClient client, int from, int to) {
    for (int n = from; n < to; n++) {
      assertThat(client.message().intValue()).isEqualTo(n);
    }
  }

  @Test
  void takesTenSecondsWorthAtOnce() {
    WireClient client = serveEcho(100);
    send(client, 1, 1000); // The subscribe was the first.
    expect(client, 1, 1000);
    assertThat(journal.rest()).isEmpty();
  }

  @Test
  void readsNoFasterThanTheRateAndLosesNothing() {
    WireClient client = serveEcho(1);
    WireClient other = open().subscribe(ECHO).confirmed(ECHO);
    int sent = 0;
    for (; journal.rest().isEmpty(); sent++) {
      send(client, sent, sent + 1);
      expect(client, sent, sent + 1);
    }
    assertThat(sent).isGreaterThanOrEqualTo(10);
    journal.expect(LIMIT);
    send(client, sent, sent + 2);
    send(other, 0, 5);
    expect(other, 0, 5);
    expect(client, sent, sent + 2);
  }

  @Test
  void countsPingsToo() {
    WireClient client = serveEcho(1);
    while (journal.rest().isEmpty()) {
      client.received();
    }
    journal.expect(LIMIT);
    client.received();
  }
}
