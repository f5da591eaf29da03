// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Begins to read from the new connections of an event loop in turns, a few in each, so that
 * connected clients are served between any two turns.
 *
 * <p>A turn ends with time, not with the request heads of its connections: a client that connects
 * and sends nothing delays no other.
 *
 * <p>Used on its event loop only.
 */
final class ArrivalTurns {
  private static final int CONNECTIONS_PER_TURN = Integer.getInteger("pace.k", 8);
  private static final long TURN_US = Integer.getInteger("pace.us", 500);

  private final EventLoop loop;
  private final AtomicInteger waiting;
  private final Queue<Channel> queue = new ArrayDeque<>();
  private int places;
  private boolean running;

  /**
   * Creates turns.
   *
   * @param waiting counts the connections that wait for their turn, of all loops of the server
   */
  ArrivalTurns(EventLoop loop, AtomicInteger waiting) {
    this.loop = loop;
    this.waiting = waiting;
  }

  /** A connection is there, and nothing has been read from it. */
  void arrived(Channel connection) {
    if (!running) {
      begin();
    }
    if (places > 0) {
      places--;
    } else {
      connection.config().setAutoRead(false);
      queue.add(connection);
      waiting.incrementAndGet();
    }
  }

  private void begin() {
    places = CONNECTIONS_PER_TURN;
    try {
      loop.schedule(this::end, TURN_US, TimeUnit.MICROSECONDS);
      running = true;
    } catch (RejectedExecutionException e) {
      running = false; // The loop has ended, and its connections with it.
    }
  }

  private void end() {
    running = false;
    if (!queue.isEmpty()) {
      begin();
      readFromTheNext();
    }
  }

  private void readFromTheNext() {
    while (places > 0 && !queue.isEmpty()) {
      Channel next = queue.remove();
      waiting.decrementAndGet();
      if (next.isOpen()) {
        places--;
        next.config().setAutoRead(true);
      }
    }
  }
}
