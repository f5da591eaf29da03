// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import org.jspecify.annotations.Nullable;

/**
 * A Redis client of Vert.x in a deployment of its own. Vert.x keeps every network client, even a
 * closed one, until the deployment that created it ends; without one, until Vert.x ends. An adapter
 * that cannot connect for a day would collect tens of thousands.
 */
final class RedisClientHome implements Deployable {
  private final Vertx vertx;
  private final RedisOptions options;
  private final Promise<Redis> created = Promise.promise();
  private @Nullable Future<String> deployment;

  RedisClientHome(Vertx vertx, RedisOptions options) {
    this.vertx = vertx;
    this.options = options;
  }

  /** Creates the client. */
  Future<Redis> open() {
    deployment = vertx.deployVerticle(this);
    return deployment.compose(deployed -> created.future());
  }

  @Override
  public Future<?> deploy(Context own) {
    created.complete(Redis.createClient(vertx, options));
    return created.future();
  }

  /** Closes the client with all its sockets, and ends its deployment so that Vert.x forgets it. */
  Future<Void> close() {
    if (deployment == null) {
      return Future.succeededFuture();
    }
    return deployment
        .compose(id -> created.future().compose(Redis::close).eventually(() -> vertx.undeploy(id)))
        .otherwiseEmpty();
  }
}
