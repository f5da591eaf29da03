// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.pubsub.PubSubException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one server, from connecting to its end. It has a client of its own
 * ({@link RedisClientHome}), so that ending it leaves nothing behind, whatever state the connection
 * is in.
 *
 * <p>It pings: a link that is open but carries nothing ends within the ping interval and timeout.
 * The ping is {@code HELLO 3}, whose answer also says whether the server is still a master.
 *
 * <p>Confined to the adapter's loop.
 */
final class RedisLink {
  private static final String RESP3 = "3";
  private static final int OLDEST_VERSION = 6;

  /** Receives what happens on a link. All methods run on the adapter's loop. */
  interface Listener {

    /** A message, or the acknowledgement of a subscription. */
    void onPush(Response push);

    /** An error in reply to a command that has no reply of its own, such as SUBSCRIBE. */
    void onError(String message);

    /** The link has ended, for any reason. Called once. */
    void onEnd(Throwable cause);
  }

  private final Vertx vertx;
  private final RedisConfig config;
  private final RedisClientHome home;
  private final Promise<RedisLink> opened = Promise.promise();
  private final Promise<Void> closed = Promise.promise();
  private final boolean mustBeMaster;

  private @Nullable RedisConnection connection;
  private @Nullable ServerInfo server;
  private @Nullable Listener listener;
  private long timer;
  private boolean heard;
  private boolean ended;

  private RedisLink(Vertx vertx, RedisConfig config, RedisClientHome home, boolean master) {
    this.vertx = vertx;
    this.config = config;
    this.home = home;
    this.mustBeMaster = master;
  }

  static RedisLink create(Vertx vertx, RedisConfig config, Endpoint endpoint, LinkPurpose purpose) {
    RedisClientHome home = new RedisClientHome(vertx, purpose.clientOptions(config, endpoint));
    return new RedisLink(vertx, config, home, purpose.needsMaster());
  }

  /**
   * Connects, logs in and asks for the server's version and role.
   *
   * @return fails if that does not succeed within the connect timeout
   */
  Future<RedisLink> connect() {
    long timeoutMs = config.ms(RedisOption.CONNECT_TIMEOUT);
    timer = vertx.setTimer(
        timeoutMs, late -> end(new TimeoutException("no connection within " + timeoutMs + " ms")));
    home.open()
        .compose(Redis::connect)
        .compose(connected -> {
          connection = connected;
          connected.exceptionHandler(this::end);
          connected.endHandler(
              nothing -> end(new PubSubException("the server closed the connection", null)));
          return connected.send(hello());
        })
        .onComplete(result -> {
          if (result.succeeded()) {
            greeted(ServerInfo.of(result.result()));
          } else {
            end(result.cause());
          }
        });
    return opened.future();
  }

  /** Completes when the link has ended and its socket is closed. */
  Future<Void> closed() {
    return closed.future();
  }

  private void greeted(ServerInfo answer) {
    if (ended) {
      return;
    }
    if (answer.majorVersion() < OLDEST_VERSION) {
      end(new PubSubException("the server is older than Redis " + OLDEST_VERSION, null));
    } else if (mustBeMaster && answer.isReplica()) {
      end(new PubSubException(
          "the server is a replica, and what is published there does not reach the other nodes",
          null));
    } else {
      vertx.cancelTimer(timer);
      server = answer;
      opened.complete(this);
    }
  }

  /** Starts to deliver to a listener, and to ping. */
  void start(Listener newListener) {
    this.listener = newListener;
    RedisConnection open = connection;
    if (ended || open == null) {
      newListener.onEnd(new PubSubException("the link ended before it was used", null));
      return;
    }
    open.handler(this::received);
    schedulePing();
  }

  private void received(Response response) {
    heard = true;
    Listener target = listener;
    if (ended || target == null || response == null) {
      return;
    }
    if (response.type() == ResponseType.PUSH) {
      target.onPush(response);
    } else if (response.type() == ResponseType.ERROR) {
      target.onError(response.toString());
    }
  }

  /** Sends a command. The replies to subscribes and unsubscribes come through the listener. */
  Future<@Nullable Response> send(Request request) {
    RedisConnection open = connection;
    if (ended || open == null) {
      return Future.failedFuture(new PubSubException("the link has ended", null));
    }
    return open.send(request);
  }

  /** Sends commands with one write. Fails with {@link RedisErrors#ofEach}. */
  Future<List<@Nullable Response>> sendAll(List<Request> requests) {
    RedisConnection open = connection;
    if (ended || open == null) {
      return Future.failedFuture(new PubSubException("the link has ended", null));
    }
    return open.batch(requests);
  }

  // -- pings

  private void schedulePing() {
    timer = vertx.setTimer(config.ms(RedisOption.PING_INTERVAL), due -> ping());
  }

  private void ping() {
    heard = false;
    awaitPong();
    send(hello()).onComplete(result -> {
      if (ended) {
        return;
      }
      heard = true;
      if (result.succeeded()) {
        ponged(ServerInfo.of(result.result()));
      } else if (RedisErrors.isReply(result.cause()) && listener != null) {
        ponged(RedisErrors.message(result.cause()));
      } else {
        end(result.cause());
      }
    });
  }

  private void awaitPong() {
    long timeoutMs = config.ms(RedisOption.PING_TIMEOUT);
    timer = vertx.setTimer(timeoutMs, late -> {
      if (heard) {
        heard = false;
        awaitPong();
      } else {
        end(new TimeoutException("no answer to a ping within " + timeoutMs + " ms"));
      }
    });
  }

  private void ponged(ServerInfo answer) {
    vertx.cancelTimer(timer);
    if (mustBeMaster && answer.isReplica()) {
      end(new PubSubException("the server has become a replica", null));
    } else {
      schedulePing();
    }
  }

  /**
   * The client hands the error of a SUBSCRIBE to a ping that came after it; the ping's own answer
   * then arrives as if it were a message.
   */
  private void ponged(String error) {
    vertx.cancelTimer(timer);
    schedulePing();
    if (listener != null) {
      listener.onError(error);
    }
  }

  private static Request hello() {
    return Request.cmd(Command.HELLO).arg(RESP3);
  }

  // -- end

  /** Ends the link and reports the cause to its listener. */
  void end(Throwable cause) {
    if (ended) {
      return;
    }
    ended = true;
    vertx.cancelTimer(timer);
    home.close().onComplete(closed);
    opened.tryFail(cause);
    if (listener != null) {
      listener.onEnd(cause);
    }
  }

  /** Ends the link without a report to its listener. */
  Future<Void> close() {
    listener = null;
    end(new PubSubException("the adapter closed the link", null));
    return closed.future();
  }

  ServerInfo server() {
    if (server == null) {
      throw new IllegalStateException("the link is not open");
    }
    return server;
  }
}
