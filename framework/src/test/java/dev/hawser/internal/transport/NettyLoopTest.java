// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What runs before the loop reads from its sockets, and what behind that. */
class NettyLoopTest {
  private static final int TIMEOUT_SECONDS = 20;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() throws InterruptedException {
    group.shutdownGracefully(0, 0, TimeUnit.SECONDS).await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  private String next() throws InterruptedException {
    String event = events.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    assertThat(event).as("an event").isNotNull();
    return event;
  }

  @Test
  void runsATaskAfterReadsBehindWhatHasCome() throws Exception {
    Channel server = new ServerBootstrap()
        .group(group)
        .channel(NioServerSocketChannel.class)
        .childHandler(new Noting())
        .bind(InetAddress.getLoopbackAddress(), 0)
        .sync()
        .channel();
    NettyLoop loop = new NettyLoop(group.next());
    try (Socket client = new Socket()) {
      client.connect(server.localAddress());
      assertThat(next()).isEqualTo("connected");
      loop.execute(() -> {
        loop.executeAfterReads(() -> events.add("after reads"));
        loop.execute(() -> events.add("task"));
        send(client); // On loopback it has come when this returns.
      });
      assertThat(List.of(next(), next(), next())).containsExactly("task", "read", "after reads");
    }
  }

  private static void send(Socket client) {
    try {
      client.getOutputStream().write('x');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Noting extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      events.add("connected");
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      events.add("read");
      ReferenceCountUtil.release(message);
    }
  }
}
