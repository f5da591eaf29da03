// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

/**
 * Which pub/sub commands {@link RedisPubSub} uses on a Redis Cluster. All publishers and
 * subscribers of an application must use the same. Other topologies have plain pub/sub only.
 *
 * @since 0.1.0
 */
public enum ShardedPubSub {
  /** Sharded where every master of the Cluster is Redis 7 or newer when the adapter starts. */
  AUTO,

  /** {@code SSUBSCRIBE} and {@code SPUBLISH}: each message stays within the shard of its name. */
  ALWAYS,

  /**
   * {@code SUBSCRIBE} and {@code PUBLISH}: the Cluster hands each message to all of its nodes. For
   * publishers that do not support {@code SPUBLISH}, such as a Rails application.
   */
  NEVER
}
