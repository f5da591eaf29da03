// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import io.vertx.redis.client.Request;
import java.util.List;

/**
 * A call of {@code history.lua} that publishes nothing. Immutable.
 *
 * @param keys of which stream
 * @param operation what to do
 * @param arguments of the operation
 */
record HistoryScript(HistoryKeys keys, String operation, List<String> arguments)
    implements RedisScript {

  @Override
  public int slot() {
    return keys.slot();
  }

  @Override
  public Request request(boolean whole, boolean sharded) {
    Request call = keys.call(whole, operation);
    arguments.forEach(call::arg);
    return call;
  }
}
