// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.util.concurrent.TimeUnit;

/**
 * How fast a connection is read: not while too many of its commands wait, and no faster than its
 * rate. What is not read stays with the client: TCP slows it down, and nothing is lost.
 */
final class Intake {
  private final Session session;
  private long paidUntil;
  private volatile boolean full;
  private boolean hasty;

  Intake(Session session) {
    this.session = session;
    this.paidUntil = heardAt();
  }

  /** A frame has come. Any kind counts: pings and parts of messages are work, too. On the loop. */
  void frame() {
    Rate rate = rate();
    long now = heardAt();
    paidUntil = rate.take(paidUntil, now);
    long wait = rate.waitNanos(paidUntil, now);
    if (wait > 0 && !hasty) {
      hasty = true;
      session.limitReached("maxCommandsPerSecond");
      session.outlet().pauseReading();
      readAfter(wait);
    }
  }

  private Rate rate() {
    return session.server().limits().commandRate();
  }

  private long heardAt() {
    return TimeUnit.MILLISECONDS.toNanos(session.outlet().lastHeardMs());
  }

  private void readAfter(long waitNanos) {
    long delayMs = Math.max(1, TimeUnit.NANOSECONDS.toMillis(waitNanos));
    session.loop().schedule(delayMs, this::rested);
  }

  private void rested() {
    long now = TimeUnit.MILLISECONDS.toNanos(session.loop().nowMs());
    long wait = rate().waitNanos(paidUntil, now);
    if (wait > 0) {
      readAfter(wait); // More had been read already when the pause began.
      return;
    }
    hasty = false;
    if (!full) {
      session.outlet().resumeReading();
    }
  }

  private int mostPending() {
    return session.server().config().maxPendingCommands();
  }

  /** A command was added to those that wait. On the loop. */
  void commandAdded() {
    if (!full && session.runner().size() >= mostPending()) {
      full = true;
      session.limitReached("maxPendingCommands");
      session.outlet().pauseReading();
      commandDone();
    }
  }

  /** Reads on once half of what filled the mailbox is done. Any thread. */
  void commandDone() {
    if (full && session.runner().size() <= Math.max(1, mostPending() / 2)) {
      session.loop().execute(() -> {
        full = false;
        if (!hasty) {
          session.outlet().resumeReading();
        }
      });
    }
  }
}
