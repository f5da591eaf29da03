// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.WireClient;
import io.vertx.core.http.HttpServerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What one broadcast costs can be seen. */
class FanOutTest extends WireTest {
  private static final String NEWS = identifier("NewsChannel");

  private final AtomicInteger delivered = new AtomicInteger();

  private final class NewsChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("news");
      streamFrom("handled", String.class, message -> journal.add(message));
    }

    @Action
    void publish() {
      cable().broadcast("news", "new");
    }
  }

  private final class Deliveries implements CableEvents {
    @Override
    public void delivered(String broadcasting, int recipients) {
      assertThat(broadcasting).isIn("news", "handled");
      delivered.addAndGet(recipients);
    }
  }

  private List<WireClient> open(int clients, CableEvents events) {
    serve(
        3,
        new HttpServerOptions(),
        cable -> cable.channel(NewsChannel.class, NewsChannel::new).events(events),
        router -> {});
    List<WireClient> open = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      open.add(open().subscribe(NEWS).confirmed(NEWS));
    }
    return open;
  }

  @Test
  void countsEverySubscriptionThatReceivesABroadcast() {
    List<WireClient> clients = open(7, new Deliveries());
    clients.get(0).perform(NEWS, "publish");
    clients.forEach(client -> assertThat(client.message().asText()).isEqualTo("new"));
    assertThat(cable().deliveryCount()).isEqualTo(7);
    assertThat(delivered).hasValue(7);
    cable().broadcast("nobody", 1);
    cable().broadcast("handled", "by code");
    for (int i = 0; i < 7; i++) {
      journal.expect("by code");
    }
    clients.get(0).perform(NEWS, "publish");
    clients.forEach(client -> assertThat(client.message().asText()).isEqualTo("new"));
    assertThat(cable().deliveryCount()).isEqualTo(21);
    assertThat(delivered).hasValue(21);
  }

  @Test
  void countsWithoutAListener() {
    List<WireClient> clients = open(3, new CableEvents() {});
    cable().broadcast("news", "new");
    clients.forEach(client -> assertThat(client.message().asText()).isEqualTo("new"));
    assertThat(cable().deliveryCount()).isEqualTo(3);
  }
}
