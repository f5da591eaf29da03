// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import dev.hawser.internal.dispatch.CallbackWatch;
import dev.hawser.internal.limits.LiveSessions;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.time.NodeTime;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a cable on this node: all sessions end, then the adapter is closed, and neither takes
 * longer than it may. Thread-safe.
 */
final class Shutdown {
  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

  private final CableContext context;
  private final LiveSessions<?, ?> sessions;
  private final CallbackWatch watch;
  private final AtomicReference<@Nullable Future<CloseReport>> end = new AtomicReference<>();

  Shutdown(CableContext context, LiveSessions<?, ?> sessions, CallbackWatch watch) {
    this.context = context;
    this.sessions = sessions;
    this.watch = watch;
  }

  boolean hasBegun() {
    return end.get() != null;
  }

  /** Closes, unless that has begun. {@code drain} begins to close the sessions. */
  Future<CloseReport> begin(Runnable drain) {
    Promise<CloseReport> promise = Promise.promise();
    if (!end.compareAndSet(null, promise.future())) {
      return Objects.requireNonNull(end.get());
    }
    long startedAt = context.runtime().time().nanos();
    Future<Void> drained = sessions.close().onComplete(gone -> watch.stop());
    drain.run();
    within(CableOption.DRAIN_TIMEOUT, ms(CableOption.DRAIN_TIMEOUT), drained, "connections")
        .compose(gone -> closePresence())
        .compose(gone -> closeAdapter(startedAt))
        .onComplete(closed -> {
          if (sessions.isEmpty()) {
            // Otherwise callbacks are still running; idle threads end by themselves.
            context.callbacks().shutdown();
          }
          promise.handle(closed.map(report(startedAt)));
        });
    return promise.future();
  }

  private CloseReport report(long startedAt) {
    int unfinished = sessions.all().size();
    int connections = sessions.departed() + unfinished;
    Duration took = Duration.ofNanos(context.runtime().time().nanos() - startedAt);
    log.info(
        "closed: connections={} unfinished={} ms={}", connections, unfinished, took.toMillis());
    return new CloseReport(connections, unfinished, took);
  }

  /** Hands those over who are present here; they have the grace time to come back elsewhere. */
  private Future<Void> closePresence() {
    return within(
        CableOption.CLOSE_TIMEOUT,
        ms(CableOption.CLOSE_TIMEOUT),
        context.presences().close().otherwiseEmpty(),
        "presence");
  }

  /** In what is left of the time, or a little more if callbacks have used it up. */
  private Future<Void> closeAdapter(long startedAt) {
    long elapsedMs =
        Duration.ofNanos(context.runtime().time().nanos() - startedAt).toMillis();
    long leftMs = ms(CableOption.DRAIN_TIMEOUT) - elapsedMs;
    long leastMs = ms(CableOption.CLOSE_TIMEOUT);
    return within(
        leftMs > leastMs ? CableOption.DRAIN_TIMEOUT : CableOption.CLOSE_TIMEOUT,
        Math.max(leastMs, leftMs),
        context.answers().close().compose(ended -> context.pubSub().close()),
        "the pub/sub adapter");
  }

  private long ms(CableOption option) {
    return context.options().ms(option);
  }

  /** Waits for a step, but no longer than so many ms, which the option bounds. */
  private Future<Void> within(CableOption option, long ms, Future<Void> step, String subject) {
    Promise<Void> ended = Promise.promise();
    long timer = context.runtime().time().setTimer(ms, () -> {
      if (ended.tryComplete()) {
        context.limitLog().reached(option, subject);
      }
    });
    if (timer == NodeTime.NEVER) {
      ended.tryComplete(); // Vert.x is closed, and nothing comes any more that could be waited for.
    }
    step.onComplete(done -> {
      context.runtime().time().cancelTimer(timer);
      if (done.succeeded()) {
        ended.tryComplete();
      } else {
        ended.tryFail(done.cause());
      }
    });
    return ended.future();
  }
}
