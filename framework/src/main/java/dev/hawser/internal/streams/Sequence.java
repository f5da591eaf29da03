// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.history.HistoryEntry;
import dev.hawser.history.HistoryRead;
import dev.hawser.history.HistoryStore;
import dev.hawser.history.HistoryTerms;
import dev.hawser.history.StreamPosition;
import dev.hawser.internal.log.LogText;
import dev.hawser.internal.protocol.Envelope;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.internal.transport.Loop;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where this node is in a stream with history. Hands the broadcasts on in order, each once. When
 * one is missing, it holds back what follows, reads the missing ones from the store, and hands them
 * on first; when they are not kept any more, it says so.
 *
 * <p>A broadcast without a number is in no store: the store has lost the stream, or another program
 * has published it. If the stream is lost, clients are told so and do not get such broadcasts,
 * because no position says which of them a client has got. Only clients that cannot be told get
 * them.
 *
 * <p>Everything happens under the lock that orders the deliveries of the stream.
 */
final class Sequence {
  private static final Logger log = LoggerFactory.getLogger(Sequence.class);

  private static final int MOST_HELD = 1000;
  private static final int MOST_HELD_BYTES = 1024 * 1024;
  private static final long RETRY_MS = 500;

  private final String stream;
  private final HistoryStore store;
  private final Output output;
  private volatile Promise<Void> opened = Promise.promise();
  private final RecentPositions recent = new RecentPositions();
  private final Queue<Held> held = new ArrayDeque<>();
  private int heldBytes;
  private boolean overflown;

  /** Whether broadcasts without a number were not held for want of room. */
  private boolean droppedUnnumbered;

  /** How many of the held ones had arrived when the store was asked: its answer is newer. */
  private int heldWhenAsked;

  /** Whether broadcasts may have been lost since the store was asked. */
  private boolean asksAgain;

  private HistoryTerms terms;
  private @Nullable StreamPosition position;
  private @Nullable StreamPosition begin;
  private @Nullable Promise<Void> healing;
  private Loop.Timer retry = Loop.NEVER;
  private boolean ended;

  /** The stream on this node. Called under its lock. */
  interface Output {

    /** Hands a broadcast to the loops. */
    void forward(PubSubMessage message, @Nullable Envelope envelope);

    /** Hands on a broadcast for clients that are not told of losses. */
    void forwardUnkept(PubSubMessage message, @Nullable Envelope envelope);

    /** Broadcasts are lost: the stream goes on after this place. */
    void lost(StreamPosition position);

    /** Runs a step under the lock, at once. Any thread. */
    void locked(Runnable step);

    /** Runs a step outside of the lock soon: a store has locks of its own. */
    void unlocked(Runnable step);

    /** Runs a step under the lock later, unless that is cancelled. */
    Loop.Timer later(long delayMs, Runnable step);

    /** The store did not answer. */
    void unreachable(Throwable cause);
  }

  private record Held(PubSubMessage message, @Nullable Envelope envelope) {}

  /** Creates a sequence that is not open. */
  Sequence(String stream, HistoryStore store, HistoryTerms terms, Output output) {
    this.stream = stream;
    this.store = store;
    this.terms = terms;
    this.output = output;
  }

  /** Asks the store where the stream is. */
  void open() {
    HistoryTerms asked = terms;
    output.unlocked(() -> store
        .open(stream, asked)
        .onComplete(result -> output.locked(() -> {
          if (ended) {
            return;
          }
          if (result.failed()) {
            opened.tryFail(result.cause());
            held.forEach(early -> output.forward(early.message, early.envelope));
            clearHeld();
          } else if (position == null) {
            begin(result.result());
            opened.tryComplete();
          }
        })));
  }

  /** A numbered broadcast may arrive before the store has answered with the stream's position. */
  private void begin(StreamPosition top) {
    position = top;
    begin = top;
    boolean complete = !overflown;
    for (Held next = held.poll(); next != null && complete; next = held.poll()) {
      complete = takeInOrder(next.message, next.envelope, next.message.position());
    }
    clearHeld();
    if (!complete) {
      heal();
    }
  }

  /** The node could not subscribe to the stream. */
  void fail(Throwable cause) {
    opened.tryFail(cause);
  }

  /** Completes when the position is known, or the stream has ended without one. */
  Future<Void> opened() {
    return opened.future();
  }

  /** Keeps as much as the terms say, too. Tries again if the store could not be asked before. */
  void widen(HistoryTerms more) {
    HistoryTerms wider = terms.widenedBy(more);
    if (opened.future().failed()) {
      terms = wider;
      opened = Promise.promise();
      open();
    } else if (!wider.equals(terms)) {
      terms = wider;
      output.unlocked(() -> store.open(stream, wider).onFailure(output::unreachable));
    }
  }

  /** The place up to which the loops have got everything; {@code null} before it is open. */
  @Nullable StreamPosition position() {
    return position;
  }

  /** The stream has no subscription any more, so there is nothing left to wait for. */
  void end() {
    ended = true;
    retry.cancel();
    clearHeld();
    opened.tryComplete();
    finishHealing();
  }

  private void clearHeld() {
    held.clear();
    heldBytes = 0;
    overflown = false;
    droppedUnnumbered = false;
  }

  /** Takes a broadcast from the adapter. */
  void take(PubSubMessage message, @Nullable Envelope envelope) {
    StreamPosition at = message.position();
    boolean whisper = envelope != null && envelope.whisper();
    if (whisper || (position == null && opened.future().isComplete())) {
      output.forward(message, envelope);
    } else if (position == null || healing != null) {
      hold(message, envelope);
    } else if (at == null || !takeInOrder(message, envelope, at)) {
      hold(message, envelope); // Without a place: the store has lost the stream, and maybe more.
      heal();
    }
  }

  /** Returns whether the broadcast has its place: handed on, or known already. */
  private boolean takeInOrder(
      PubSubMessage message, @Nullable Envelope envelope, @Nullable StreamPosition at) {
    if (at == null) {
      output.forward(message, envelope);
      return true;
    }
    if (position != null && message.follows(position)) {
      forward(message, envelope, at);
      return true;
    }
    if (begin != null && begin.reaches(at)) {
      output.forward(message, envelope); // On its way when the stream was opened.
      return true;
    }
    return recent.has(at);
  }

  private void forward(PubSubMessage message, @Nullable Envelope envelope, StreamPosition at) {
    position = at;
    recent.add(at);
    output.forward(message, envelope);
  }

  /**
   * Numbered broadcasts are in the store as well, so if too many are held they can be read again.
   */
  private void hold(PubSubMessage message, @Nullable Envelope envelope) {
    held.add(new Held(message, envelope));
    heldBytes += message.payload().length();
    if (held.size() > MOST_HELD || heldBytes > MOST_HELD_BYTES) {
      droppedUnnumbered |= giveUpUnnumbered();
      held.clear();
      heldBytes = 0;
      overflown = true;
    }
  }

  /** Lets no held broadcast without a number wait any longer; returns whether there was one. */
  private boolean giveUpUnnumbered() {
    boolean any = false;
    for (Iterator<Held> all = held.iterator(); all.hasNext(); ) {
      Held one = all.next();
      if (one.message.position() == null) {
        all.remove();
        heldBytes -= one.message.payload().length();
        output.forwardUnkept(one.message, one.envelope);
        any = true;
      }
    }
    return any;
  }

  private @Nullable Held pollHeld() {
    Held next = held.poll();
    if (next != null) {
      heldBytes -= next.message.payload().length();
      heldWhenAsked = Math.max(0, heldWhenAsked - 1);
    }
    return next;
  }

  /**
   * Reads what is missing. Renews the history of the stream as well.
   *
   * @return completes when nothing is missing, or the loss was told; fails when the store cannot be
   *     reached: the sequence tries again by itself, but who waits may have to go on
   */
  Future<Void> heal() {
    if (position == null || ended) {
      return Future.succeededFuture();
    }
    Promise<Void> underWay = healing;
    if (underWay != null) {
      asksAgain = true;
      return underWay.future();
    }
    Promise<Void> begun = Promise.promise();
    healing = begun;
    read();
    return begun.future();
  }

  private void read() {
    StreamPosition from = position;
    HistoryTerms asked = terms;
    if (from == null) {
      return;
    }
    heldWhenAsked = held.size();
    asksAgain = false;
    output.unlocked(() -> store
        .open(stream, asked)
        .compose(top -> top.equals(from)
            ? Future.succeededFuture(new HistoryRead(true, List.of(), top))
            : store.readAfter(stream, from))
        .onComplete(result -> output.locked(() -> {
          if (ended) {
            return;
          }
          if (result.succeeded()) {
            goOn(result.result());
          } else {
            tryLater(result.cause());
          }
        })));
  }

  private void tryLater(Throwable cause) {
    Promise<Void> waiting = healing;
    healing = Promise.promise();
    retry = output.later(RETRY_MS, this::readAgain);
    output.unreachable(cause);
    if (waiting != null) {
      waiting.fail(cause);
    }
  }

  private void readAgain() {
    if (!ended) {
      read();
    }
  }

  private void goOn(HistoryRead read) {
    if (read.kept()) {
      handOn(read.entries());
    } else {
      begin = read.top();
      lose(read.top());
    }
    boolean complete = !overflown && takeHeld() && !asksAgain;
    overflown = false;
    if (complete) {
      finishHealing();
    } else {
      read();
    }
  }

  private void handOn(List<HistoryEntry> missed) {
    StreamPosition from = position;
    if (from != null && (droppedUnnumbered || isOrderUnknown(missed))) {
      lose(from);
    }
    for (HistoryEntry entry : missed) {
      takeHeldBefore(entry.position());
      forward(entry);
    }
  }

  /**
   * Whether a held broadcast without a number may belong before or behind one that has not arrived.
   */
  private boolean isOrderUnknown(List<HistoryEntry> missed) {
    if (missed.isEmpty() || held.stream().allMatch(one -> one.message.position() != null)) {
      return false;
    }
    Set<StreamPosition> arrived = new HashSet<>();
    held.forEach(one -> arrived.add(one.message.position()));
    return !missed.stream().map(HistoryEntry::position).allMatch(arrived::contains);
  }

  private void lose(StreamPosition goesOnAfter) {
    log.warn("broadcasts lost: stream={} position={}", LogText.of(stream), LogText.of(position));
    position = goesOnAfter;
    output.lost(goesOnAfter);
    giveUpUnnumbered();
    droppedUnnumbered = false;
  }

  /** A broadcast without a number keeps its place in the order of arrival: it is in no store. */
  private void takeHeldBefore(StreamPosition place) {
    if (held.stream().noneMatch(one -> place.equals(one.message.position()))) {
      return;
    }
    for (Held next = pollHeld(); next != null; next = pollHeld()) {
      if (next.message.position() == null) {
        output.forward(next.message, next.envelope);
      } else if (place.equals(next.message.position())) {
        return;
      }
    }
  }

  private void forward(HistoryEntry entry) {
    PubSubMessage message = new PubSubMessage(stream, entry.payload(), entry.position());
    try {
      forward(message, Envelope.in(entry.payload().getBytes()), entry.position());
    } catch (ProtocolException e) {
      position = entry.position(); // As a live one that cannot be read: skipped.
    }
  }

  /**
   * Hands on what was held; returns whether it was all in order, and no broadcast without a number
   * is left that arrived after the store was asked: it may be the first sign of a loss.
   */
  private boolean takeHeld() {
    for (Held next = held.peek(); next != null; next = held.peek()) {
      StreamPosition at = next.message.position();
      if (at == null && heldWhenAsked == 0) {
        return false;
      }
      pollHeld();
      if (!isStale(at) && !takeInOrder(next.message, next.envelope, at)) {
        return false;
      }
    }
    return true;
  }

  private boolean isStale(@Nullable StreamPosition at) {
    return at != null && position != null && position.reaches(at);
  }

  private void finishHealing() {
    Promise<Void> done = healing;
    healing = null;
    if (done != null) {
      done.complete();
    }
  }
}
