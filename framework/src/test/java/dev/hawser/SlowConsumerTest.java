// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.WireClient;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlowConsumerTest extends WireTest {
  private static final String FLOOD = identifier("FloodChannel");
  private static final String CHUNK = "x".repeat(60_000);

  private final class FloodConnection extends Connection {
    @Override
    protected void connect() {
      request().cookie("user").ifPresent(user -> identifiedBy("user", user));
    }

    @Override
    protected void disconnect() {
      journal.add("disconnect " + connectionIdentifier());
    }
  }

  private static final class FloodChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("flood");
    }

    @Action
    void flood() {
      for (int i = 0; i < 2000; i++) {
        transmit(CHUNK);
      }
    }

    @Action
    void echo(Map<String, Object> data) {
      transmit(data.get("n"));
    }
  }

  private void serveFlood() {
    serve(cable -> cable
        .connection(FloodConnection::new)
        .channel(FloodChannel.class, FloodChannel::new)
        .maxOutboundBytes(256 * 1024)
        .events(new CableEvents() {
          @Override
          public void limitReached(String option, String subject) {
            journal.add(option + " " + subject);
          }

          @Override
          public void connectionClosed(ConnectionStatistics connection) {
            journal.add("closed");
          }
        }));
  }

  private WireClient subscribed(String user) {
    return open("Cookie: user=" + user).subscribe(FLOOD).confirmed(FLOOD);
  }

  @Test
  void dropsAClientThatNeverReadsBroadcastsAndNoOther() throws Exception {
    serveFlood();
    WireClient slow = subscribed("slow");
    WireClient neighbour = subscribed("neighbour");
    // What fits into the buffers of the system does not count; 120 MB do not fit.
    Thread reader = new Thread(() -> {
      for (int i = 0; i < 2000; i++) {
        assertThat(neighbour.message().textValue()).hasSize(CHUNK.length());
        cable().broadcast("flood", CHUNK);
      }
    });
    cable().broadcast("flood", CHUNK);
    reader.start();
    journal.expect("maxOutboundBytes slow", "disconnect slow", "closed");
    assertThat(cable().connections())
        .extracting(ConnectionStatistics::identifier)
        .containsExactly("neighbour");
    reader.join(6L * WireClient.PATIENCE_MS);
    assertThat(reader.isAlive()).isFalse();
    assertThat(neighbour.message().textValue()).hasSize(CHUNK.length());
    expectSilence(neighbour);
    if (!portableSockets()) {
      slow.ended();
    }
  }

  @Test
  void dropsAClientThatNeverReadsWhatIsTransmitted() {
    serveFlood();
    WireClient slow = subscribed("slow");
    WireClient neighbour = subscribed("neighbour");
    slow.perform(FLOOD, "flood");
    journal.expect("maxOutboundBytes slow", "disconnect slow", "closed");
    neighbour.perform(FLOOD, "echo", Map.of("n", 1));
    assertThat(neighbour.message().intValue()).isOne();
  }

  // -- the mark before the limit, and the time

  private static final int ROOMY = 16 * 1024 * 1024;

  private void serveSlowness(Duration timeout) {
    serve(cable -> cable
        .connection(FloodConnection::new)
        .channel(FloodChannel.class, FloodChannel::new)
        .maxOutboundBytes(ROOMY)
        .slowConsumerTimeout(timeout)
        .events(new CableEvents() {
          @Override
          public void slownessChanged(ConnectionStatistics connection) {
            journal.add(connection.identifier() + " slow=" + connection.slow());
          }

          @Override
          public void limitReached(String option, String subject) {
            journal.add(option + " " + subject);
          }
        }));
  }

  /** Broadcasts, as fast as the neighbour reads, until something is in the journal. */
  private void floodUntilNoted(WireClient neighbour) {
    for (int i = 0; i < 2000 && journal.rest().isEmpty(); i++) {
      cable().broadcast("flood", CHUNK);
      assertThat(neighbour.message().textValue()).hasSize(CHUNK.length());
    }
  }

  @Test
  void countsAClientAsSlowUntilItHasRead() {
    serveSlowness(Duration.ofMinutes(5));
    WireClient slow = subscribed("slow");
    WireClient neighbour = subscribed("neighbour");
    assertThat(cable().slowConnectionCount()).isZero();
    floodUntilNoted(neighbour);
    journal.expect("slow slow=true");
    assertThat(cable().slowConnectionCount()).isOne();
    assertThat(cable().connections())
        .filteredOn(ConnectionStatistics::slow)
        .extracting(ConnectionStatistics::identifier)
        .containsExactly("slow");
    cable().broadcast("flood", "the last one");
    while (!slow.message().textValue().equals("the last one")) {
      // reads all that waited for it
    }
    journal.expect("slow slow=false");
    assertThat(cable().slowConnectionCount()).isZero();
    expectSilence(slow);
  }

  @Test
  void closesAClientThatStaysSlow() {
    serveSlowness(Duration.ofMillis(100));
    subscribed("slow");
    floodUntilNoted(subscribed("neighbour"));
    journal.expect("slow slow=true", "slowConsumerTimeout slow", "disconnect slow");
  }

  @Test
  void tellsASlowClientThatReadsAfterAllToComeBack() {
    serveSlowness(Duration.ofMillis(100));
    WireClient slow = subscribed("slow");
    floodUntilNoted(subscribed("neighbour"));
    journal.expect("slow slow=true", "slowConsumerTimeout slow");
    String last = slow.text();
    while (last.contains("\"message\":")) {
      last = slow.text();
    }
    assertThat(last)
        .isEqualTo("{\"type\":\"disconnect\",\"reason\":\"slow_consumer\",\"reconnect\":true}");
    assertThat(slow.closeCode()).isEqualTo(1013);
    slow.sendClose(1013).ended();
    journal.expect("disconnect slow");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 50, 200})
  void keepsAClientThatReadsInTime(int kilobytes) {
    serveFlood();
    WireClient client = subscribed("reader");
    for (int i = 0; i < 20; i++) {
      cable().broadcast("flood", "x".repeat(kilobytes * 1024));
      assertThat(client.message().textValue()).hasSize(kilobytes * 1024);
    }
    expectSilence(client);
  }
}
