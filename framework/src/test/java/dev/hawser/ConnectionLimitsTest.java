// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.Gate;
import dev.hawser.support.LogCapture;
import dev.hawser.support.WireClient;
import org.junit.jupiter.api.Test;

/** Which handshakes are refused, and how: the limits of a node and of a client address. */
class ConnectionLimitsTest extends WireTest {
  private static final String[] PROXIES = {"127.0.0.1", "::1"};

  private static void expectRefusal(WireClient client, int status, String retryAfter) {
    assertThat(client.status()).isEqualTo(status);
    assertThat(client.header("retry-after")).isEqualTo(retryAfter);
    assertThat(client.header("connection")).isEqualTo("close");
    client.ended();
  }

  /** Connects as soon as there is a place again: a connection ends after its socket. */
  private WireClient openEventually(String... headers) {
    for (int i = 0; i < 10_000; i++) {
      WireClient client = connect(headers);
      if (client.status() == 101) {
        return client.welcomed();
      }
      client.close();
    }
    throw new AssertionError("no place became free");
  }

  @Test
  void refusesMoreConnectionsThanTheNodeMayHave() {
    serve(cable -> cable.maxConnections(2).events(new CableEvents() {
      @Override
      public void limitReached(String option, String subject) {
        journal.add(option + " " + subject);
      }

      @Override
      public void connectionRefused(String path) {
        journal.add("refused " + path);
      }
    }));
    WireClient first = open();
    assertThat(cable().readiness().ready()).isTrue();
    try (LogCapture log = new LogCapture()) {
      expectSilence(open());
      expectRefusal(connect(), 503, "10");
      assertThat(log.line("limit reached")).contains("option=maxConnections subject=");
    }
    journal.expect("maxConnections " + "127.0.0.1", "refused /cable");
    assertThat(cable().readiness().reasons())
        .containsExactly("there are as many connections as maxConnections allows");
    first.close();
    openEventually();
  }

  @Test
  void countsAConnectionUntilItsCallbacksHaveRun() {
    Gate gate = new Gate();
    serve(cable -> cable.maxConnections(1).connection(() -> new Connection() {
      @Override
      protected void disconnect() {
        gate.pass();
      }
    }));
    open().close();
    gate.awaitArrival();
    expectRefusal(connect(), 503, "10");
    gate.open();
    openEventually();
  }

  @Test
  void countsNoRequestThatIsRefused() {
    serve(cable -> cable.maxConnections(1).maxConnectionsPerAddress(1));
    for (int i = 0; i < 5; i++) {
      WireClient refused =
          closing(WireClient.upgrade(server().port(), "/cable", "Origin: https://evil.example"));
      assertThat(refused.status()).isEqualTo(404);
    }
    open();
  }

  @Test
  void refusesMoreConnectionsThanAnAddressMayHave() {
    serve(cable -> cable.maxConnectionsPerAddress(2).events(limitsToJournal));
    WireClient first = open();
    open();
    expectRefusal(connect(), 429, "10");
    journal.find("maxConnectionsPerAddress");
    first.close();
    openEventually();
  }

  @Test
  void countsTheAddressBehindTrustedProxies() {
    serve(cable -> cable.maxConnectionsPerAddress(1).trustedProxies(PROXIES));
    WireClient client = open("X-Forwarded-For: 198.51.100.1");
    expectRefusal(connect("X-Forwarded-For: 198.51.100.1"), 429, "10");
    open("X-Forwarded-For: 198.51.100.2");
    expectSilence(client);
  }

  @Test
  void countsTheAddressesOfClientsWhosePortsAProxyWrites() {
    serve(cable -> cable.maxConnectionsPerAddress(1).trustedProxies(PROXIES));
    open("X-Forwarded-For: 198.51.100.1:50001");
    expectRefusal(connect("X-Forwarded-For: 198.51.100.1:50002"), 429, "10");
    open("X-Forwarded-For: 198.51.100.2:50001");
    open("X-Forwarded-For: [2001:db8:0:1::1]:50001");
    expectRefusal(connect("X-Forwarded-For: \"[2001:db8:0:1::2]:50001\""), 429, "10");
    open("X-Forwarded-For: [2001:db8:0:2::1]");
  }

  @Test
  void countsANetworkOf64BitsAsOneAddress() {
    serve(cable -> cable.maxConnectionsPerAddress(2).trustedProxies(PROXIES));
    open("X-Forwarded-For: 2001:db8:0:1::1");
    open("X-Forwarded-For: 2001:db8:0:1:ffff::2");
    expectRefusal(connect("X-Forwarded-For: 2001:db8:0:1:0:0:0:3"), 429, "10");
    open("X-Forwarded-For: 2001:db8:0:2::1");
  }

  @Test
  void isNotMisledByForgedForwarding() {
    serve(cable -> cable.maxConnectionsPerAddress(1));
    open("X-Forwarded-For: 198.51.100.1");
    expectRefusal(connect("X-Forwarded-For: 198.51.100.2"), 429, "10");
  }

  @Test
  void isNotMisledByHopsThatAClientInventedBeforeTheProxy() {
    serve(cable -> cable.maxConnectionsPerAddress(1).trustedProxies(PROXIES));
    open("X-Forwarded-For: 198.51.100.1, 203.0.113.7");
    expectRefusal(connect("X-Forwarded-For: 198.51.100.2, 203.0.113.7"), 429, "10");
  }

  @Test
  void refusesAnAddressThatConnectsTooFast() {
    serve(cable ->
        cable.maxConnectsPerSecondPerAddress(1).trustedProxies(PROXIES).events(limitsToJournal));
    WireClient client = connect();
    int taken = 0;
    for (; client.status() == 101; client = connect()) {
      taken++;
    }
    assertThat(taken).isGreaterThanOrEqualTo(10);
    expectRefusal(client, 429, "1");
    journal.find("maxConnectsPerSecondPerAddress");
    open("X-Forwarded-For: 198.51.100.1");
  }

  @Test
  void warnsOnceBeforeANodeIsFull() {
    serve(cable -> cable.maxConnections(5).maxConnectionsPerAddress(100).events(limitsToJournal));
    for (int i = 0; i < 3; i++) {
      expectSilence(open());
    }
    assertThat(journal.rest()).isEmpty();
    try (LogCapture log = new LogCapture()) {
      expectSilence(open());
      assertThat(log.line("limit near")).contains("option=maxConnections ", "count=4 most=5");
    }
    expectSilence(open());
    journal.expect("near maxConnections");
    assertThat(journal.rest()).isEmpty();
  }
}
