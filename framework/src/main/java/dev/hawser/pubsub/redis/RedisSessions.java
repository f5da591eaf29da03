// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hawser.sessions.SessionStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The store of sessions in the Redis of an adapter: one key for each, which is written by one
 * command, and read and deleted by one script. Thread-safe.
 */
final class RedisSessions implements SessionStore {
  private static final String STEM = "hawser/session:";

  private final Function<RedisScript, Future<Response>> scripts;
  private final ChannelNames names;

  /** Keeps a session. Immutable. */
  private record Put(String key, Buffer session, long keepMs) implements RedisScript {
    @Override
    public int slot() {
      return HashSlot.of(key.getBytes(UTF_8));
    }

    @Override
    public Request request(boolean whole, boolean sharded) {
      return Request.cmd(Command.SET).arg(key).arg(session).arg("PX").arg(keepMs);
    }
  }

  /** A call of {@code take.lua}, which answers with an empty text if there is none. Immutable. */
  private record Take(String key) implements RedisScript {
    private static final ScriptText TEXT = ScriptText.of("take.lua");

    @Override
    public int slot() {
      return HashSlot.of(key.getBytes(UTF_8));
    }

    @Override
    public Request request(boolean whole, boolean sharded) {
      Request call = whole
          ? Request.cmd(Command.EVAL).arg(TEXT.bytes())
          : Request.cmd(Command.EVALSHA).arg(TEXT.sha1());
      return call.arg(1).arg(key);
    }
  }

  /**
   * Creates a store.
   *
   * @param scripts calls a script
   */
  RedisSessions(Function<RedisScript, Future<Response>> scripts, ChannelNames names) {
    this.scripts = scripts;
    this.names = names;
  }

  @Override
  public Future<Void> put(String name, Buffer session, long keepMs) {
    return scripts.apply(new Put(key(name), session, keepMs)).mapEmpty();
  }

  @Override
  public Future<@Nullable Buffer> take(String name) {
    return scripts
        .apply(new Take(key(name)))
        .map(Response::toBuffer)
        .map(session -> session.length() == 0 ? null : session);
  }

  private String key(String name) {
    return names.channelOf(STEM + name);
  }
}
