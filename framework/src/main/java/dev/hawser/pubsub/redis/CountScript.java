// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/**
 * A call of {@code count.lua}: one more under a key. Immutable.
 *
 * @param key the key
 * @param windowMs how long it lasts from its first count on
 */
record CountScript(String key, long windowMs) implements RedisScript {
  private static final ScriptText TEXT = ScriptText.of("count.lua");

  @Override
  public int slot() {
    return HashSlot.of(key.getBytes(UTF_8));
  }

  @Override
  public Request request(boolean whole, boolean sharded) {
    Request call = whole
        ? Request.cmd(Command.EVAL).arg(TEXT.bytes())
        : Request.cmd(Command.EVALSHA).arg(TEXT.sha1());
    return call.arg(1).arg(key).arg(Math.max(1, windowMs));
  }
}
