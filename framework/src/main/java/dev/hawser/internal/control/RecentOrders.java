// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.control;

import dev.hawser.internal.protocol.ControlMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The orders that came to this node lately, its own among them: the newest 4,096 of the last five
 * minutes, and no more than 4 MiB of them. Thread-safe.
 */
final class RecentOrders {
  static final long KEPT_MS = 300_000;
  static final int MOST = 4096;
  static final int MOST_BYTES = 4 * 1024 * 1024;

  private final Deque<Order> orders = new ArrayDeque<>();
  private final Set<String> ids = new HashSet<>();
  private int bytes;
  private volatile long latest;

  /**
   * Remembers an order.
   *
   * @param size its bytes
   * @param own whether this node gives it
   * @return the order; {@code null} if it has come before
   */
  synchronized @Nullable Order add(ControlMessage message, int size, boolean own, long nowMs) {
    if (message.id() != null && !ids.add(message.id())) {
      return null;
    }
    long ageMs = message.ageMs() == null ? 0 : message.ageMs();
    Order order = new Order(message, latest + 1, nowMs - ageMs, own, size);
    orders.add(order);
    bytes += size;
    latest = order.number();
    trim(nowMs);
    return order;
  }

  private void trim(long nowMs) {
    for (Order oldest = orders.peek();
        oldest != null
            && (orders.size() > MOST || bytes > MOST_BYTES || oldest.givenAtMs() < nowMs - KEPT_MS);
        oldest = orders.peek()) {
      orders.remove();
      bytes -= oldest.bytes();
      ids.remove(oldest.message().id());
    }
  }

  /** The number of the latest order; 0 if there was none. */
  long latest() {
    return latest;
  }

  /** The orders after the one of that number, the newest first. */
  List<Order> since(long number) {
    return number >= latest ? List.of() : newest(number);
  }

  private synchronized List<Order> newest(long number) {
    List<Order> newer = new ArrayList<>();
    Iterator<Order> backwards = orders.descendingIterator();
    while (backwards.hasNext()) {
      Order order = backwards.next();
      if (order.number() <= number) {
        break;
      }
      newer.add(order);
    }
    return newer;
  }

  /** The orders that this node gave, the oldest first. */
  synchronized List<Order> own(long nowMs) {
    trim(nowMs);
    return orders.stream().filter(Order::own).toList();
  }
}
