// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.vertx.core.http.HttpConnection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets the clients of a storm in a few at a time. An event loop sets up all connections that were
 * accepted, and reads from every socket that has bytes, before it reads from any of them again.
 * When ten thousand clients connect at once, one such pass is ten thousand handshakes long, and the
 * clients that are connected already wait for all of them. So few connections are accepted at a
 * time, and each event loop reads from a few of them at a time ({@link ArrivalTurns}). The others
 * wait: {@value #MOST_WAITING} of them for their turn, and beyond that in the backlog of the
 * operating system.
 *
 * <p>Stands in the pipeline of a server socket, and runs on the event loop that accepts.
 */
public final class ArrivalPace extends ChannelInboundHandlerAdapter {
  static final int ACCEPTED_PER_LOOP = Integer.getInteger("pace.acc", 8);
  static final long TURN_US = Integer.getInteger("pace.accus", 500);
  static final int MOST_WAITING = 16_384;

  private static final String NAME = "hawser-arrival-pace";

  private final Map<EventLoop, ArrivalTurns> loops = new ConcurrentHashMap<>();
  private final AtomicInteger waiting;
  private final ChannelHandler arrival = new ChannelInitializer<>() {
    @Override
    protected void initChannel(Channel connection) {
      loops
          .computeIfAbsent(connection.eventLoop(), loop -> new ArrivalTurns(loop, waiting))
          .arrived(connection);
    }
  };

  private int accepted;
  private boolean running;

  /**
   * Creates a pace.
   *
   * @param waiting counts the connections that wait for their turn
   */
  ArrivalPace(AtomicInteger waiting) {
    this.waiting = waiting;
  }

  /**
   * Sets the pace of the server socket that a connection came from, for all connections after it.
   * Does nothing if the server socket has one, or where Vert.x hides the channel of the connection
   * ({@link HttpChannel}). Thread-safe.
   *
   * @param connection a connection that was accepted
   */
  public static void follow(HttpConnection connection) {
    Channel channel = HttpChannel.of(connection);
    Channel server = channel == null ? null : channel.parent();
    if (server != null && server.pipeline().get(NAME) == null) {
      try {
        server.pipeline().addFirst(NAME, new ArrivalPace(new AtomicInteger()));
      } catch (IllegalArgumentException e) {
        // The first connection of another event loop was faster.
      }
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object connection) {
    if (!running) {
      begin(ctx);
    }
    accepted++;
    if (accepted >= ACCEPTED_PER_LOOP * Math.max(1, loops.size())) {
      ctx.channel().config().setAutoRead(false);
    }
    ((Channel) connection).pipeline().addLast(arrival);
    ctx.fireChannelRead(connection);
  }

  private void begin(ChannelHandlerContext ctx) {
    accepted = 0;
    try {
      ctx.executor().schedule(() -> end(ctx), TURN_US, TimeUnit.MICROSECONDS);
      running = true;
    } catch (RejectedExecutionException e) {
      running = false; // The loop has ended, and accepts no more.
    }
  }

  private void end(ChannelHandlerContext ctx) {
    Channel server = ctx.channel();
    running = false;
    if (waiting.get() >= MOST_WAITING) {
      begin(ctx);
    } else if (server.isOpen()) {
      server.config().setAutoRead(true);
    }
  }
}
