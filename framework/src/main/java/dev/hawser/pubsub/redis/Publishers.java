// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.pubsub.PubSubException;
import dev.hawser.pubsub.PubSubRefusedException;
import dev.hawser.pubsub.PubSubUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The publishing connections, and the messages that wait for them. Confined to the adapter's loop.
 *
 * <p>A message that was sent is never sent again, unless Redis answered that it did not publish it
 * because its slot is on another server.
 */
final class Publishers implements Publisher.Owner {
  private final Vertx vertx;
  private final RedisConfig config;
  private final Consumer<Throwable> onTrouble;
  private final Consumer<HistoryKeys> onGap;
  private final PlainStreams plainStreams = new PlainStreams();
  private final Runnable onGathered;
  private final Map<Endpoint, List<Publisher>> publishers = new HashMap<>();
  private final @Nullable Lane[] lanes = new Lane[HashSlot.COUNT];
  private final Set<Lane> waitingLanes = new HashSet<>();
  private @Nullable Shards shards;
  private @Nullable Throwable latestTrouble;
  private long published;
  private int underWay;
  private @Nullable Promise<Void> quiet;

  /**
   * Starts with no connection.
   *
   * @param onTrouble called when a link is lost or a slot has moved
   * @param onGap called when a message may be missing in the history of its stream
   * @param onGathered called when there is something to flush, also outside the adapter's turns
   */
  Publishers(
      Vertx vertx,
      RedisConfig config,
      Consumer<Throwable> onTrouble,
      Consumer<HistoryKeys> onGap,
      Runnable onGathered) {
    this.vertx = vertx;
    this.config = config;
    this.onTrouble = onTrouble;
    this.onGap = onGap;
    this.onGathered = onGathered;
  }

  // -- connections

  /** Connects to new masters, drops the others, and sends the messages that waited for this. */
  void route(Shards newShards) {
    shards = newShards;
    publishers.entrySet().removeIf(server -> {
      boolean gone = !newShards.ownersOfKeys().contains(server.getKey());
      if (gone) {
        server.getValue().forEach(Publisher::close);
      }
      return gone;
    });
    for (Endpoint master : newShards.ownersOfKeys()) {
      publishers.computeIfAbsent(master, this::create);
    }
    for (Lane lane : List.copyOf(waitingLanes)) {
      lane.misdirected(false);
      drain(lane);
    }
  }

  private List<Publisher> create(Endpoint master) {
    List<Publisher> created = new ArrayList<>();
    for (int i = 0; i < config.count(RedisOption.PUBLISHER_CONNECTIONS); i++) {
      created.add(new Publisher(master, this));
    }
    return created;
  }

  @Override
  public void onPublisherDown(Throwable cause) {
    trouble(cause);
  }

  private void trouble(Throwable cause) {
    latestTrouble = cause;
    onTrouble.accept(cause);
  }

  /** The publishers without a connection. */
  List<Publisher> down() {
    return publishers.values().stream()
        .flatMap(List::stream)
        .filter(publisher -> !publisher.isUp())
        .toList();
  }

  boolean areUp() {
    return shards != null && down().isEmpty();
  }

  void connected(Publisher publisher, RedisLink link) {
    publisher.connected(link);
    plainStreams.reconnected();
    for (Lane lane : List.copyOf(waitingLanes)) {
      drain(lane);
    }
  }

  // -- messages

  void publish(Publication message) {
    message.order(++published);
    Lane lane = lane(message.slot());
    Publisher target = publisherOf(lane);
    if (lane.waiting().isEmpty() && target != null && maySend(lane, target, message)) {
      send(lane, target, message);
    } else {
      hold(lane, message);
      settle(lane, target);
    }
  }

  private Lane lane(int slot) {
    Lane lane = lanes[slot];
    if (lane == null) {
      lane = new Lane(slot);
      lanes[slot] = lane;
    }
    return lane;
  }

  /** To the server that has the history, also where another one would do for plain messages. */
  private @Nullable Publisher publisherOf(Lane lane) {
    Endpoint server = shards == null ? null : shards.ownerOfKeys(lane.slot());
    List<Publisher> candidates = server == null ? null : publishers.get(server);
    return candidates == null ? null : candidates.get(lane.slot() % candidates.size());
  }

  private boolean maySend(Lane lane, Publisher target, Publication message) {
    return lane.maySendOver(target)
        && relaysForMs(lane, target) == 0
        && !plainStreams.mightOvertake(message);
  }

  /** How long to wait for the other nodes of a Cluster before this server may publish. */
  private long relaysForMs(Lane lane, @Nullable Publisher target) {
    boolean relayed = shards != null && shards.isRelayed();
    return relayed && target != null ? lane.relaysForMs(target, System.nanoTime()) : 0;
  }

  /** Sends what waits once the Cluster has relayed what another server has accepted. */
  private void settle(Lane lane, @Nullable Publisher target) {
    long remainingMs = relaysForMs(lane, target);
    if (remainingMs > 0
        && lane.isIdle()
        && !lane.isSettling()
        && !lane.waiting().isEmpty()) {
      lane.settling(true);
      vertx.setTimer(remainingMs, settled -> {
        lane.settling(false);
        drain(lane);
      });
    }
  }

  private void send(Lane lane, Publisher target, Publication message) {
    boolean sharded = shards != null && shards.isSharded();
    Request request = plainStreams.request(message, sharded, System.nanoTime());
    lane.sending(target);
    underWay++;
    target.send(message, request);
  }

  /** Ends every turn of the loop. */
  void flush() {
    for (List<Publisher> connections : publishers.values()) {
      connections.forEach(Publisher::flush);
    }
  }

  @Override
  public void onAnswer(
      Publication message, @Nullable Response answer, @Nullable Throwable failure, long nowNanos) {
    Lane lane = lane(message.slot());
    lane.answered(nowNanos);
    plainStreams.ended(message);
    underWay--;
    if (failure == null) {
      accepted(message, answer, nowNanos);
    } else {
      failed(lane, message, failure);
    }
    if (lane.isIdle() && !lane.waiting().isEmpty()) {
      drain(lane);
    }
    checkQuiet();
  }

  private void accepted(Publication message, @Nullable Response answer, long nowNanos) {
    boolean plain = !message.isAsking() && !message.isPassing();
    if (plain && plainStreams.isLate(message, nowNanos)) {
      onGap.accept(message.keys());
    } else if (message.isAsking() && answer != null) {
      plainStreams.answered(message, Replies.number(answer));
    }
    done(message, null);
  }

  private void failed(Lane lane, Publication message, Throwable cause) {
    if (!RedisErrors.isReply(cause)) {
      done(
          message,
          new PubSubUnavailableException(
              "the link was lost before Redis answered, so the message may be lost", cause));
    } else if (message.isAsking()
        && RedisErrors.isUnknownScript(cause)
        && message.takeScriptAlong()) {
      again(lane, message);
    } else if (message.isAsking() && RedisErrors.isForbiddenScript(cause)) {
      plainStreams.refused(RedisErrors.message(cause));
      again(lane, message);
    } else if (RedisErrors.isMisdirected(RedisErrors.message(cause))) {
      lane.misdirected(true);
      hold(lane, message);
      trouble(cause);
    } else {
      done(
          message,
          new PubSubRefusedException("Redis refused the message: " + RedisErrors.message(cause)));
    }
  }

  private void hold(Lane lane, Publication message) {
    Publisher target = publisherOf(lane);
    hold(lane, message, lane.isBeingRedirected(target) || relaysForMs(lane, target) > 0);
  }

  /** Sends a message by another command, before the later ones of its lane. */
  private void again(Lane lane, Publication message) {
    hold(lane, message, true);
  }

  private void hold(Lane lane, Publication message, boolean briefly) {
    if (message.timer() < 0) {
      long patienceMs = config.ms(RedisOption.PUBLISH_RETRY_TIMEOUT);
      if (briefly) {
        patienceMs = Math.max(patienceMs, config.ms(RedisOption.CONNECT_TIMEOUT) + Lane.RELAY_MS);
      }
      if (patienceMs == 0) {
        done(message, unavailable());
        return;
      }
      message.timer(vertx.setTimer(patienceMs, late -> expired(lane, message)));
    }
    lane.waiting().add(message);
    waitingLanes.add(lane);
  }

  private void expired(Lane lane, Publication message) {
    if (lane.waiting().remove(message)) {
      if (lane.waiting().isEmpty()) {
        waitingLanes.remove(lane);
      }
      done(message, unavailable());
    }
  }

  private PubSubUnavailableException unavailable() {
    return new PubSubUnavailableException(
        "there is no connection to Redis to publish over", latestTrouble);
  }

  private void drain(Lane lane) {
    Publisher target = publisherOf(lane);
    Publication next = lane.waiting().peek();
    while (next != null && target != null && maySend(lane, target, next)) {
      lane.waiting().remove();
      send(lane, target, next);
      onGathered.run();
      next = lane.waiting().peek();
    }
    if (next == null) {
      waitingLanes.remove(lane);
    }
    settle(lane, target);
  }

  private void done(Publication message, @Nullable PubSubException failure) {
    if (message.timer() >= 0) {
      vertx.cancelTimer(message.timer());
    }
    if (failure == null) {
      message.done().complete();
    } else {
      message.done().fail(failure);
    }
  }

  // -- end

  /** Completes when Redis has answered every message that was sent. */
  Future<Void> quiet() {
    Promise<Void> promise = Promise.promise();
    quiet = promise;
    checkQuiet();
    return promise.future();
  }

  private void checkQuiet() {
    if (quiet != null && underWay == 0) {
      quiet.tryComplete();
    }
  }

  /** Fails all waiting messages. */
  void giveUp() {
    for (Lane lane : List.copyOf(waitingLanes)) {
      for (Publication message : lane.waiting()) {
        done(message, new PubSubUnavailableException("the pub/sub adapter was closed", null));
      }
      lane.waiting().clear();
    }
    waitingLanes.clear();
  }
}
