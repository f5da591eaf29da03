// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one slot, in order: a message is sent only when no earlier one of its lane waits
 * or is under way on another connection. Confined to the adapter's loop.
 */
final class Lane {
  /**
   * How long a message may be under way from one node of a Cluster to another. No answer of Redis
   * says that it has arrived. The nodes' connections use Nagle's algorithm, which delays a message
   * until the one before is acknowledged: about 40 ms on Linux, at most 500 ms by RFC 1122.
   */
  static final long RELAY_MS = 500;

  private final int slot;
  private final Queue<Publication> waiting =
      new PriorityQueue<>(2, Comparator.comparingLong(Publication::order));
  private @Nullable Publisher via;
  private int underWay;
  private boolean misdirected;
  private long answeredAtNanos;
  private boolean settling;

  Lane(int slot) {
    this.slot = slot;
  }

  int slot() {
    return slot;
  }

  Queue<Publication> waiting() {
    return waiting;
  }

  boolean maySendOver(@Nullable Publisher target) {
    return target != null && target.isUp() && !misdirected && (underWay == 0 || via == target);
  }

  /** Whether its messages wait for answers or for the topology only, not for a lost link. */
  boolean isBeingRedirected(@Nullable Publisher target) {
    return misdirected || (underWay > 0 && target != null && target.isUp());
  }

  void sending(Publisher target) {
    via = target;
    underWay++;
  }

  void answered(long nowNanos) {
    underWay--;
    answeredAtNanos = nowNanos;
  }

  /**
   * For how long the Cluster may still relay messages that another server has accepted, in ms; 0 if
   * it does not. A message sent over this server earlier than that might overtake them.
   */
  long relaysForMs(Publisher target, long nowNanos) {
    if (via == null || via == target) {
      return 0;
    }
    long sinceMs = TimeUnit.NANOSECONDS.toMillis(nowNanos - answeredAtNanos);
    return Math.max(0, RELAY_MS - sinceMs);
  }

  /** Whether a timer will send what waits. */
  boolean isSettling() {
    return settling;
  }

  void settling(boolean now) {
    settling = now;
  }

  /** Holds all messages until the topology is known again. */
  void misdirected(boolean now) {
    misdirected = now;
  }

  boolean isIdle() {
    return underWay == 0;
  }
}
