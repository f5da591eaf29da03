// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import io.vertx.core.Future;

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
