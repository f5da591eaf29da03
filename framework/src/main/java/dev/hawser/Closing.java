// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a cable on this node: everybody is seen off, then the adapter is closed, and neither
 * takes longer than it may. Thread-safe.
 */
final class Closing {
  private static final Logger log = LoggerFactory.getLogger(Closing.class);

  private final CableParts parts;
  private final Attendance attendance;
  private final CallbackWatch watch;
  private final LimitLog limits;
  private final AtomicReference<@Nullable Future<CloseReport>> end = new AtomicReference<>();

  Closing(CableParts parts, Attendance attendance, CallbackWatch watch, LimitLog limits) {
    this.parts = parts;
    this.attendance = attendance;
    this.watch = watch;
    this.limits = limits;
  }

  boolean hasBegun() {
    return end.get() != null;
  }

  /** Closes, unless that has begun. {@code sendAway} asks the sessions that are here to leave. */
  Future<CloseReport> begin(Runnable sendAway) {
    Promise<CloseReport> promise = Promise.promise();
    if (!end.compareAndSet(null, promise.future())) {
      return Objects.requireNonNull(end.get());
    }
    long startedAt = System.nanoTime();
    Future<Void> drained = attendance.close().onComplete(gone -> watch.stop());
    sendAway.run();
    within(parts.config().drainTimeoutMs(), drained, "connections")
        .compose(gone -> closeAdapter(startedAt))
        .onComplete(closed -> {
          if (attendance.isEmpty()) {
            // Otherwise callbacks are still running; idle threads end by themselves.
            parts.callbacks().shutdown();
          }
          promise.handle(closed.map(report(startedAt)));
        });
    return promise.future();
  }

  private CloseReport report(long startedAt) {
    int unfinished = attendance.sessions().size();
    int connections = attendance.departed() + unfinished;
    Duration took = Duration.ofNanos(System.nanoTime() - startedAt);
    log.info(
        "closed: connections={} unfinished={} ms={}", connections, unfinished, took.toMillis());
    return new CloseReport(connections, unfinished, took);
  }

  /** In what is left of the time, or a little more if callbacks have used it up. */
  private Future<Void> closeAdapter(long startedAt) {
    long elapsedMs = Duration.ofNanos(System.nanoTime() - startedAt).toMillis();
    long leftMs =
        Math.max(parts.config().closeTimeoutMs(), parts.config().drainTimeoutMs() - elapsedMs);
    return within(leftMs, parts.pubSub().close(), "the pub/sub adapter");
  }

  /** Waits for what closing takes, but no longer than so many ms. */
  private Future<Void> within(long ms, Future<Void> step, String subject) {
    Promise<Void> ended = Promise.promise();
    long timer = parts.vertx().setTimer(ms, late -> {
      if (ended.tryComplete()) {
        limits.reached("drainTimeout", subject);
      }
    });
    step.onComplete(done -> {
      parts.vertx().cancelTimer(timer);
      if (done.succeeded()) {
        ended.tryComplete();
      } else {
        ended.tryFail(done.cause());
      }
    });
    return ended.future();
  }
}
