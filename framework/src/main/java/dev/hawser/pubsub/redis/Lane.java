// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one slot, in order: a message is sent only when no earlier one of its lane waits
 * or is under way on another connection. Confined to the adapter's loop.
 */
final class Lane {
  private final int slot;
  private final Queue<Publication> waiting =
      new PriorityQueue<>(2, Comparator.comparingLong(Publication::order));
  private @Nullable Publisher via;
  private int underWay;
  private boolean misdirected;

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

  /** Whether its messages wait for a change of the topology only, not for a lost link. */
  boolean isBeingRedirected(@Nullable Publisher target) {
    return misdirected || (underWay > 0 && target != null && target.isUp());
  }

  void sending(Publisher target) {
    via = target;
    underWay++;
  }

  void answered() {
    underWay--;
  }

  /** Holds all messages until the topology is known again. */
  void misdirected(boolean now) {
    misdirected = now;
  }

  boolean isIdle() {
    return underWay == 0;
  }
}
