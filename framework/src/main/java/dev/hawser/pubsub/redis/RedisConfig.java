// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.internal.options.OptionValues;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.RedisOptions;
import org.jspecify.annotations.Nullable;

/**
 * The checked options of an adapter; {@link RedisPubSubBuilder} documents them. Never changed, so
 * any thread may read it.
 *
 * @param client options of the Vert.x client, of which only the network's and the tracing policy
 *     are used
 * @param sentinelUser the user that logs in to the Sentinels, or {@code null} for the default one
 * @param sentinelPassword their password, or {@code null} for none
 * @param numbers an immutable copy
 */
record RedisConfig(
    RedisSite site,
    RedisOptions client,
    ChannelNames names,
    String clientName,
    @Nullable String sentinelUser,
    @Nullable String sentinelPassword,
    ShardedPubSub shardedPubSub,
    OptionValues<RedisOption> numbers) {

  int count(RedisOption option) {
    return numbers.count(option);
  }

  long ms(RedisOption time) {
    return numbers.ms(time);
  }

  /** A copy of the network options, for one connection to change. */
  NetClientOptions network() {
    return new NetClientOptions(client.getNetClientOptions());
  }

  /** For logs and error messages: no password. */
  @Override
  public String toString() {
    return site + " " + numbers;
  }
}
