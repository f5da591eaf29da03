// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.history.HistoryStore;
import dev.hawser.history.HistoryTerms;
import dev.hawser.history.StreamPosition;
import dev.hawser.pubsub.PubSubMessage;
import dev.hawser.support.redis.RecordingListener;
import dev.hawser.support.redis.RedisCluster;
import dev.hawser.support.redis.Until;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Histories on a Cluster that is emptied, of which no key that all streams share can tell. */
class RedisClusterHistoryTest {
  private static final HistoryTerms TERMS = new HistoryTerms(1000, 600_000, 1 << 20);

  private final RecordingListener heard = new RecordingListener();
  private RedisCluster redis;
  private Vertx vertx;
  private RedisPubSub node;

  @BeforeEach
  void start() {
    redis = RedisCluster.start(1, 0);
    vertx = Vertx.vertx();
    node = RedisPubSub.create(vertx, redis.url());
    await(node.start(heard));
    await(node.subscribe("chat"));
  }

  @AfterEach
  void stop() {
    await(node.close());
    await(vertx.close());
    redis.close();
  }

  private StreamPosition open(String stream) {
    HistoryStore history = Objects.requireNonNull(node.history());
    return await(history.open(stream, TERMS));
  }

  private PubSubMessage publish(long number) {
    await(node.publish("chat", Buffer.buffer(Long.toString(number))));
    return Until.next(heard.messages(), "a message");
  }

  private List<?> keys(String kind) {
    return (List<?>) redis.masters().get(0).call("KEYS", "hawser/history/" + kind + "{*");
  }

  /** The publisher has been told that the stream has no history; the mark of that is gone. */
  @Test
  void numbersEveryMessageOfAStreamThatIsOpenThoughItsServerWasEmptied() {
    assertThat(publish(1).position()).isNull();
    redis.masters().get(0).call("FLUSHALL");
    StreamPosition opened = open("chat");
    assertThat(publish(2).follows(opened)).isTrue();
  }

  @Test
  void keepsNoTimeOfServersThatWereNeverEmptied() {
    open("chat");
    open("news");
    assertThat(keys("meta")).hasSize(2);
    assertThat(keys("flushed")).isEmpty();
  }

  @Test
  void setsTheTimeOfAnEmptiedServerAnEnd() {
    redis.masters().get(0).call("FLUSHALL");
    open("chat");
    assertThat(keys("flushed")).hasSize(1);
    assertThat((Long) redis.masters().get(0).call("PTTL", keys("flushed").get(0)))
        .isBetween(1L, 7 * 86_400_000L);
  }
}
