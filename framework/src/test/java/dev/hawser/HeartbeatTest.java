// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.WireClient.PING;
import static dev.hawser.support.WireClient.PONG;
import static dev.hawser.support.WireClient.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.Gate;
import dev.hawser.support.WireClient;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pings on the wire; when they are due is shown by {@code PingScheduleTest}. */
class HeartbeatTest extends WireTest {
  private static final Duration SHORT = Duration.ofMillis(30);

  private static void expectPing(WireClient client) {
    WireClient.Frame frame = client.frame();
    assertThat(frame.opcode()).isEqualTo(TEXT);
    assertThat(frame.text()).startsWith("{\"type\":\"ping\",\"message\":");
  }

  @Test
  void pingsAgainAndAgain() {
    serve(cable -> cable.pingInterval(SHORT).deadPeerTimeout(Duration.ZERO));
    WireClient client = open();
    for (int i = 0; i < 20; i++) {
      expectPing(client);
    }
  }

  @Test
  void pingsClientsThatTalk() {
    serve(cable -> cable.pingInterval(SHORT));
    WireClient client = open();
    for (int pings = 0; pings < 5; ) {
      client.subscribe("{}");
      if (client.frame().text().contains("ping")) {
        pings++;
      }
    }
  }

  @Test
  void pingsNobodyBeforeTheWelcome() {
    Gate gate = new Gate();
    serve(cable -> cable.pingInterval(SHORT).connection(() -> new Connection() {
      @Override
      protected void connect() {
        if (request().header("X-Slow") != null) {
          gate.pass();
        }
      }
    }));
    WireClient slow = connect("X-Slow: yes");
    gate.awaitArrival();
    List<WireClient> others = new ArrayList<>();
    // More than there are event loops, so that one of them shares the loop of the slow one.
    for (int i = 0; i < 8; i++) {
      others.add(open());
    }
    for (WireClient other : others) {
      expectPing(other);
      expectPing(other);
    }
    gate.open();
    assertThat(slow.frame().text()).startsWith("{\"type\":\"welcome\"");
    expectPing(slow);
  }

  @Test
  void pingsNobodyWhoIsTurnedAway() {
    serve(cable -> cable.pingInterval(SHORT).connection(() -> new Connection() {
      @Override
      protected void connect() {
        throw unauthorized();
      }
    }));
    WireClient client = connect();
    assertThat(client.frame().text()).contains("unauthorized");
    assertThat(client.frame().opcode()).isEqualTo(WireClient.CLOSE);
  }

  @Test
  void givesUpAClientThatAnswersNoPing() {
    serve(
        new HttpServerOptions().setWebSocketClosingTimeout(1),
        cable -> cable
            .pingInterval(SHORT)
            .deadPeerTimeout(Duration.ofSeconds(1))
            .connection(() -> new Connection() {
              @Override
              protected void disconnect() {
                journal.add("disconnect");
              }
            })
            .events(new CableEvents() {
              @Override
              public void connectionClosed(ConnectionStatistics connection) {
                journal.add("closed");
              }

              @Override
              public void limitReached(String option, String subject) {
                journal.add(option);
              }
            }),
        router -> {});
    WireClient client = open();
    for (WireClient.Frame frame = client.frame(); frame.opcode() != PING; frame = client.frame()) {
      assertThat(frame.opcode()).isEqualTo(TEXT);
    }
    journal.expect("deadPeerTimeout", "disconnect", "closed");
    client.ended();
    assertThat(cable().connectionCount()).isZero();
  }

  @Test
  void keepsAClientThatAnswersPings() {
    // Longer than a busy machine may stall; four answers take longer than one timeout.
    serve(cable -> cable.pingInterval(SHORT).deadPeerTimeout(Duration.ofMillis(2400)));
    WireClient client = open();
    for (int answers = 0; answers < 4; ) {
      WireClient.Frame frame = client.frame();
      if (frame.opcode() == PING) {
        client.sendFrame(true, PONG, frame.payload());
        answers++;
      }
    }
    expectSilence(client);
  }

  @Test
  void expectsNoAnswerWhenTheTimeoutIsOff() {
    serve(cable -> cable.pingInterval(SHORT).deadPeerTimeout(Duration.ZERO));
    WireClient client = open();
    for (int i = 0; i < 20; i++) {
      expectPing(client);
    }
  }
}
