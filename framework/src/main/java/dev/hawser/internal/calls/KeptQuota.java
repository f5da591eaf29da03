// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.calls;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * How many answers this node has kept, in number and bytes, until their times are over.
 * Thread-safe.
 */
final class KeptQuota {
  private final int most;
  private final long mostBytes;
  private final PriorityQueue<Place> byEnd =
      new PriorityQueue<>(Comparator.comparingLong(place -> place.endMs));
  private int count;
  private long bytes;

  /** Room for one answer. */
  static final class Place {
    private final long endMs;
    private int bytes;
    private boolean left;

    private Place(long endMs) {
      this.endMs = endMs;
    }
  }

  KeptQuota(int most, long mostBytes) {
    this.most = most;
    this.mostBytes = mostBytes;
  }

  /** Takes a place until a time; {@code null} if there is none. */
  synchronized @Nullable Place enter(long nowMs, long endMs) {
    sweep(nowMs);
    if (count >= most) {
      return null;
    }
    Place place = new Place(endMs);
    byEnd.add(place);
    count++;
    return place;
  }

  /** Gives a place back before its time. */
  synchronized void leave(Place place) {
    if (!place.left) {
      place.left = true;
      count--;
      bytes -= place.bytes;
    }
  }

  /** Fills a place; returns whether there is room for so many bytes. */
  synchronized boolean fill(Place place, int size, long nowMs) {
    sweep(nowMs);
    if (place.left || bytes + size > mostBytes) {
      return false;
    }
    place.bytes = size;
    bytes += size;
    return true;
  }

  synchronized int count() {
    return count;
  }

  private void sweep(long nowMs) {
    for (Place first = byEnd.peek(); first != null; first = byEnd.peek()) {
      if (first.endMs > nowMs && !first.left) {
        return;
      }
      byEnd.remove();
      leave(first);
    }
  }
}
