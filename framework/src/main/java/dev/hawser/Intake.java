// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import dev.hawser.internal.streams.Outlet;
import java.util.concurrent.TimeUnit;

/**
 * How fast a connection is read: not while too many of its commands wait, and no faster than its
 * rate. What is not read stays with the client: TCP slows it down, and nothing is lost.
 */
final class Intake {
  private final Session session;
  private final Outlet outlet;
  private final CallbackRunner runner;
  private final Rate rate;
  private final int mostPending;
  private volatile boolean full;
  private boolean hasty;
  private long paidUntil;

  Intake(Session session, Rate rate) {
    this.session = session;
    this.outlet = session.outlet();
    this.runner = session.runner();
    this.rate = rate;
    this.mostPending = session.server().config().maxPendingCommands();
    this.paidUntil = heardAt();
  }

  /** A frame has come. Any kind counts: pings and parts of messages are work, too. On the loop. */
  void frame() {
    long now = heardAt();
    paidUntil = rate.take(paidUntil, now);
    long wait = rate.waitNanos(paidUntil, now);
    if (wait > 0 && !hasty) {
      hasty = true;
      session.limitReached("maxCommandsPerSecond");
      outlet.pauseReading();
      readAfter(wait);
    }
  }

  private long heardAt() {
    return TimeUnit.MILLISECONDS.toNanos(outlet.lastHeardMs());
  }

  private void readAfter(long waitNanos) {
    long delayMs = Math.max(1, TimeUnit.NANOSECONDS.toMillis(waitNanos));
    session.loop().schedule(delayMs, this::rested);
  }

  private void rested() {
    long now = TimeUnit.MILLISECONDS.toNanos(session.loop().nowMs());
    long wait = rate.waitNanos(paidUntil, now);
    if (wait > 0) {
      readAfter(wait); // More had been read already when the pause began.
      return;
    }
    hasty = false;
    if (!full) {
      outlet.resumeReading();
    }
  }

  /** A command was added to those that wait. On the loop. */
  void commandAdded() {
    if (!full && runner.size() >= mostPending) {
      full = true;
      session.limitReached("maxPendingCommands");
      outlet.pauseReading();
      commandDone();
    }
  }

  /** Reads on once half of what filled the mailbox is done. Any thread. */
  void commandDone() {
    if (full && runner.size() <= Math.max(1, mostPending / 2)) {
      session.loop().execute(() -> {
        full = false;
        if (!hasty) {
          outlet.resumeReading();
        }
      });
    }
  }
}
