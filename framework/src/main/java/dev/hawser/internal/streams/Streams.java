// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.internal.log.LogText;
import dev.hawser.internal.log.LogThrottle;
import dev.hawser.internal.protocol.Envelope;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who on this node listens to which broadcasting. Counts the event loops that have subscribers, so
 * that the adapter sees one subscription per name, and hands each message to those loops only.
 *
 * <p>Thread-safe. One lock orders the adapter's subscribes and unsubscribes of a name; deliveries
 * never take it.
 */
public final class Streams {
  private static final Logger log = LoggerFactory.getLogger(Streams.class);

  private final PubSubAdapter adapter;
  private final LogThrottle throttle = new LogThrottle(Duration.ofSeconds(10));
  private final ConcurrentMap<String, NodeStream> streams = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();

  public Streams(PubSubAdapter adapter) {
    this.adapter = adapter;
  }

  /** Hands one message to the loops that have subscribers. Never creates an entry. */
  public void deliver(PubSubMessage message) {
    NodeStream stream = streams.get(message.broadcasting());
    if (stream != null) {
      if (isEnvelope(message.payload())) {
        open(stream, message);
      } else {
        stream.deliver(message, null);
      }
    }
  }

  private static boolean isEnvelope(Buffer payload) {
    return payload.length() > 0 && payload.getByte(0) == Envelope.FIRST_BYTE;
  }

  /** Any program may publish to a backend, so an envelope that cannot be read is skipped. */
  private void open(NodeStream stream, PubSubMessage message) {
    try {
      stream.deliver(message, Envelope.decode(message.payload().getBytes()));
    } catch (ProtocolException e) {
      throttle
          .pass()
          .ifPresent(unlogged -> log.warn(
              "envelope skipped: broadcasting={} problem={} unlogged={}",
              LogText.of(message.broadcasting()),
              LogText.of(String.valueOf(e.getMessage())),
              unlogged));
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
