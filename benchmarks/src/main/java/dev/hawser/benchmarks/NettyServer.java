// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * The JVM's limit: one stream, no framework, and the same batching. It scans commands instead of
 * parsing them, and everybody gets everything. Argument: the port.
 */
public final class NettyServer {
  private static final String IDENTIFIER = "{\\\"channel\\\":\\\"BenchmarkChannel\\\"}";
  private static final String WELCOME = "{\"type\":\"welcome\"}";
  private static final String CONFIRM =
      "{\"identifier\":\"" + IDENTIFIER + "\",\"type\":\"confirm_subscription\"}";
  private static final String PREFIX = "{\"identifier\":\"" + IDENTIFIER + "\",\"message\":";

  private static final List<Channel> SUBSCRIBERS = new ArrayList<>();
  private static final List<ByteBuf> PENDING = new ArrayList<>();
  private static boolean scheduled;

  private NettyServer() {}

  public static void main(String[] args) throws InterruptedException {
    boolean epoll = Epoll.isAvailable();
    Class<? extends ServerChannel> channel =
        epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
        1, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    new ServerBootstrap()
        .group(loop)
        .channel(channel)
        .option(ChannelOption.SO_BACKLOG, 4096)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel client) {
            client
                .pipeline()
                .addLast(new HttpServerCodec(), new HttpObjectAggregator(8192), new Upgrade());
          }
        })
        .bind("127.0.0.1", Integer.parseInt(args[0]))
        .sync();
    System.out.println("ready");
  }

  private static final class Upgrade extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
      WebSocketServerHandshaker handshaker = new WebSocketServerHandshakerFactory(
              "ws://localhost/cable", "actioncable-v1-json", false)
          .newHandshaker(request);
      ctx.pipeline().addLast(new Commands());
      handshaker.handshake(ctx.channel(), request).addListener(done -> {
        ctx.pipeline().remove(this);
        ctx.channel().writeAndFlush(frame(WELCOME));
      });
    }
  }

  private static final class Commands extends SimpleChannelInboundHandler<WebSocketFrame> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
      if (frame instanceof CloseWebSocketFrame) {
        ctx.close();
      } else if (frame instanceof TextWebSocketFrame text) {
        receive(ctx, text.text());
      }
    }

    private void receive(ChannelHandlerContext ctx, String command) {
      int data = command.indexOf("\"data\":\"");
      if (data < 0) {
        SUBSCRIBERS.add(ctx.channel());
        ctx.writeAndFlush(frame(CONFIRM));
        return;
      }
      String json = command.substring(data + 8, command.length() - 2).replace("\\\"", "\"");
      ByteBuf message = frame(PREFIX + json + "}");
      if (json.contains("broadcast")) {
        publish(ctx.channel().eventLoop(), message);
      } else {
        ctx.writeAndFlush(message, ctx.voidPromise());
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      SUBSCRIBERS.remove(ctx.channel());
    }
  }

  private static void publish(EventLoop loop, ByteBuf message) {
    PENDING.add(message);
    if (!scheduled) {
      scheduled = true;
      loop.execute(NettyServer::flush);
    }
  }

  /** At the end of the event loop's turn: everything in one buffer for everybody. */
  private static void flush() {
    scheduled = false;
    int length = 0;
    for (ByteBuf message : PENDING) {
      length += message.readableBytes();
    }
    ByteBuf all = Unpooled.directBuffer(length);
    for (ByteBuf message : PENDING) {
      all.writeBytes(message);
      message.release();
    }
    PENDING.clear();
    for (Channel subscriber : SUBSCRIBERS) {
      subscriber.writeAndFlush(all.retainedDuplicate(), subscriber.voidPromise());
    }
    all.release();
  }

  private static ByteBuf frame(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    ByteBuf frame = Unpooled.directBuffer(bytes.length + 4);
    frame.writeByte(0x81);
    if (bytes.length < 126) {
      frame.writeByte(bytes.length);
    } else {
      frame.writeByte(126).writeShort(bytes.length);
    }
    return frame.writeBytes(bytes);
  }
}
