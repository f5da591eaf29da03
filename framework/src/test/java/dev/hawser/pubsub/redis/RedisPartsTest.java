// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubMessage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedisPartsTest {

  private static int slot(String channel) {
    return HashSlot.of(channel.getBytes(UTF_8));
  }

  /** The examples of the Redis Cluster specification, and of a running server. */
  @Test
  void computesTheSlotsOfRedis() {
    assertThat(slot("123456789")).isEqualTo(0x31C3);
    assertThat(slot("foo")).isEqualTo(12182);
    assertThat(slot("")).isZero();
    assertThat(slot("{user1000}.following")).isEqualTo(slot("user1000"));
    assertThat(slot("foo{}{bar}")).isNotEqualTo(slot("bar"));
    assertThat(slot("foo{{bar}}zap")).isEqualTo(slot("{bar"));
    assertThat(slot("foo{bar}{zap}")).isEqualTo(slot("bar"));
    assertThat(slot("foo{bar")).isNotEqualTo(slot("bar"));
  }

  @Test
  void backsOffExponentiallyUpToACapWithFullJitter() {
    List<Long> ceilings = new ArrayList<>();
    Backoff backoff = new Backoff(50, 1_000, ceiling -> {
      ceilings.add(ceiling);
      return ceiling - 1;
    });
    for (int i = 0; i < 100; i++) {
      assertThat(backoff.nextMs()).isBetween(1L, 1_000L);
    }
    assertThat(ceilings.subList(0, 7)).containsExactly(50L, 100L, 200L, 400L, 800L, 1_000L, 1_000L);
    backoff.reset();
    backoff.nextMs();
    assertThat(ceilings.get(100)).isEqualTo(50);
    assertThat(new Backoff(50, 1_000, ceiling -> 0).nextMs()).isEqualTo(1);
  }

  @Test
  void tellsTheListenerOnceOfSeveralLosses() {
    List<String> told = new ArrayList<>();
    LinkHealth health = new LinkHealth(new PubSubAdapter.Listener() {
      @Override
      public void onMessage(PubSubMessage message) {}

      @Override
      public void onLinkLost(Throwable cause) {
        told.add("lost: " + cause.getMessage());
      }

      @Override
      public void onLinkRestored() {
        told.add("restored");
      }
    });
    RedisSubscription a = new RedisSubscription("a", "a");
    RedisSubscription b = new RedisSubscription("b", "b");
    RedisSubscription fresh = new RedisSubscription("c", "c");
    health.live(a);
    health.live(b);
    health.lost(fresh, new IllegalStateException("never was live"));
    assertThat(told).isEmpty();
    health.lost(a, new IllegalStateException("cut"));
    health.lost(b, new IllegalStateException("cut, too"));
    assertThat(health.isWhole()).isFalse();
    health.live(a);
    health.ended(b);
    assertThat(told).containsExactly("lost: the link to Redis was lost: cut", "restored");
    assertThat(health.isWhole()).isTrue();
  }
}
