// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import dev.hawser.internal.dispatch.Mailbox;
import dev.hawser.internal.transport.Loop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a connection's application code: one piece at a time through its mailbox, each on the thread
 * it asks for, and waiting for the futures it leaves behind.
 */
final class CallbackRunner {
  private static final Logger log = LoggerFactory.getLogger(CallbackRunner.class);
  private static final Future<Void> DONE = Future.succeededFuture();

  private final Executor blocking;
  private final Loop loop;
  private final Intake intake;
  private final Mailbox mailbox;
  private final RunningCallback running = new RunningCallback();
  private boolean inCallback;
  private @Nullable List<Future<?>> deferred;

  /**
   * Creates a runner.
   *
   * @param waitingInAll counts the work of this node's runners
   * @param intake hears of the end of each piece of work
   */
  CallbackRunner(Executor blocking, Loop loop, LongAdder waitingInAll, Intake intake) {
    this.blocking = blocking;
    this.loop = loop;
    this.intake = intake;
    this.mailbox = new Mailbox(blocking, loop, waitingInAll);
  }

  /** Number of pieces of work that wait or run. */
  int size() {
    return mailbox.size();
  }

  /** Adds work. Any thread. */
  void post(boolean onLoop, Supplier<Future<Void>> work) {
    mailbox.post(new Work(() -> onLoop, work));
  }

  /**
   * Adds work from the event loop.
   *
   * @param onLoop asked when its turn comes, because it may depend on the work before
   */
  void postFromLoop(BooleanSupplier onLoop, Supplier<Future<Void>> work) {
    mailbox.postFromLoop(new Work(onLoop, work));
  }

  private final class Work implements Mailbox.Task {
    private final BooleanSupplier onLoop;
    private final Supplier<Future<Void>> body;

    Work(BooleanSupplier onLoop, Supplier<Future<Void>> body) {
      this.onLoop = onLoop;
      this.body = body;
    }

    @Override
    public boolean onLoop() {
      return onLoop.getAsBoolean();
    }

    @Override
    public Future<?> run() {
      Future<Void> done;
      try {
        done = body.get();
      } catch (RuntimeException | Error e) {
        log.error("defect in the framework", e);
        done = DONE;
      }
      intake.commandDone();
      return done;
    }
  }

  /**
   * Runs application code, as a part of posted work. The future completes when the code, the future
   * it returned and those it deferred have; and then on a thread where more such code may run.
   *
   * @param name tells the watch what runs
   */
  Future<Void> invoke(boolean onLoop, Object name, Callable<@Nullable Object> code) {
    Object result = null;
    Throwable failure = null;
    int run = running.begin(name, onLoop);
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
    return pending.isComplete() ? pending.mapEmpty() : await(pending, onLoop, name);
  }

  /**
   * Goes on with the next step after one that ended well or not: at once where it has ended, as
   * most have, for the detour through listeners is a good part of what a command costs.
   */
  static Future<Void> after(Future<Void> step, Function<@Nullable Throwable, Future<Void>> next) {
    return step.isComplete()
        ? next.apply(step.cause())
        : step.transform(result -> next.apply(result.cause()));
  }

  /** The code has been interrupted, whether it noticed or not. */
  private static CallbackTimeoutException interrupted(@Nullable Throwable failure) {
    Thread.interrupted(); // No longer meant: it must not hit the next code on this thread.
    return new CallbackTimeoutException("interrupted by callbackTimeout", failure);
  }

  private Future<Void> await(Future<?> pending, boolean onLoop, Object name) {
    Promise<Void> hop = Promise.promise();
    Executor executor = onLoop ? loop : blocking;
    int run = running.begin(name, onLoop, hop);
    pending
        .<Void>mapEmpty()
        .onComplete(end -> executor.execute(() -> {
          if (running.end(run)) {
            hop.handle(end);
          }
        }));
    return hop.future();
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
      Executor executor = RunningCallback.isOnLoop(run) ? loop : blocking;
      executor.execute(() -> awaited.fail(
          new CallbackTimeoutException("a future took longer than callbackTimeout", null)));
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

  /** Makes the running code's end wait for a future. */
  void defer(Future<?> future) {
    if (!inCallback) {
      throw new IllegalStateException("defer is for a running callback only");
    }
    if (deferred == null) {
      deferred = new ArrayList<>(1);
    }
    deferred.add(future);
  }
}
