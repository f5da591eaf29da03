// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.pubsub.PubSubException;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One publishing connection to one server. The messages of a turn of the loop are sent in one
 * write, because the write is most of what a message costs the Redis client. Confined to the
 * adapter's loop.
 */
final class Publisher implements RedisLink.Listener {

  /** Receives what happens to messages and to the link. */
  interface Owner {

    /**
     * Redis has answered, or the link has ended before it did.
     *
     * @param answer {@code null} also if it is not known, because another message has failed
     */
    void onAnswer(
        Publication message, @Nullable Response answer, @Nullable Throwable failure, long nowNanos);

    void onPublisherDown(Throwable cause);
  }

  private final Endpoint endpoint;
  private final Owner owner;
  private @Nullable RedisLink link;
  private List<Publication> gathered = new ArrayList<>();
  private List<Request> requests = new ArrayList<>();

  Publisher(Endpoint endpoint, Owner owner) {
    this.endpoint = endpoint;
    this.owner = owner;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  boolean isUp() {
    return link != null;
  }

  void connected(RedisLink fresh) {
    link = fresh;
    fresh.start(this);
  }

  /**
   * Sends a message with the next {@link #flush}.
   *
   * @param request the command that publishes it
   */
  void send(Publication message, Request request) {
    gathered.add(message);
    requests.add(request);
  }

  void flush() {
    if (gathered.isEmpty()) {
      return;
    }
    List<Publication> sent = gathered;
    List<Request> commands = requests;
    gathered = new ArrayList<>();
    requests = new ArrayList<>();
    if (link == null) {
      answered(sent, null, new PubSubException("the link is down", null));
    } else if (sent.size() == 1) {
      Publication only = sent.get(0);
      link.send(commands.get(0))
          .onComplete(
              result -> owner.onAnswer(only, result.result(), result.cause(), System.nanoTime()));
    } else {
      link.sendAll(commands).onComplete(result -> answered(sent, result.result(), result.cause()));
    }
  }

  private void answered(
      List<Publication> sent,
      @Nullable List<? extends @Nullable Response> answers,
      @Nullable Throwable failure) {
    Map<Integer, Throwable> failures = RedisErrors.ofEach(failure, sent.size());
    long now = System.nanoTime();
    for (int i = 0; i < sent.size(); i++) {
      owner.onAnswer(sent.get(i), answers == null ? null : answers.get(i), failures.get(i), now);
    }
  }

  @Override
  public void onPush(Response push) {
    /* a publisher subscribes to nothing */
  }

  @Override
  public void onError(String message) {
    /* every command of a publisher has a reply of its own */
  }

  @Override
  public void onEnd(Throwable cause) {
    link = null;
    owner.onPublisherDown(cause);
  }

  void close() {
    if (link != null) {
      link.close();
      link = null;
    }
    flush();
  }
}
