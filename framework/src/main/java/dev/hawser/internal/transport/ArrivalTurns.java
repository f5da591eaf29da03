// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Begins to read from the new connections of an event loop in turns, a few in each, so that
 * connected clients are served between any two turns.
 *
 * <p>A turn ends with time, not with the request heads of its connections: a client that connects
 * and sends nothing delays no other. If other work of the loop delays the end of a turn, the next
 * one has a connection for each millisecond that has passed, so that a busy loop lets clients in,
 * too.
 *
 * <p>Used on its event loop only.
 */
final class ArrivalTurns {
  static final long TURN_US = 250;

  /** Time that counts at most, in ms: a loop that stood still does not begin with thousands. */
  static final long MOST_MADE_UP_MS = 16;

  private final EventLoop loop;
  private final Arrivals arrivals;
  private final Queue<Channel> queue = new ArrayDeque<>();
  private int arrived;
  private int places;
  private long beganAt;
  private boolean running;

  /**
   * Creates turns.
   *
   * @param arrivals counts the connections of all loops of the server socket, and says how many a
   *     turn has
   */
  ArrivalTurns(EventLoop loop, Arrivals arrivals) {
    this.loop = loop;
    this.arrivals = arrivals;
  }

  /** A connection is there, and nothing has been read from it. */
  void arrived(Channel connection) {
    if (!running) {
      begin(arrivals.perTurn());
    }
    arrived++;
    if (places > 0) {
      places--;
    } else {
      connection.config().setAutoRead(false);
      queue.add(connection);
      arrivals.waits();
    }
  }

  private void begin(int size) {
    places = size;
    beganAt = loop.ticker().nanoTime();
    try {
      loop.schedule(this::end, TURN_US, TimeUnit.MICROSECONDS);
      running = true;
    } catch (RejectedExecutionException e) {
      running = false; // The loop has ended, and its connections with it.
    }
  }

  /** The loop has served its sockets since the turn began. */
  private void end() {
    running = false;
    arrivals.setUp(arrived);
    arrived = 0;
    if (!queue.isEmpty()) {
      begin(Math.max(arrivals.perTurn(), sinceItBeganMs()));
      readFromTheNext();
    }
  }

  private int sinceItBeganMs() {
    long ms = TimeUnit.NANOSECONDS.toMillis(loop.ticker().nanoTime() - beganAt);
    return (int) Math.min(ms, MOST_MADE_UP_MS);
  }

  private void readFromTheNext() {
    while (places > 0 && !queue.isEmpty()) {
      Channel next = queue.remove();
      arrivals.waitsNoMore();
      if (next.isOpen()) {
        places--;
        next.config().setAutoRead(true);
      }
    }
  }
}
