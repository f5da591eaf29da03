// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import io.vertx.core.Future;

/** Finds out which servers are in charge. Confined to the adapter's loop. */
interface Topology {

  /**
   * Asks.
   *
   * @return fails if nobody who knows can be reached
   */
  Future<Shards> find();

  /** Whether the answer may change while all links are up. */
  default boolean isVariable() {
    return true;
  }

  static Topology of(Links links, RedisConfig config) {
    return switch (config.site().kind()) {
      case STANDALONE -> new StandaloneTopology(config.site().seeds().get(0));
      case SENTINEL -> new SentinelTopology(links, config);
      case CLUSTER -> new ClusterTopology(links, config);
    };
  }

  /** A single server, which never changes. */
  record StandaloneTopology(Endpoint server) implements Topology {
    @Override
    public Future<Shards> find() {
      return Future.succeededFuture(Shards.single(server));
    }

    @Override
    public boolean isVariable() {
      return false;
    }
  }
}
