// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/**
 * The channel of a stream and the keys of its history, all in one slot. Immutable.
 *
 * @param names the names of the adapter
 * @param channel the channel
 * @param slot the slot of the channel, and so of the keys
 */
record HistoryKeys(ChannelNames names, String channel, int slot) {
  private static final ScriptText TEXT = ScriptText.of("history.lua");
  private static final String STEM = "hawser/history/";

  HistoryKeys(ChannelNames names, String channel) {
    this(names, channel, HashSlot.of(channel.getBytes(UTF_8)));
  }

  private String key(String kind) {
    return names.besides(channel, slot, STEM + kind);
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
    return call.arg(3).arg(key("meta")).arg(key("list")).arg(key("plain")).arg(operation);
  }
}
