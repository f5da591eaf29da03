// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import org.junit.jupiter.api.Test;

class HandshakeTest {
  private static final class AnyConnection extends Connection {}

  @Test
  void answersTheUpgradeWithNothingButItsHeaders() {
    try (TestServer server = TestServer.start(cable -> cable.connection(AnyConnection::new));
        WireClient client = server.connect()) {
      assertThat(client.status()).isEqualTo(101);
      assertThat(client.headers().keySet())
          .containsExactlyInAnyOrder(
              "connection", "upgrade", "sec-websocket-accept", "sec-websocket-protocol");
    }
  }
}
