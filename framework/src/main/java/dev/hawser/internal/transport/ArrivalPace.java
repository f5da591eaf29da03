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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Lets the clients of a storm in a few at a time. An event loop sets up all connections that were
 * accepted, and reads from every socket that has bytes, before it reads from any of them again.
 * When ten thousand clients connect at once, one such pass is ten thousand handshakes long, and the
 * clients that are connected already wait for all of them. So no more are accepted than event loops
 * have taken up, and each event loop begins to read from a few of them at a time, as
 * {@link Arrivals} says ({@link ArrivalTurns}). The others wait: {@value #MOST_WAITING} for their
 * turn, and beyond that in the backlog of the operating system. While one event loop stands still,
 * the others get new connections all the same, but only every 100 ms.
 *
 * <p>Stands in the pipeline of a server socket, and runs on the event loop that accepts.
 */
public final class ArrivalPace extends ChannelInboundHandlerAdapter {
  static final long CHECK_US = 250;
  static final int MOST_WAITING = 8192;
  static final int MOST_CHECKS = 400;

  private static final String NAME = "hawser-arrival-pace";

  private final Map<EventLoop, ArrivalTurns> loops = new ConcurrentHashMap<>();
  private final Arrivals arrivals;
  private final ChannelHandler arrival = new ChannelInitializer<>() {
    @Override
    protected void initChannel(Channel connection) {
      loops
          .computeIfAbsent(connection.eventLoop(), loop -> new ArrivalTurns(loop, arrivals))
          .arrived(connection);
    }
  };

  private int checks;

  /**
   * Creates a pace.
   *
   * @param arrivals its counts, all 0
   */
  ArrivalPace(Arrivals arrivals) {
    this.arrivals = arrivals;
  }

  /**
   * Returns what sets the pace of a server socket when the first of its connections is there, for
   * all connections after it. Does nothing where Vert.x hides the channel of a connection
   * ({@link HttpChannel}). Thread-safe.
   *
   * @param open how many connections the node has
   * @param nanos time that never goes back, in ns
   * @return is given each connection that was accepted
   */
  public static Consumer<HttpConnection> ofServer(IntSupplier open, LongSupplier nanos) {
    AtomicBoolean first = new AtomicBoolean(true);
    return connection -> {
      if (first.get() && first.compareAndSet(true, false)) {
        follow(connection, new EstablishedConnections(open, nanos));
      }
    };
  }

  /** Several HTTP servers may share a server socket, which has one pace. */
  private static void follow(HttpConnection connection, EstablishedConnections established) {
    Channel channel = HttpChannel.of(connection);
    Channel server = channel == null ? null : channel.parent();
    if (server != null && server.pipeline().get(NAME) == null) {
      try {
        server.pipeline().addFirst(NAME, new ArrivalPace(new Arrivals(established::count)));
      } catch (IllegalArgumentException e) {
        // The first connection of another of these servers was faster.
      }
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object connection) {
    arrivals.accepted();
    if (mustWait() && checks == 0) {
      ctx.channel().config().setAutoRead(false);
      checkLater(ctx);
    }
    ((Channel) connection).pipeline().addLast(arrival);
    ctx.fireChannelRead(connection);
  }

  private boolean mustWait() {
    return arrivals.areNew() >= arrivals.newPerLoop() * Math.max(1, loops.size())
        || arrivals.areWaiting() >= MOST_WAITING;
  }

  private void checkLater(ChannelHandlerContext ctx) {
    checks++;
    try {
      ctx.executor().schedule(() -> check(ctx), CHECK_US, TimeUnit.MICROSECONDS);
    } catch (RejectedExecutionException e) {
      checks = 0; // The loop has ended, and accepts no more.
    }
  }

  private void check(ChannelHandlerContext ctx) {
    if (mustWait() && checks < MOST_CHECKS) {
      checkLater(ctx);
      return;
    }
    if (checks == MOST_CHECKS) {
      arrivals.forgetNew();
    }
    checks = 0;
    if (ctx.channel().isOpen()) {
      ctx.channel().config().setAutoRead(true);
    }
  }
}
