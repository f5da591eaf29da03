// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** One more under a key whose count expires a while after its first one. Immutable. */
final class Count {
  private static final String SCRIPT = "local count = redis.call('INCR', KEYS[1]) "
      + "if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end "
      + "return count";

  private final String key;
  private final long windowMs;

  Count(String key, Duration window) {
    this.key = key;
    this.windowMs = Math.max(1, window.toMillis());
  }

  /** The script makes it one step, so that no count stays without an end. */
  Request request() {
    return Request.cmd(Command.EVAL).arg(SCRIPT).arg(1).arg(key).arg(windowMs);
  }

  int slot() {
    return HashSlot.of(key.getBytes(StandardCharsets.UTF_8));
  }

  int bytes() {
    return key.length();
  }
}
