// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class VertxJsonTest {
  private static final String NEWS = "{\"channel\":\"NewsChannel\"}";

  static final class AnyConnection extends Connection {}

  static final class NewsChannel extends Channel<AnyConnection> {
    @Override
    protected void subscribed() {
      streamFrom("news");
    }

    @Action
    void echo(JsonObject data) {
      transmit(data);
    }
  }

  @Test
  void carriesVertxsOwnJsonTypes() {
    try (TestServer server = TestServer.start(cable ->
            cable.connection(AnyConnection::new).channel(NewsChannel.class, NewsChannel::new));
        WireClient client = server.connect()) {
      client.welcomed().subscribe(NEWS).confirmed(NEWS);
      JsonObject news = new JsonObject()
          .put("title", "Ahoy")
          .put("tags", new JsonArray().add(1).add(new JsonObject().put("nested", true)))
          .put("at", Instant.EPOCH);
      server.cable().broadcast("news", news);
      assertThat(client.message().toString()).isEqualTo(news.encode());
      client.perform(NEWS, "echo", new JsonObject().put("title", "Ahoy").getMap());
      assertThat(client.message().get("title").asText()).isEqualTo("Ahoy");
    }
  }
}
