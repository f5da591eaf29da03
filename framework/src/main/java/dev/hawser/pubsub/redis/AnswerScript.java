// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;

/**
 * A call of {@code answers.lua}. Immutable.
 *
 * @param keys what the names of its keys begin with, a hash tag included
 * @param request the request; empty for a call that is about none
 * @param operation what to do
 * @param node who does it
 * @param arguments of the operation
 */
record AnswerScript(
    String keys, String request, String operation, String node, List<Buffer> arguments)
    implements RedisScript {
  private static final ScriptText TEXT = ScriptText.of("answers.lua");
  private static final int KEYS = 3;

  @Override
  public int slot() {
    return HashSlot.of(keys.getBytes(UTF_8));
  }

  @Override
  public Request request(boolean whole, boolean sharded) {
    Request call = whole
        ? Request.cmd(Command.EVAL).arg(TEXT.bytes())
        : Request.cmd(Command.EVALSHA).arg(TEXT.sha1());
    call.arg(KEYS).arg(keys + ":request:" + request).arg(keys + ":nodes").arg(keys + ":mark");
    call.arg(operation).arg(node);
    arguments.forEach(call::arg);
    return call;
  }
}
