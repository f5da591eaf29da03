// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import dev.hawser.history.HistoryEntry;
import dev.hawser.history.HistoryRead;
import dev.hawser.history.HistoryStore;
import dev.hawser.history.HistoryTerms;
import dev.hawser.history.StreamPosition;
import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The adapter of a single node with faults between it and the cable: deliveries that are lost, come
 * twice or late, and a history that cannot be reached, is slow, or begins anew.
 */
public final class FaultyPubSub implements PubSubAdapter, HistoryStore {
  private final MemoryPubSub memory = MemoryPubSub.create();
  private final AtomicInteger toLose = new AtomicInteger();
  private final AtomicInteger reads = new AtomicInteger();
  private final Queue<PubSubMessage> late = new ArrayDeque<>();
  private volatile @Nullable Listener listener;
  private volatile boolean holdsBack;
  private volatile boolean unreachable;
  private volatile @Nullable Promise<Void> slowReads;
  private volatile @Nullable Promise<Void> slowOpenings;
  private final AtomicInteger openings = new AtomicInteger();
  private volatile String life = "";

  /** Loses the next deliveries. */
  public void lose(int deliveries) {
    toLose.set(deliveries);
  }

  /** Holds deliveries back. */
  public void holdBack() {
    holdsBack = true;
  }

  /** Delivers what was held back, the latest first. */
  public void deliverBackwards() {
    holdsBack = false;
    synchronized (late) {
      PubSubMessage[] waiting = late.toArray(new PubSubMessage[0]);
      late.clear();
      for (int i = waiting.length - 1; i >= 0; i--) {
        listener().onMessage(waiting[i]);
      }
    }
  }

  /** Delivers a message as if it came from the backend. */
  public void deliver(PubSubMessage message) {
    listener().onMessage(message);
  }

  /** Makes the history fail, or answer again. */
  public void unreachable(boolean now) {
    unreachable = now;
  }

  /** Lets readings wait from now on; completing the promise ends that. */
  public Promise<Void> slowReads() {
    Promise<Void> end = Promise.promise();
    slowReads = end;
    return end;
  }

  /** Lets answers to openings wait from now on; completing the promise ends that. */
  public Promise<Void> slowOpenings() {
    Promise<Void> end = Promise.promise();
    slowOpenings = end;
    return end;
  }

  /** Openings that the history has taken. */
  public int openings() {
    return openings.get();
  }

  /** Readings that have begun. */
  public int reads() {
    return reads.get();
  }

  /** The history has lost its count: positions get another epoch. */
  public void beginAnew() {
    String next = life + "x";
    life = next;
  }

  /** The link to the backend is back. */
  public void restoreLink() {
    listener().onLinkRestored();
  }

  private Listener listener() {
    Listener known = listener;
    if (known == null) {
      throw new AssertionError("the adapter was not started");
    }
    return known;
  }

  // -- the adapter

  @Override
  public Future<Void> start(Listener newListener) {
    listener = newListener;
    return memory.start(new Listener() {
      @Override
      public void onMessage(PubSubMessage message) {
        pass(message);
      }

      @Override
      public void onLinkLost(Throwable cause) {
        newListener.onLinkLost(cause);
      }

      @Override
      public void onLinkRestored() {
        newListener.onLinkRestored();
      }
    });
  }

  private void pass(PubSubMessage message) {
    PubSubMessage seen = message.position() == null
        ? message
        : new PubSubMessage(message.broadcasting(), message.payload(), out(message.position()));
    if (seen.position() != null && toLose.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      return;
    }
    if (seen.position() != null && holdsBack) {
      synchronized (late) {
        late.add(seen);
      }
      return;
    }
    listener().onMessage(seen);
  }

  @Override
  public Future<Void> publish(String broadcasting, Buffer payload) {
    return memory.publish(broadcasting, payload);
  }

  @Override
  public Future<Void> publishTransient(String broadcasting, Buffer payload) {
    return memory.publishTransient(broadcasting, payload);
  }

  @Override
  public Future<Void> subscribe(String broadcasting) {
    return memory.subscribe(broadcasting);
  }

  @Override
  public Future<Void> unsubscribe(String broadcasting) {
    return memory.unsubscribe(broadcasting);
  }

  @Override
  public boolean isConnected() {
    return memory.isConnected();
  }

  @Override
  public HistoryStore history() {
    return this;
  }

  @Override
  public Future<Void> close() {
    return memory.close();
  }

  // -- the history

  @Override
  public Future<StreamPosition> open(String stream, HistoryTerms terms) {
    Promise<Void> end = slowOpenings;
    Future<StreamPosition> opened =
        reach(() -> memory.history().open(stream, terms).map(this::out));
    openings.incrementAndGet();
    return end == null ? opened : end.future().compose(now -> opened);
  }

  @Override
  public Future<HistoryRead> readAfter(String stream, StreamPosition after) {
    StreamPosition inside = in(after);
    return slowly(() -> memory.history().readAfter(stream, inside).map(this::out));
  }

  @Override
  public Future<HistoryRead> readSince(String stream, long sinceMs) {
    return slowly(() -> memory.history().readSince(stream, sinceMs).map(this::out));
  }

  private <T> Future<T> slowly(Supplier<Future<T>> step) {
    reads.incrementAndGet();
    Promise<Void> end = slowReads;
    return end == null ? reach(step) : end.future().compose(now -> reach(step));
  }

  private <T> Future<T> reach(Supplier<Future<T>> step) {
    return unreachable ? Future.failedFuture("unreachable by the test's will") : step.get();
  }

  private HistoryRead out(HistoryRead read) {
    if (!read.kept()) {
      return HistoryRead.lost(out(read.top()));
    }
    return new HistoryRead(
        true,
        read.entries().stream()
            .map(entry ->
                new HistoryEntry(out(entry.position()), entry.publishedAtMs(), entry.payload()))
            .toList(),
        out(read.top()));
  }

  private StreamPosition out(StreamPosition position) {
    return new StreamPosition(position.epoch() + life, position.offset(), position.tag());
  }

  /** A position of an earlier life is none of the memory's. */
  private StreamPosition in(StreamPosition position) {
    boolean known = position.epoch().endsWith(life);
    int length = position.epoch().length() - life.length();
    String epoch = known ? position.epoch().substring(0, length) : "another";
    return new StreamPosition(epoch, position.offset(), position.tag());
  }
}
