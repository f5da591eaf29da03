// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.pubsub.redis.RedisSite.Kind;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisSiteTest {

  private static Endpoint plain(String host, int port) {
    return new Endpoint("redis", host, port);
  }

  @Test
  void readsAServer() {
    RedisSite site = RedisSite.of("redis://app:pa%3Ass%40%2F+%25@redis.internal:7000/3");
    assertThat(site.kind()).isEqualTo(Kind.STANDALONE);
    assertThat(site.seeds()).containsExactly(plain("redis.internal", 7000));
    assertThat(site.user()).isEqualTo("app");
    assertThat(site.password()).isEqualTo("pa:ss@/+%");
    assertThat(site.database()).isEqualTo(3);
  }

  @Test
  void fillsInWhatIsLeftOut() {
    RedisSite site = RedisSite.of("redis://localhost");
    assertThat(site.seeds()).containsExactly(plain("localhost", 6379));
    assertThat(site.user()).isNull();
    assertThat(site.password()).isNull();
    assertThat(site.database()).isNull();
    assertThat(RedisSite.of("rediss://:pw@[::1]/").seeds())
        .containsExactly(new Endpoint("rediss", "::1", 6379));
    assertThat(RedisSite.of("rediss://:pw@[::1]/").password()).isEqualTo("pw");
    assertThat(RedisSite.of("redis://h?db=2&user=u&password=p%26").toString())
        .isEqualTo("standalone[h:6379]");
    assertThat(RedisSite.of("redis://h?db=2&user=u&password=p%26").password()).isEqualTo("p&");
  }

  @Test
  void readsSentinels() {
    RedisSite site = RedisSite.of("rediss-sentinel://:pw@one,two:26380/1#primary");
    assertThat(site.kind()).isEqualTo(Kind.SENTINEL);
    assertThat(site.seeds())
        .containsExactly(
            new Endpoint("rediss", "one", 26379), new Endpoint("rediss", "two", 26380));
    assertThat(site.masterName()).isEqualTo("primary");
    assertThat(site.database()).isEqualTo(1);
    assertThat(RedisSite.of("redis-sentinel://one").masterName()).isEqualTo("mymaster");
  }

  @Test
  void readsAClusterAndASocket() {
    RedisSite cluster = RedisSite.of("redis-cluster://one:7000,two,[::1]:7002");
    assertThat(cluster.kind()).isEqualTo(Kind.CLUSTER);
    assertThat(cluster.seeds())
        .containsExactly(plain("one", 7000), plain("two", 6379), plain("::1", 7002));
    RedisSite socket = RedisSite.of("unix:///run/redis.sock?db=4");
    assertThat(socket.seeds().get(0).connectionString("n", socket.database()))
        .isEqualTo("unix:///run/redis.sock?client=n&db=4");
  }

  @Test
  void readsOptionsOfTheVertxClient() {
    RedisSite site = RedisSite.of(new RedisOptions()
        .setType(RedisClientType.SENTINEL)
        .setEndpoints(List.of("redis://one:26379", "redis://two:26379"))
        .setUser("app")
        .setPassword("pw")
        .setMasterName("primary"));
    assertThat(site.seeds()).hasSize(2);
    assertThat(site.user()).isEqualTo("app");
    assertThat(site.password()).isEqualTo("pw");
    assertThat(site.masterName()).isEqualTo("primary");
    assertThatThrownBy(() -> RedisSite.of(new RedisOptions().setType(RedisClientType.REPLICATION)))
        .hasMessageStartingWith("type: REPLICATION (expected: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:6379",
        "http://:secret@localhost",
        "redis:///3",
        "redis://:secret@",
        "redis://:secret@host:0",
        "redis://:secret@host:seven",
        "redis://:secret@host:65536",
        "redis://:secret@host/three",
        "redis://:secret@host/-1",
        "redis://:secret@one,two",
        "redis://:secret%zz@host",
        "redis-cluster://:secret@host/1",
        "redis://:sec ret@host",
        "unix:?password=secret"
      })
  void refusesOthersWithoutRepeatingThem(String url) {
    assertThatThrownBy(() -> RedisSite.of(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .hasMessageStartingWith("url: ")
        .hasMessageContaining("(expected: redis://")
        .message()
        .doesNotContain("sec");
  }

  @Test
  void neverShowsThePassword() {
    RedisSite site = RedisSite.of("redis://app:secret@host");
    assertThat(site.toString()).doesNotContain("secret");
    assertThat(site.seeds().get(0).connectionString("name", 1))
        .isEqualTo("redis://host:6379/1?client=name");
  }
}
