// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.dispatch;

import dev.hawser.internal.log.LogText;
import dev.hawser.internal.transport.Loop;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a connection's application code: one piece of work at a time through its mailbox, and each
 * callback of it at the place that the callback names.
 *
 * <p>The thread is a place that the runner goes to. It knows where the running work is, stays there
 * for a callback of the same place, and moves on for one of another place. So a callback can not
 * run at a wrong place, whatever ran before it and wherever that ended.
 */
public final class CallbackRunner {
  private static final Logger log = LoggerFactory.getLogger(CallbackRunner.class);

  /** The result of a step that has nothing to wait for. */
  public static final Future<Void> DONE = Future.succeededFuture();

  private final Executor blocking;
  private final Loop loop;
  private final Owner owner;
  private final Mailbox mailbox;
  private final RunningCallback running = new RunningCallback();

  // Handed from thread to thread together with the work.
  private Place here = Place.EVENT_LOOP;
  private @Nullable Stretch stretch;

  private boolean inCallback;
  private @Nullable List<Future<?>> deferred;

  /** The connection whose callbacks run. */
  public interface Owner {

    /**
     * A piece of work has ended. Any thread.
     *
     * @param bytes what it was posted with
     */
    void workEnded(int bytes);

    /** Returns what a callback fails with that took longer than {@code callbackTimeout}. */
    RuntimeException timedOut(String problem, @Nullable Throwable thrown);
  }

  /** A piece of work: callbacks, and what the framework does between them. */
  public interface Work {

    /** Where its first callback runs; asked when its turn has come. Saves a move, no more. */
    Place place();

    /**
     * Runs the callbacks by {@link CallbackRunner#invoke}. Returns what the next work waits for.
     */
    Future<Void> run();

    /** Returns work that begins at a place known beforehand. */
    static Work at(Place place, Supplier<Future<Void>> body) {
      return new Work() {
        @Override
        public Place place() {
          return place;
        }

        @Override
        public Future<Void> run() {
          return body.get();
        }
      };
    }
  }

  /**
   * Creates the runner of one connection.
   *
   * @param blocking runs what may block
   * @param waitingInAll counts the work of this node's runners
   */
  public CallbackRunner(Executor blocking, Loop loop, LongAdder waitingInAll, Owner owner) {
    this.blocking = blocking;
    this.loop = loop;
    this.owner = owner;
    this.mailbox = new Mailbox(blocking, loop, waitingInAll);
  }

  /** Number of pieces of work that wait or run. */
  public int size() {
    return mailbox.size();
  }

  /** Adds work for which no memory is taken. Any thread. */
  public void post(Work work) {
    post(work, 0);
  }

  /**
   * Adds work. Any thread.
   *
   * @param bytes memory that is taken for it; the owner gets the number when the work has ended
   */
  public void post(Work work, int bytes) {
    mailbox.post(new Turn(work, bytes));
  }

  /** The same for work for which no memory is taken. */
  public void postFromLoop(Work work) {
    postFromLoop(work, 0);
  }

  /** Adds work from the event loop, where work that begins there does so at once. */
  public void postFromLoop(Work work, int bytes) {
    mailbox.postFromLoop(new Turn(work, bytes));
  }

  /**
   * A part of the work that runs on one thread without a break. The work leaves that thread at the
   * end of the part only, when all that follows is attached: otherwise another thread could be
   * through before that, and what follows would run here instead of there.
   */
  private static class Stretch {
    private @Nullable Runnable departure;
  }

  /** Leaves the thread if the part has to. From then on the work may be elsewhere. */
  private void leave(Stretch ended) {
    if (ended.departure != null) {
      stretch = null;
      ended.departure.run();
    }
  }

  /** Runs a part of the work at a place. */
  private void runAt(Place place, Runnable part) {
    executorOf(place).execute(() -> {
      Stretch begun = new Stretch();
      here = place;
      stretch = begun;
      part.run();
      leave(begun);
    });
  }

  private void leaveBy(Runnable departure) {
    if (stretch == null || stretch.departure != null) {
      throw new IllegalStateException("a step was left behind without waiting for it");
    }
    stretch.departure = departure;
  }

  /** Work in the mailbox. */
  private final class Turn extends Stretch implements Mailbox.Task {
    private final Work work;
    private final int bytes;

    Turn(Work work, int bytes) {
      this.work = work;
      this.bytes = bytes;
    }

    @Override
    public Place place() {
      return work.place();
    }

    @Override
    public Future<?> run() {
      here = loop.inLoop() ? Place.EVENT_LOOP : Place.BLOCKING;
      stretch = this;
      Future<Void> done;
      try {
        done = work.run();
      } catch (RuntimeException | Error e) {
        done = Future.failedFuture(e);
      }
      if (done == DONE) {
        owner.workEnded(bytes);
      } else {
        done.onComplete(this::ended);
      }
      stretch = null; // An idle connection must not keep its last command.
      leave(this);
      return done;
    }

    /** Work handles the failures of callbacks; any other failure is our own. */
    private void ended(AsyncResult<Void> end) {
      owner.workEnded(bytes);
      if (end.failed()) {
        log.error("defect in the framework", LogText.of(end.cause()));
      }
    }
  }

  /**
   * Runs one callback at its place, as a part of posted work. The future completes when the code,
   * the future it returned and those it deferred have; the work is at that place then.
   *
   * @param name names the callback in reports of the watch
   */
  public Future<Void> invoke(Place place, Object name, Callable<@Nullable Object> code) {
    if (place == here) {
      return call(place, name, code);
    }
    Promise<Void> ended = Promise.promise();
    leaveBy(() -> runAt(place, () -> call(place, name, code).onComplete(ended)));
    return ended.future();
  }

  private Executor executorOf(Place place) {
    return place == Place.EVENT_LOOP ? loop : blocking;
  }

  private Future<Void> call(Place place, Object name, Callable<@Nullable Object> code) {
    Object result = null;
    Throwable failure = null;
    int run = running.begin(name, place);
    inCallback = true;
    try {
      result = code.call();
    } catch (Exception | Error e) {
      failure = e;
    }
    inCallback = false;
    if (!running.end(run)) {
      failure = interrupted(failure);
    }
    if (failure != null) {
      deferred = null;
      return Future.failedFuture(failure);
    }
    Future<?> pending = pendingOf(result);
    if (pending == null) {
      return DONE;
    }
    return pending.isComplete() ? pending.mapEmpty() : await(pending, place, name);
  }

  /** The code has been interrupted, whether it noticed or not. */
  private RuntimeException interrupted(@Nullable Throwable thrown) {
    Thread.interrupted(); // No longer meant: it must not reach the next code on this thread.
    return owner.timedOut("interrupted by callbackTimeout", thrown);
  }

  private Future<Void> await(Future<?> pending, Place place, Object name) {
    Promise<Void> back = Promise.promise();
    leaveBy(() -> {
      int run = running.begin(name, place, back);
      pending
          .<Void>mapEmpty()
          .onComplete(end -> runAt(place, () -> {
            if (running.end(run)) {
              back.handle(end);
            }
          }));
    });
    return back.future();
  }

  /**
   * Goes on with the next step after one that ended well or not: at once where it has ended, as
   * most have, because listeners are a good part of what a command costs.
   */
  public static Future<Void> after(
      Future<Void> step, Function<@Nullable Throwable, Future<Void>> next) {
    return step.isComplete()
        ? next.apply(step.cause())
        : step.transform(result -> next.apply(result.cause()));
  }

  /**
   * Runs code at another place from within a callback that may block, which waits until the code
   * has returned. For callbacks that wrap one another.
   *
   * @throws Exception what the code threw
   */
  public @Nullable Object callAt(Place place, Callable<@Nullable Object> code) throws Exception {
    if (place == here) {
      return code.call();
    }
    Errand errand = new Errand(code);
    executorOf(place).execute(errand);
    return errand.await(loop);
  }

  /** What runs now, for the watch. */
  RunningCallback running() {
    return running;
  }

  /** Ends what runs now, if it is that run still; returns whether it was. Called by the watch. */
  boolean expire(int run) {
    Promise<Void> awaited = running.awaited();
    if (!running.expire(run)) {
      return false;
    }
    if (awaited != null) {
      runAt(
          RunningCallback.placeOf(run),
          () -> awaited.fail(owner.timedOut("a future took longer than callbackTimeout", null)));
    }
    return true;
  }

  private @Nullable Future<?> pendingOf(@Nullable Object result) {
    List<Future<?>> futures = deferred;
    deferred = null;
    Future<?> returned = null;
    if (result instanceof Future<?> future) {
      returned = future;
    } else if (result instanceof CompletionStage<?> stage) {
      returned = Future.fromCompletionStage(stage);
    }
    if (futures == null) {
      return returned;
    }
    if (returned != null) {
      futures.add(returned);
    }
    return Future.join(futures);
  }

  /**
   * Makes the running callback's end wait for a future.
   *
   * @throws IllegalStateException outside of a callback
   */
  public void defer(Future<?> future) {
    if (!inCallback) {
      throw new IllegalStateException("defer is for a running callback only");
    }
    if (deferred == null) {
      deferred = new ArrayList<>(1);
    }
    deferred.add(future);
  }
}
