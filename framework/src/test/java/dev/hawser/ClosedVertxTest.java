// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubUnavailableException;
import dev.hawser.pubsub.redis.RedisPubSub;
import dev.hawser.support.FaultyPubSub;
import dev.hawser.support.LogCapture;
import dev.hawser.support.WireClient;
import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.Until;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What a cable does when its Vert.x is closed first, as an application does that ends in a hurry:
 * nothing, and not a stack trace in the log.
 */
class ClosedVertxTest extends WireTest {
  private static final String FEED = identifier("FeedChannel");

  private final FaultyPubSub backend = new FaultyPubSub();

  private static final class FeedChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("feed", history());
    }
  }

  private void serveASubscriber(PubSubAdapter adapter) {
    serve(cable -> cable.pubSub(adapter).channel(FeedChannel.class, FeedChannel::new));
    Until.isTrue("the node is ready", () -> cable().readiness().ready());
    int port = server().port();
    WireClient client = closing(WireClient.upgrade(
            port,
            "/cable",
            "Origin: http://localhost:" + port,
            "Sec-WebSocket-Protocol: actioncable-v1-ext-json"))
        .welcomed()
        .subscribe(FEED);
    JsonNode confirmed = client.json();
    assertThat(confirmed.path("streams").has("feed")).isTrue();
  }

  @Test
  void doesNotComplainWhenAHistoryCannotBeReadAnyMore() {
    try (LogCapture log = new LogCapture()) {
      serveASubscriber(backend);
      Promise<Void> reads = backend.slowReads();
      backend.lose(1);
      await(cable().broadcast("feed", 1));
      await(cable().broadcast("feed", 2));
      awaitLoops();
      assertThat(backend.reads()).isPositive();
      await(server().vertx().close());
      reads.fail("unreachable by the test's will");
      await(cable().broadcast("feed", 3));
      await(cable().close());
      assertThat(log.text()).doesNotContain("\tat ").doesNotContain("Rejected");
    }
  }

  @Test
  void doesNotComplainWhenTheVertxOfItsAdapterIsClosed() {
    Vertx vertx = Vertx.vertx();
    try (RedisProcess redis = RedisProcess.start();
        LogCapture log = new LogCapture()) {
      serveASubscriber(RedisPubSub.builder(vertx)
          .url(redis.url())
          .minReconnectDelay(Duration.ofMillis(1))
          .pingInterval(Duration.ofMillis(50))
          .build());
      await(cable().broadcast("feed", 1));
      await(vertx.close());
      assertThatThrownBy(() -> await(cable().broadcast("feed", 2)))
          .hasRootCauseInstanceOf(PubSubUnavailableException.class);
      await(server().vertx().close());
      await(cable().close());
      assertThat(log.text()).doesNotContain("\tat ").doesNotContain("Rejected");
    }
  }
}
