// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.charset.StandardCharsets;

/** One message on its way to Redis. Confined to the adapter's loop once it is published. */
final class Publication {
  private final byte[] channel;
  private final byte[] payload;
  private final int slot;
  private final Promise<Void> done;
  private long order;
  private long timer = -1;

  Publication(String channel, byte[] payload, Promise<Void> done) {
    this.channel = channel.getBytes(StandardCharsets.UTF_8);
    this.payload = payload;
    this.slot = HashSlot.of(this.channel);
    this.done = done;
  }

  Request request(boolean sharded) {
    return Request.cmd(sharded ? Command.SPUBLISH : Command.PUBLISH, channel, payload);
  }

  int slot() {
    return slot;
  }

  Promise<Void> done() {
    return done;
  }

  /** Its place among all messages of the adapter. */
  long order() {
    return order;
  }

  void order(long place) {
    this.order = place;
  }

  /** The timer that ends its wait; -1 if it never waited. */
  long timer() {
    return timer;
  }

  void timer(long id) {
    this.timer = id;
  }
}
