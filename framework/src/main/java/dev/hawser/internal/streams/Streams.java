// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.history.HistoryStore;
import dev.hawser.history.HistoryTerms;
import dev.hawser.history.StreamPosition;
import dev.hawser.internal.log.LogText;
import dev.hawser.internal.log.LogThrottle;
import dev.hawser.internal.protocol.Envelope;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.internal.transport.Loop;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
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
  private static final int HEALED_AT_ONCE = 500;
  private static final long HEALING_PAUSE_MS = 50;

  private final PubSubAdapter adapter;
  private final LogThrottle throttle = new LogThrottle(Duration.ofSeconds(10));
  private final ConcurrentMap<String, NodeStream> streams = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final @Nullable HistoryStore history;
  private final BiConsumer<Long, Runnable> timer;

  /** Creates streams without history. */
  public Streams(PubSubAdapter adapter) {
    this(adapter, null, (delayMs, step) -> {});
  }

  /**
   * Creates streams.
   *
   * @param history numbers and keeps broadcasts, if the adapter can do that
   * @param timer runs a step after a number of ms
   */
  public Streams(
      PubSubAdapter adapter, @Nullable HistoryStore history, BiConsumer<Long, Runnable> timer) {
    this.adapter = adapter;
    this.history = history;
    this.timer = timer;
  }

  /** Keeps the history of streams; {@code null} if the adapter cannot. */
  public @Nullable HistoryStore history() {
    return history;
  }

  /**
   * Reads what streams with history have missed, if they have. Also renews their history, so a
   * cable calls it now and then; and whenever the link to the backend is back.
   */
  public void heal() {
    List<NodeStream> all = new ArrayList<>();
    for (NodeStream stream : streams.values()) {
      if (stream.sequence() != null) {
        all.add(stream);
      }
    }
    healSlice(all.iterator());
  }

  /** A node may have very many, and the store has other work besides. */
  private void healSlice(Iterator<NodeStream> left) {
    for (int i = 0; i < HEALED_AT_ONCE && left.hasNext(); i++) {
      heal(left.next());
    }
    if (left.hasNext()) {
      timer.accept(HEALING_PAUSE_MS, () -> healSlice(left));
    }
  }

  /**
   * Reads what one stream has missed. Completes when nothing is missing, or the loss was told;
   * fails when the store cannot be reached now.
   */
  Future<Void> heal(NodeStream stream) {
    Promise<Void> healed = Promise.promise();
    stream.locked(() -> {
      Sequence sequence = stream.sequence();
      if (sequence == null) {
        healed.complete();
      } else {
        sequence.heal().onComplete(healed);
      }
    });
    return healed.future();
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

  /** Names of the broadcastings that have subscribers on this node; a view. */
  public Set<String> names() {
    return Collections.unmodifiableSet(streams.keySet());
  }

  /** Number of broadcastings that have subscribers on this node. */
  public int size() {
    return streams.size();
  }

  /**
   * Counts one more subscriber on a loop; messages flow once {@link NodeStream#live} completes.
   * Returns the part of the stream that it joins.
   */
  LocalStream enter(String name, Hub hub) {
    NodeStream stream;
    LocalStream entered;
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
      entered = stream.enter(hub);
      if (first != null) {
        adapter.subscribe(name).onComplete(first);
      }
    } finally {
      lock.unlock();
    }
    if (first != null) {
      first.future().onFailure(cause -> forget(stream));
    }
    return entered;
  }

  /**
   * Gives a stream of this node history.
   *
   * @throws IllegalStateException if the adapter keeps none
   */
  Sequence keepHistory(NodeStream stream, HistoryTerms terms) {
    HistoryStore store = history;
    if (store == null) {
      throw new IllegalStateException("the pub/sub adapter keeps no history (expected: one whose"
          + " history() returns a store, as MemoryPubSub and RedisPubSub do)");
    }
    lock.lock();
    try {
      Sequence known = stream.sequence();
      if (known != null) {
        stream.locked(() -> known.widen(terms));
        return known;
      }
      Sequence begun = new Sequence(stream.name(), store, terms, new Ordered(stream));
      stream.sequence(begun);
      stream.live().onSuccess(live -> stream.locked(begun::open));
      stream.live().onFailure(begun::fail);
      return begun;
    } finally {
      lock.unlock();
    }
  }

  /** Counts one subscriber less; the last one of the node ends the adapter's subscription. */
  void leave(LocalStream left) {
    NodeStream stream = left.node();
    lock.lock();
    try {
      if (stream.leave(left) && streams.remove(stream.name(), stream)) {
        Sequence ended = stream.sequence();
        if (ended != null) {
          stream.locked(ended::end);
        }
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

  /** What the sequence of a stream does on this node. */
  private final class Ordered implements Sequence.Output {
    private final NodeStream stream;

    Ordered(NodeStream stream) {
      this.stream = stream;
    }

    @Override
    public void forward(PubSubMessage message, @Nullable Envelope envelope) {
      stream.forward(message, envelope);
    }

    @Override
    public void forwardUnkept(PubSubMessage message, @Nullable Envelope envelope) {
      stream.forwardUnkept(message, envelope);
    }

    @Override
    public void lost(StreamPosition position) {
      stream.lost(position);
    }

    @Override
    public void locked(Runnable step) {
      stream.locked(step);
    }

    @Override
    public void unlocked(Runnable step) {
      stream.onSomeLoop(step);
    }

    @Override
    public Loop.Timer later(long delayMs, Runnable step) {
      return stream.later(delayMs, () -> stream.locked(step));
    }

    @Override
    public void unreachable(Throwable cause) {
      throttle
          .pass()
          .ifPresent(unlogged -> log.warn(
              "history not reached: stream={} problem={} unlogged={}",
              LogText.of(stream.name()),
              LogText.of(cause.getMessage()),
              unlogged));
    }
  }
}
