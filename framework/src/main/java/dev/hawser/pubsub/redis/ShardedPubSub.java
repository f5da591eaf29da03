// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

/**
 * The pub/sub commands that {@link RedisPubSub} uses on a Redis Cluster. All publishers and
 * subscribers of an application must use the same. Without a Cluster, {@code SUBSCRIBE} and
 * {@code PUBLISH} are always used.
 *
 * @since 0.1.0
 */
public enum ShardedPubSub {
  /**
   * Like {@link #ALWAYS} if every master of the Cluster is Redis 7 or newer when the adapter
   * starts, and otherwise like {@link #NEVER}.
   */
  AUTO,

  /**
   * {@code SSUBSCRIBE} and {@code SPUBLISH}, which Redis 7 has: each message stays within the shard
   * of its name.
   */
  ALWAYS,

  /**
   * {@code SUBSCRIBE} and {@code PUBLISH}: the Cluster sends each message to all of its nodes. Use
   * it if there are publishers that do not support {@code SPUBLISH}, such as a Rails application.
   */
  NEVER
}
