// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmokeTest {
  private static final String CHAT = "{\"channel\":\"ChatChannel\",\"room\":\"general\"}";

  static final class AppConnection extends Connection {
    @Override
    protected void connect() {
      identifiedBy("user", request().cookie("user").orElse("nobody"));
    }
  }

  static final class ChatChannel extends Channel<AppConnection> {
    record Params(String room) {}

    record Speak(String text) {}

    private String room = "";

    @Override
    protected void subscribed() {
      room = params(Params.class).room();
      streamFor(room);
    }

    @Action
    void speak(Speak command) {
      broadcastTo(
          room, Map.of("from", connection().connectionIdentifier(), "text", command.text()));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void chats(boolean portable) {
    try (TestServer server = TestServer.start(cable -> cable
            .connection(AppConnection::new)
            .channel(ChatChannel.class, ChatChannel::new)
            .portableSockets(portable));
        WireClient ann = server.connect("Cookie: user=ann");
        WireClient bob = server.connect("Cookie: user=bob")) {
      assertThat(ann.status()).isEqualTo(101);
      ann.welcomed().subscribe(CHAT).confirmed(CHAT);
      bob.welcomed().subscribe(CHAT).confirmed(CHAT);
      ann.perform(CHAT, "speak", Map.of("text", "Ahoy"));
      assertThat(bob.message().get("from").asText()).isEqualTo("ann");
      assertThat(ann.message().get("text").asText()).isEqualTo("Ahoy");
      server.cable().remoteConnections().where("user", "bob").disconnect(false);
      bob.expect("{\"type\":\"disconnect\",\"reason\":\"remote\",\"reconnect\":false}");
      assertThat(bob.closeCode()).isEqualTo(1000);
      server.cable().restart();
      ann.expect("{\"type\":\"disconnect\",\"reason\":\"server_restart\",\"reconnect\":true}");
      assertThat(ann.closeCode()).isEqualTo(1000);
    }
  }
}
