// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.presence;

import dev.hawser.internal.presence.LocalList.Need;
import dev.hawser.internal.presence.PendingChanges.Change;
import dev.hawser.internal.presence.PendingChanges.Kind;
import dev.hawser.presence.PresenceAnswer;
import dev.hawser.presence.PresenceChange;
import dev.hawser.presence.PresenceSnapshot;
import dev.hawser.presence.PresenceTab;
import dev.hawser.presence.PresenceUpdate;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The presence of one stream as this node has it: the tabs that it holds, the changes that the
 * store does not have yet, and a copy of the list. It is there as long as the node holds a tab or a
 * client watches.
 *
 * <p>One update is under way at a time; what comes meanwhile goes together with the next. Where the
 * store cannot be reached, everything stays as it is and is tried again. Thread-safe: one lock,
 * which is never held during a call of the store, and under which clients are told, so that they
 * are told in order.
 */
final class StreamPresence {
  private static final long RETRY_MS = 1000;
  private static final long SWEEP_DELAY_MS = 20;
  private static final long READ_PATIENCE_MS = 5000;

  private final PresenceRoom room;
  private final String stream;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, PresenceTab> own = new HashMap<>();
  private final PendingChanges pending = new PendingChanges();
  private final LocalList list;
  private final List<Consumer<AsyncResult<StreamPresence>>> readers = new ArrayList<>(0);
  private final List<Promise<Void>> quiet = new ArrayList<>(0);
  private int watchers;
  private boolean following;
  private boolean updating;
  private boolean leased;
  private boolean stale;
  private boolean retired;
  private long timer = -1;
  private long readTimer = -1;

  StreamPresence(PresenceRoom room, String stream) {
    this.room = room;
    this.stream = stream;
    this.list = new LocalList(room.announcer(stream));
  }

  /**
   * Does something under the lock, and then what follows from it outside of it.
   *
   * @return {@code false} if it is not in use any more, and nothing was done
   */
  private boolean under(Runnable step) {
    List<Runnable> calls = new ArrayList<>(2);
    lock.lock();
    try {
      if (retired) {
        return false;
      }
      step.run();
      addCalls(calls, false);
    } finally {
      lock.unlock();
    }
    calls.forEach(Runnable::run);
    return true;
  }

  /** What is to be called now: the store to follow, to read or to change, or the end of all. */
  private void addCalls(List<Runnable> calls, boolean renewing) {
    boolean used = watchers > 0 || !own.isEmpty() || !readers.isEmpty();
    if (used && !following) {
      following = true;
      list.beginReading();
      schedule(room.settings().renewMs());
      calls.add(() -> room.store()
          .follow(stream)
          .compose(live -> room.store().read(stream))
          .onComplete(this::read));
    }
    if (!updating && (renewing || !pending.isEmpty())) {
      updating = true;
      List<Change> changes = pending.take();
      PresenceUpdate update = PendingChanges.update(room.settings(), !own.isEmpty(), changes);
      calls.add(() -> room.store()
          .apply(stream, update)
          .onComplete(answer -> updated(changes, update, answer)));
    }
    if (!updating && pending.isEmpty()) {
      quiet.forEach(waiting -> calls.add(waiting::tryComplete));
      quiet.clear();
      if (!used) {
        retired = true;
        room.cancel(timer);
        room.cancel(readTimer);
        calls.add(() -> room.retire(stream, this));
      }
    }
  }

  // -- what subscriptions ask for

  /** Joins, or changes the info of a tab that has joined; {@code false} if it is not in use. */
  boolean join(PresenceTab tab, Promise<Void> done) {
    return under(() -> {
      own.put(tab.ref(), tab);
      pending.add(new Change(Kind.JOIN, tab, done));
    });
  }

  /** Ends a tab, at once or after the grace time; {@code false} if it is not in use. */
  boolean end(PresenceTab tab, boolean lost, Promise<Void> done) {
    return under(() -> {
      own.remove(tab.ref());
      pending.add(new Change(lost ? Kind.LOSE : Kind.LEAVE, tab, done));
    });
  }

  boolean watch() {
    return under(() -> watchers++);
  }

  boolean unwatch() {
    return under(() -> watchers--);
  }

  /**
   * Gives this, locked and as it is known, to a reader; or the reason why nothing is known.
   *
   * @return {@code false} if it is not in use any more
   */
  boolean whenKnown(Consumer<AsyncResult<StreamPresence>> reader) {
    return under(() -> {
      if (list.isKnown()) {
        reader.accept(Future.succeededFuture(this));
        return;
      }
      if (readers.isEmpty()) {
        room.schedule(READ_PATIENCE_MS, this::giveReadersUp);
      }
      readers.add(reader);
    });
  }

  private void giveReadersUp() {
    under(() -> {
      if (!list.isKnown()) {
        answerReaders(
            Future.failedFuture(new TimeoutException("the store of presence does not answer")));
      }
    });
  }

  private void answerReaders(AsyncResult<StreamPresence> known) {
    List<Consumer<AsyncResult<StreamPresence>>> all = List.copyOf(readers);
    readers.clear();
    all.forEach(reader -> reader.accept(known));
  }

  /** For readers only. */
  People people() {
    return list.people();
  }

  /** Whether the list may be outdated. For readers only. */
  boolean isStale() {
    return stale;
  }

  /** Completes when the store has everything, or cannot be reached. */
  Future<Void> flush() {
    Promise<Void> flushed = Promise.promise();
    if (!under(() -> quiet.add(flushed))) {
      flushed.complete();
    }
    return flushed.future();
  }

  // -- what the store answers

  private void updated(
      List<Change> changes, PresenceUpdate update, AsyncResult<PresenceAnswer> result) {
    List<Runnable> calls = new ArrayList<>(2);
    lock.lock();
    try {
      updating = false;
      if (result.succeeded()) {
        accepted(changes, update, result.result(), calls);
        addCalls(calls, false);
      } else {
        failed(result.cause());
        pending.putBack(changes);
        changes.forEach(change -> calls.add(change.done()::tryComplete));
        quiet.forEach(waiting -> calls.add(waiting::tryComplete));
        quiet.clear();
        schedule(RETRY_MS);
      }
    } finally {
      lock.unlock();
    }
    calls.forEach(Runnable::run);
  }

  private void accepted(
      List<Change> changes, PresenceUpdate update, PresenceAnswer answer, List<Runnable> calls) {
    Set<String> refused = new HashSet<>(answer.refused());
    Set<String> sent = new HashSet<>();
    for (Change change : changes) {
      String ref = change.tab().ref();
      sent.add(ref);
      if (refused.contains(ref)) {
        own.remove(ref, change.tab());
        boolean otherTabs = list.people().has(change.tab().id());
        calls.add(() -> change.done().tryFail(room.tooMany(stream, otherTabs)));
      } else {
        calls.add(change.done()::tryComplete);
      }
    }
    if (leased && !answer.leased()) {
      joinAgain(sent);
    }
    leased = update.holds();
    if (stale && list.isKnown()) {
      follow(Need.READ, calls);
    }
    follow(list.compare(answer.mark(), room.nowMs(), room.settings().renewMs()), calls);
    long dueMs = answer.nextDueMs() < 0
        ? Long.MAX_VALUE
        : answer.nextDueMs() + SWEEP_DELAY_MS + ThreadLocalRandom.current().nextLong(100);
    schedule(Math.min(room.settings().renewMs(), dueMs));
  }

  /** The tabs of this node are not in the store any more. */
  private void joinAgain(Set<String> except) {
    own.forEach((ref, tab) -> {
      if (!except.contains(ref) && !pending.has(ref)) {
        pending.add(new Change(Kind.JOIN, tab, Promise.promise()));
      }
    });
  }

  private void read(AsyncResult<PresenceSnapshot> result) {
    List<Runnable> calls = new ArrayList<>(2);
    lock.lock();
    try {
      if (result.succeeded()) {
        PresenceSnapshot snapshot = result.result();
        Need need = list.read(snapshot, own.values());
        Set<String> known = new HashSet<>();
        snapshot.tabs().forEach(tab -> known.add(tab.ref()));
        joinAgain(known);
        stale &= need != Need.NOTHING;
        follow(need, calls);
      } else {
        list.readingFailed();
        failed(result.cause());
        following &= list.isKnown();
        readAfter(RETRY_MS);
      }
      Throwable failure = result.cause();
      if (list.isKnown()) {
        answerReaders(Future.succeededFuture(this));
      } else if (failure != null) {
        answerReaders(Future.failedFuture(failure));
      }
      if (result.succeeded() && !retired) {
        addCalls(calls, false);
      }
    } finally {
      lock.unlock();
    }
    calls.forEach(Runnable::run);
  }

  private void failed(Throwable cause) {
    stale = true;
    room.failed(stream, cause);
  }

  private void follow(Need need, List<Runnable> calls) {
    if (need == Need.READ_WHEN_SETTLED) {
      stale = true;
      list.beginReading();
      readAfter(room.settings().settleMs());
    } else if (need == Need.READ && list.beginReading()) {
      calls.add(this::callRead);
    }
  }

  private void callRead() {
    room.store().read(stream).onComplete(this::read);
  }

  // -- what the store tells

  void changed(PresenceChange change) {
    List<Runnable> calls = new ArrayList<>(1);
    lock.lock();
    try {
      if (!retired) {
        follow(list.changed(change), calls);
      }
    } finally {
      lock.unlock();
    }
    // Not on the store's thread: it may hold a lock of its own.
    calls.forEach(call -> room.schedule(1, call));
  }

  void linkLost() {
    under(() -> stale = true);
  }

  /** Renews, and compares the list with the store's. */
  void linkRestored() {
    tick();
    under(() -> {
      if (list.isKnown() && list.beginReading()) {
        readAfter(1);
      }
    });
  }

  // -- timers

  private void schedule(long ms) {
    room.cancel(timer);
    timer = retired ? -1 : room.schedule(Math.max(1, ms), this::tick);
  }

  private void readAfter(long ms) {
    room.cancel(readTimer);
    readTimer = retired
        ? -1
        : room.schedule(ms, () -> {
          boolean follows;
          lock.lock();
          try {
            follows = following;
            if (retired) {
              return;
            }
            list.beginReading();
          } finally {
            lock.unlock();
          }
          if (follows) {
            callRead();
          } else {
            under(() -> {});
          }
        });
  }

  private void tick() {
    List<Runnable> calls = new ArrayList<>(1);
    lock.lock();
    try {
      if (!retired) {
        addCalls(calls, true);
      }
    } finally {
      lock.unlock();
    }
    calls.forEach(Runnable::run);
  }
}
