// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/**
 * The channel of a stream and the keys of its history, all in one slot. Immutable.
 *
 * @param config the configuration of the adapter
 * @param channel the channel
 * @param slot the slot of the channel, and so of the keys
 */
record HistoryKeys(RedisConfig config, String channel, int slot) {
  private static final ScriptText TEXT = ScriptText.of("history.lua");
  private static final String STEM = "hawser/history/";

  private String key(String kind) {
    return config.names().besides(channel, slot, STEM + kind);
  }

  private String common(String kind) {
    return config.names().channelOf(STEM + kind);
  }

  /**
   * Begins a call of {@code history.lua}, as far as the operation.
   *
   * @param whole whether the script's text goes along
   * @param operation the operation
   */
  Request call(boolean whole, String operation) {
    Request call = whole
        ? Request.cmd(Command.EVAL).arg(TEXT.bytes())
        : Request.cmd(Command.EVALSHA).arg(TEXT.sha1());
    boolean together = config.site().kind() != RedisSite.Kind.CLUSTER;
    call.arg(together ? 5 : 4).arg(key("meta")).arg(key("list")).arg(key("plain"));
    if (together) {
      call.arg(common("any")).arg(common("none"));
    } else {
      call.arg(config.names().inSlot(slot, STEM + "flushed"));
    }
    return call.arg(operation);
  }
}
