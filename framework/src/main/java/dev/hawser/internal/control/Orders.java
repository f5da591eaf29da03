// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.control;

import dev.hawser.internal.log.LogText;
import dev.hawser.internal.log.LogThrottle;
import dev.hawser.internal.protocol.ControlMessage;
import dev.hawser.internal.time.NodeTime;
import dev.hawser.pubsub.PubSubAdapter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives orders to all nodes and takes theirs. Thread-safe.
 *
 * <p>An order is carried out on the node that gives it before it is published. Pub/sub loses what
 * is published while a node's link is down, so a node whose link is back asks all nodes to repeat:
 * each publishes the orders that it gave in the last five minutes once more, with their age. Orders
 * have ids, so that none is carried out twice.
 */
public final class Orders {
  private static final Logger log = LoggerFactory.getLogger(Orders.class);
  private static final long ASK_AGAIN_MS = 1000;
  private static final int LEAST_REPEAT_DELAY_MS = 250;
  private static final int MOST_REPEAT_DELAY_MS = 1000;

  private final NodeTime time;
  private final PubSubAdapter adapter;
  private final Consumer<Order> obey;
  private final RecentOrders recent = new RecentOrders();
  private final String node = UUID.randomUUID().toString();
  private final AtomicLong given = new AtomicLong();
  private final AtomicBoolean repeating = new AtomicBoolean();
  private final LogThrottle garbage = new LogThrottle(Duration.ofSeconds(1));
  private final AtomicLong asks = new AtomicLong();
  private volatile boolean stopped;

  /**
   * Creates the orders of one node.
   *
   * @param obey carries an order out; called from any thread, must not block or throw
   */
  public Orders(NodeTime time, PubSubAdapter adapter, Consumer<Order> obey) {
    this.time = time;
    this.adapter = adapter;
    this.obey = obey;
  }

  /**
   * Carries an order out on this node and publishes it to the others.
   *
   * @return completes when the adapter has taken the order; fails when it has not, and then the
   *     order was carried out on this node only
   */
  public Future<Void> give(ControlMessage message) {
    ControlMessage named = message.withId(node + "-" + given.incrementAndGet());
    byte[] payload = named.encode();
    accept(named, payload.length, true);
    return publish(payload);
  }

  /** Takes what came on the control broadcasting. */
  public void receive(byte[] payload) {
    ControlMessage message;
    try {
      message = ControlMessage.decode(payload);
    } catch (IOException e) {
      garbage
          .pass()
          .ifPresent(unlogged -> log.warn(
              "control message ignored: problem={} unlogged={}",
              LogText.of(e.getMessage()),
              unlogged));
      return;
    }
    switch (message.type()) {
      case ControlMessage.RESTART, ControlMessage.DISCONNECT ->
        accept(message, payload.length, false);
      case ControlMessage.REPEAT -> repeatSoon();
      default -> log.debug("control message ignored: type={}", LogText.of(message.type()));
    }
  }

  private void accept(ControlMessage message, int size, boolean own) {
    Order order = recent.add(message, size, own, time.wallMs());
    if (order != null) {
      obey.accept(order);
    }
  }

  /** The number of the latest order; 0 if there was none. */
  public long latest() {
    return recent.latest();
  }

  /** The orders that came after the one of that number, the newest first. */
  public List<Order> since(long number) {
    return recent.since(number);
  }

  /** Asks all nodes to repeat their orders, because this one may have missed some. */
  public void askToRepeat() {
    ask(asks.incrementAndGet(), time.wallMs());
  }

  /** Tries until it is published, or until no node remembers the missed orders any more. */
  private void ask(long number, long sinceMs) {
    if (stopped || number != asks.get()) {
      return;
    }
    publish(ControlMessage.repeat().encode()).onFailure(cause -> {
      if (time.wallMs() - sinceMs < RecentOrders.KEPT_MS) {
        later(ASK_AGAIN_MS, () -> ask(number, sinceMs));
      } else {
        log.warn(
            "orders of other nodes may have been missed: problem={}",
            LogText.of(cause.getMessage()));
      }
    });
  }

  /** Many nodes may ask at once; they are answered together, and by each node at its own time. */
  private void repeatSoon() {
    if (!recent.own(time.wallMs()).isEmpty() && repeating.compareAndSet(false, true)) {
      int delayMs =
          ThreadLocalRandom.current().nextInt(LEAST_REPEAT_DELAY_MS, MOST_REPEAT_DELAY_MS);
      later(delayMs, () -> {
        repeating.set(false);
        repeat();
      });
    }
  }

  private void repeat() {
    long nowMs = time.wallMs();
    List<Future<Void>> repeated = recent.own(nowMs).stream()
        .map(order -> publish(order.message().aged(nowMs - order.givenAtMs()).encode()))
        .toList();
    Future.join(repeated).onFailure(cause -> repeatSoon());
  }

  private Future<Void> publish(byte[] payload) {
    return adapter.publish(ControlMessage.BROADCASTING, Buffer.buffer(payload));
  }

  private void later(long delayMs, Runnable task) {
    if (!stopped) {
      time.setTimer(delayMs, () -> {
        if (!stopped) {
          task.run();
        }
      });
    }
  }

  /** Asks and repeats no more. */
  public void stop() {
    stopped = true;
  }
}
