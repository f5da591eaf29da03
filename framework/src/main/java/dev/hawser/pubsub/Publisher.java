// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub;

import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One publishing connection to one server. Confined to the adapter's loop. */
final class Publisher implements RedisLink.Listener {
  private final Endpoint endpoint;
  private final BiConsumer<Publisher, Throwable> onDown;
  private @Nullable RedisLink link;

  Publisher(Endpoint endpoint, BiConsumer<Publisher, Throwable> onDown) {
    this.endpoint = endpoint;
    this.onDown = onDown;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  boolean isUp() {
    return link != null;
  }

  void connected(RedisLink fresh) {
    link = fresh;
    fresh.start(this);
  }

  Future<Response> send(Request request) {
    return link == null
        ? Future.failedFuture(new PubSubException("the link is down", null))
        : link.send(request);
  }

  @Override
  public void onPush(Response push) {
    /* nothing is subscribed here */
  }

  @Override
  public void onError(String message) {
    /* every command here has an answer of its own */
  }

  @Override
  public void onEnd(Throwable cause) {
    link = null;
    onDown.accept(this, cause);
  }

  void close() {
    if (link != null) {
      link.close();
      link = null;
    }
  }
}
