// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.Option;
import dev.hawser.internal.transport.Loop;
import java.util.concurrent.TimeUnit;

/**
 * Decides when a connection is read: not while too many of its commands wait, and no faster than
 * the command rate. What is not read stays with the client: TCP slows it down, and nothing is lost.
 */
public final class ReadThrottle {
  private final Owner owner;
  private final Limits limits;
  private long paidUntil;
  private volatile boolean full;
  private boolean hasty;

  /**
   * What all connections of a node share.
   *
   * @param rate how fast the frames of one connection may come
   * @param mostPending number of pieces of work that may wait before reading stops
   */
  public record Limits(TokenBucket rate, int mostPending) {}

  /** The connection that is read. */
  public interface Owner {

    /** The event loop of the connection. */
    Loop loop();

    /** When the client gave its last sign of life, by the loop's clock in ms. */
    long lastHeardMs();

    /** Number of commands and callbacks that wait or run. */
    int pendingWork();

    /** Whether what waits takes as much memory as the connection may keep. */
    boolean isMemoryFull();

    /** Stops reading. On the loop. */
    void pauseReading();

    /** Reads on. On the loop. */
    void resumeReading();

    /** A limit stopped the reading. */
    void limitReached(Option option);
  }

  /**
   * Creates the throttle of one connection.
   *
   * @param nowMs the time of the owner's loop
   */
  public ReadThrottle(Owner owner, Limits limits, long nowMs) {
    this.owner = owner;
    this.limits = limits;
    this.paidUntil = TimeUnit.MILLISECONDS.toNanos(nowMs);
  }

  /** Counts a frame. Any kind counts: pings and parts of messages are work, too. On the loop. */
  public void frameReceived() {
    long now = TimeUnit.MILLISECONDS.toNanos(owner.lastHeardMs());
    paidUntil = limits.rate.take(paidUntil, now);
    long wait = limits.rate.waitNanos(paidUntil, now);
    if (wait > 0 && !hasty) {
      hasty = true;
      owner.limitReached(CableOption.MAX_COMMANDS_PER_SECOND);
      owner.pauseReading();
      readAfter(wait);
    }
  }

  private void readAfter(long waitNanos) {
    long delayMs = Math.max(1, TimeUnit.NANOSECONDS.toMillis(waitNanos));
    owner.loop().schedule(delayMs, this::rested);
  }

  private void rested() {
    long now = TimeUnit.MILLISECONDS.toNanos(owner.loop().nowMs());
    long wait = limits.rate.waitNanos(paidUntil, now);
    if (wait > 0) {
      readAfter(wait); // More had been read already when the pause began.
      return;
    }
    hasty = false;
    if (!full) {
      owner.resumeReading();
    }
  }

  /** Stops reading if too much waits, after a command was added. On the loop. */
  public void commandAdded() {
    boolean tooMany = owner.pendingWork() >= limits.mostPending;
    if (!full && (tooMany || owner.isMemoryFull())) {
      full = true;
      owner.limitReached(
          tooMany ? CableOption.MAX_PENDING_COMMANDS : CableOption.MAX_MEMORY_PER_CONNECTION);
      owner.pauseReading();
      workDone();
    }
  }

  /** Reads on once half of what stopped the reading is done. Any thread. */
  public void workDone() {
    int waiting = owner.pendingWork();
    if (full && (waiting <= 1 || (waiting <= limits.mostPending / 2 && !owner.isMemoryFull()))) {
      owner.loop().execute(() -> {
        full = false;
        if (!hasty) {
          owner.resumeReading();
        }
      });
    }
  }
}
