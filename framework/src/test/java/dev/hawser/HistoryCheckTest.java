// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.TestServer.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.pubsub.redis.RedisPubSub;
import dev.hawser.support.ElapsingTime;
import dev.hawser.support.WireClient;
import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.Until;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A stream that nobody broadcasts to any more: no later message shows that the latest one was lost
 * on the way, so the node asks now and then.
 */
class HistoryCheckTest extends HistoryFixture {
  private static final Duration CHECK = Duration.ofSeconds(30);
  private static final String PATH = "/checked";
  private static final String FEED = identifier("FeedChannel");

  private static final class FeedChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("feed", history());
    }
  }

  @Test
  void deliversTheLatestMessageThoughRedisHasDroppedItOnItsWay() throws IOException {
    RedisProcess redis = closing(RedisProcess.start());
    serve(cable -> {});
    Vertx vertx = server().vertx();
    ElapsingTime time = new ElapsingTime(vertx);
    Cable cable = cable(redis, time);
    Until.isTrue("the node checks its streams", () -> time.repeatsWithin(CHECK));
    WireClient extended = connect("actioncable-v1-ext-json");
    WireClient base = connect("actioncable-v1-json");
    long start = places(extended, FEED).path("feed").path("offset").longValue();
    base.subscribe(FEED).confirmed(FEED);
    keepWithoutDelivery(redis, "2");
    expectSilence(extended);
    time.elapse(CHECK);
    JsonNode message = extended.json();
    assertThat(message.path("message").intValue()).isEqualTo(2);
    assertThat(message.path("offset").longValue()).isEqualTo(start + 1);
    assertThat(base.message().intValue()).isEqualTo(2);
    time.elapse(CHECK);
    await(cable.broadcast("feed", 3));
    for (WireClient client : List.of(extended, base)) {
      assertThat(client.message().intValue()).isEqualTo(3);
      expectSilence(client);
    }
  }

  private Cable cable(RedisProcess redis, ElapsingTime time) {
    Vertx vertx = server().vertx();
    Cable cable = Cable.builder(vertx)
        .connection(PlainConnection::new)
        .channel(FeedChannel.class, FeedChannel::new)
        .pubSub(RedisPubSub.create(vertx, redis.url()))
        .portableSockets(portableSockets())
        .build(time.runtime(vertx));
    closing(() -> await(cable.close()));
    server().mount(PATH, cable);
    return cable;
  }

  private WireClient connect(String subprotocol) {
    int port = server().port();
    return closing(WireClient.upgrade(
            port,
            PATH,
            "Origin: http://localhost:" + port,
            "Sec-WebSocket-Protocol: " + subprotocol))
        .welcomed();
  }

  /** What a publisher's script does, but that the subscribers of the stream get nothing. */
  private static void keepWithoutDelivery(RedisProcess redis, String payload) throws IOException {
    String meta = String.valueOf(((List<?>) redis.call("KEYS", "hawser/history/meta{*")).get(0));
    try (InputStream script =
        RedisPubSub.class.getResourceAsStream("/dev/hawser/pubsub/redis/history.lua")) {
      Object answer = redis.call(
          "EVAL",
          new String(script.readAllBytes(), UTF_8),
          5,
          meta,
          meta.replace("meta", "list"),
          meta.replace("meta", "plain"),
          "hawser/history/any",
          "hawser/history/none",
          "append",
          "PUBLISH",
          "nobody",
          payload,
          "tag",
          2000);
      assertThat(answer).as("it is numbered").isEqualTo(1L);
    }
  }
}
