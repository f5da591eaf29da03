// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.pubsub.PubSubException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Every connection of an adapter, so that none outlives it. Confined to the adapter's loop. */
final class Links {
  private final Vertx vertx;
  private final RedisConfig config;
  private final Set<RedisLink> alive = new HashSet<>();
  private boolean closed;

  Links(Vertx vertx, RedisConfig config) {
    this.vertx = vertx;
    this.config = config;
  }

  /** Connects to a server; fails at once after {@link #closeAll}. */
  Future<RedisLink> open(Endpoint endpoint, LinkPurpose purpose) {
    if (closed) {
      return Future.failedFuture(new PubSubException("the pub/sub adapter is closed", null));
    }
    RedisLink link = RedisLink.create(vertx, config, endpoint, purpose);
    alive.add(link);
    link.closed().onComplete(ended -> alive.remove(link));
    return link.connect();
  }

  Future<Void> closeAll() {
    closed = true;
    List<Future<Void>> ends = List.copyOf(alive).stream().map(RedisLink::close).toList();
    return Future.join(ends).mapEmpty();
  }
}
