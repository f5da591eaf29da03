// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubUnavailableException;
import dev.hawser.sessions.MemorySessions;
import dev.hawser.sessions.SessionStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A memory adapter whose subscriptions to chosen names become live only when the test says so. */
public final class HookedPubSub implements PubSubAdapter {
  private final MemoryPubSub memory = MemoryPubSub.create();
  private final Map<String, Promise<Void>> slow = new ConcurrentHashMap<>();
  private final Journal journal = new Journal();
  private final List<String> published = new CopyOnWriteArrayList<>();
  private volatile Listener listener;
  private final Journal orders = new Journal();
  private final Journal counted = new Journal();
  private volatile SessionStore sessions = MemorySessions.create();
  private volatile boolean endless;
  private volatile boolean refusing;

  /** Lets subscriptions to this name wait for the promise. */
  public Promise<Void> delay(String name) {
    return slow.computeIfAbsent(name, unused -> Promise.promise());
  }

  public void hurry(String name) {
    slow.remove(name);
  }

  /** The subscribes and unsubscribes that arrived, without those of the framework's own names. */
  public Journal journal() {
    return journal;
  }

  /** The messages that the nodes published for each other, in order. */
  public Journal orders() {
    return orders;
  }

  /** The names that were counted, in order. */
  public Journal counted() {
    return counted;
  }

  /** Sets where sessions are kept whose sockets are lost. */
  public HookedPubSub sessions(SessionStore store) {
    sessions = store;
    return this;
  }

  @Override
  public SessionStore sessions() {
    return sessions;
  }

  @Override
  public Future<Long> count(String name, Duration window) {
    counted.add(name);
    return memory.count(name, window);
  }

  /** Lets publishing fail from now on, or work again. */
  public void refusePublishing(boolean refuse) {
    refusing = refuse;
  }

  public Listener listener() {
    return listener;
  }

  @Override
  public Future<Void> start(Listener listener) {
    this.listener = listener;
    return memory.start(listener);
  }

  /** What was broadcast, in order. */
  public List<String> published() {
    return List.copyOf(published);
  }

  @Override
  public Future<Void> publish(String broadcasting, Buffer payload) {
    boolean refused = refusing; // Read before the test can know of the message.
    if (broadcasting.equals("hawser/control")) {
      orders.add(payload.toString());
    } else {
      published.add(payload.toString());
    }
    if (refused) {
      return Future.failedFuture(new PubSubUnavailableException("refused by the test", null));
    }
    return memory.publish(broadcasting, payload);
  }

  @Override
  public Future<Void> subscribe(String broadcasting) {
    note("+", broadcasting);
    Promise<Void> wait = slow.get(broadcasting);
    return memory
        .subscribe(broadcasting)
        .compose(done -> wait == null ? Future.succeededFuture() : wait.future());
  }

  @Override
  public Future<Void> unsubscribe(String broadcasting) {
    note("-", broadcasting);
    return memory.unsubscribe(broadcasting);
  }

  private void note(String sign, String broadcasting) {
    if (!broadcasting.startsWith("hawser/")) {
      journal.add(sign + broadcasting);
    }
  }

  @Override
  public boolean isConnected() {
    return memory.isConnected();
  }

  /** Lets the next close never end. */
  public void delayClose() {
    endless = true;
  }

  @Override
  public Future<Void> close() {
    if (endless) {
      endless = false;
      return Promise.<Void>promise().future();
    }
    return memory.close();
  }
}
