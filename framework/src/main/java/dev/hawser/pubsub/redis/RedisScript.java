// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import io.vertx.redis.client.Request;

/** The call of a script whose keys are in one slot. */
interface RedisScript {

  /** The slot of all its keys and of its channel, if it has one. */
  int slot();

  /**
   * Returns the command.
   *
   * @param whole whether the script's text goes along, for a server that does not know it yet
   * @param sharded whether pub/sub is sharded
   */
  Request request(boolean whole, boolean sharded);
}
