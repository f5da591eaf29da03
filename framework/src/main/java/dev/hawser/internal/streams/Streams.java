// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who on this node listens to which broadcasting. Counts the event loops that have subscribers, so
 * that the adapter sees one subscription per name, and hands each message to those loops only.
 *
 * <p>Thread-safe. One lock orders the adapter's subscribes and unsubscribes of a name; deliveries
 * never take it.
 */
public final class Streams {
  private final PubSubAdapter adapter;
  private final ConcurrentMap<String, NodeStream> streams = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();

  public Streams(PubSubAdapter adapter) {
    this.adapter = adapter;
  }

  /** Hands one message to the loops that have subscribers. Never creates an entry. */
  public void deliver(PubSubMessage message) {
    NodeStream stream = streams.get(message.broadcasting());
    if (stream != null) {
      stream.deliver(message);
    }
  }

  /** Number of broadcastings that have subscribers on this node. */
  public int size() {
    return streams.size();
  }

  /** Counts one more subscriber on a loop; messages flow once {@link NodeStream#live} completes. */
  NodeStream enter(String name, Hub hub) {
    NodeStream stream;
    Promise<Void> first = null;
    lock.lock();
    try {
      NodeStream known = streams.get(name);
      if (known == null) {
        first = Promise.promise();
        known = new NodeStream(name, first.future());
        streams.put(name, known);
      }
      stream = known;
      stream.enter(hub);
      if (first != null) {
        adapter.subscribe(name).onComplete(first);
      }
    } finally {
      lock.unlock();
    }
    if (first != null) {
      first.future().onFailure(cause -> forget(stream));
    }
    return stream;
  }

  /** Counts one subscriber less; the last one of the node ends the adapter's subscription. */
  void leave(NodeStream stream, Hub hub) {
    lock.lock();
    try {
      if (stream.leave(hub) && streams.remove(stream.name(), stream)) {
        Future<Void> done = adapter.unsubscribe(stream.name());
        done.onFailure(cause -> {
          /* the adapter reports the state of its link itself */
        });
      }
    } finally {
      lock.unlock();
    }
  }

  /** A subscription that failed must not answer for the next subscriber, who tries again. */
  private void forget(NodeStream stream) {
    lock.lock();
    try {
      streams.remove(stream.name(), stream);
    } finally {
      lock.unlock();
    }
  }
}
