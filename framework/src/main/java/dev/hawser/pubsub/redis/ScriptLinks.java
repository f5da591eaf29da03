// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.pubsub.PubSubOverloadedException;
import dev.hawser.pubsub.PubSubRefusedException;
import dev.hawser.pubsub.PubSubUnavailableException;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection for scripts to each server, made when the first script is called. A call is never
 * sent twice, but for one that Redis answered it does not know. Confined to the adapter's loop.
 */
final class ScriptLinks {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Links links;
  private final Consumer<Throwable> onTrouble;
  private final Map<Endpoint, Server> servers = new HashMap<>();
  private @Nullable Shards shards;
  private int underWay;

  /**
   * Starts with no connection.
   *
   * @param onTrouble called when a slot has moved or a server cannot be reached
   */
  ScriptLinks(Links links, Consumer<Throwable> onTrouble) {
    this.links = links;
    this.onTrouble = onTrouble;
  }

  /** Drops the connections to servers that are not in charge of anything any more. */
  void route(Shards newShards) {
    shards = newShards;
    servers.entrySet().removeIf(entry -> {
      boolean gone = !newShards.ownersOfKeys().contains(entry.getKey());
      if (gone) {
        entry.getValue().close();
      }
      return gone;
    });
    servers.values().forEach(Server::retry);
  }

  /**
   * Calls a script.
   *
   * @return fails with {@link PubSubUnavailableException} if the server cannot be reached, or the
   *     link ends before the answer
   */
  Future<Response> call(RedisScript script) {
    Shards known = shards;
    Endpoint owner = known == null ? null : known.ownerOfKeys(script.slot());
    if (known == null || owner == null) {
      return Future.failedFuture(unavailable(null));
    }
    if (underWay >= LinkPurpose.MOST_SCRIPTS) {
      return Future.failedFuture(
          new PubSubOverloadedException(underWay + " scripts wait for Redis' answer"));
    }
    underWay++;
    boolean sharded = known.isSharded();
    Server server = servers.computeIfAbsent(owner, Server::new);
    return server
        .link()
        .compose(link -> link.send(script.request(false, sharded)).recover(failure -> {
          boolean unknown = RedisErrors.isUnknownScript(failure);
          return unknown ? link.send(script.request(true, sharded)) : Future.failedFuture(failure);
        }))
        .recover(failure -> Future.failedFuture(explained(failure)))
        .compose(answer -> answer == null
            ? Future.failedFuture(unavailable(null))
            : Future.succeededFuture(answer))
        .onComplete(answered -> underWay--);
  }

  private Throwable explained(Throwable failure) {
    if (RedisErrors.isReply(failure) && !RedisErrors.isMisdirected(RedisErrors.message(failure))) {
      return new PubSubRefusedException(
          "Redis refused the script: " + RedisErrors.message(failure));
    }
    onTrouble.accept(failure);
    return unavailable(failure);
  }

  private static PubSubUnavailableException unavailable(@Nullable Throwable cause) {
    return new PubSubUnavailableException("there is no connection to Redis for scripts", cause);
  }

  /** The connection to one server, if it has one. */
  private final class Server implements RedisLink.Listener {
    private final Endpoint endpoint;
    private @Nullable Future<RedisLink> link;
    private long failedAt;
    private boolean failed;

    Server(Endpoint endpoint) {
      this.endpoint = endpoint;
    }

    /** The link, a new one if need be; after a failed attempt there is a pause before the next. */
    Future<RedisLink> link() {
      if (link != null) {
        return link;
      }
      if (failed && System.nanoTime() - failedAt < PAUSE_NANOS) {
        return Future.failedFuture(unavailable(null));
      }
      Future<RedisLink> fresh = links.open(endpoint, LinkPurpose.SCRIPT);
      link = fresh;
      fresh.onSuccess(open -> open.start(this)).onFailure(this::onEnd);
      return fresh;
    }

    @Override
    public void onPush(Response push) {
      /* it subscribes to nothing */
    }

    @Override
    public void onError(String message) {
      /* every script has a reply of its own */
    }

    @Override
    public void onEnd(Throwable cause) {
      link = null;
      failed = true;
      failedAt = System.nanoTime();
      onTrouble.accept(cause);
    }

    /** The server may be there again, so the next call need not wait. */
    void retry() {
      failed = false;
    }

    void close() {
      if (link != null) {
        link.onSuccess(RedisLink::close);
        link = null;
      }
    }
  }
}
