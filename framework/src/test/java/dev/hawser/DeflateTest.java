// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import io.vertx.core.http.HttpServerOptions;
import org.junit.jupiter.api.Test;

/** Compression would let one small frame inflate to any size. */
class DeflateTest {
  private static final int COMPRESSED_TEXT = 0x40 | WireClient.TEXT;

  static final class AnyConnection extends Connection {}

  @Test
  void negotiatesNoCompressionWhateverTheServersOptionsAre() {
    HttpServerOptions compressing =
        new HttpServerOptions().setPerMessageWebSocketCompressionSupported(true);
    try (TestServer server = TestServer.start(
            compressing, cable -> cable.connection(AnyConnection::new), router -> {});
        WireClient client = server.connect("Sec-WebSocket-Extensions: permessage-deflate")) {
      assertThat(client.header("Sec-WebSocket-Extensions")).isNull();
      client.welcomed().sendFrame(true, COMPRESSED_TEXT, new byte[] {1, 2, 3});
      assertThat(client.closeCode()).isEqualTo(1002);
    }
  }
}
