// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import io.vertx.core.Future;

/** Finds out which servers are in charge of which slots. Confined to the adapter's loop. */
interface Topology {

  /**
   * Looks up the masters.
   *
   * @return fails if no server that knows them can be reached
   */
  Future<Shards> find();

  /** Whether the answer may change while all links are up. */
  default boolean isVariable() {
    return true;
  }
}
