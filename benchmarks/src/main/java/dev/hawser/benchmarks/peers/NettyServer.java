// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.peers;

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
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The JVM's limit: no framework, no JSON, no bounds, and Hawser's way of batching. It scans
 * commands instead of parsing them, into the bytes of the answer, without a tree. Everything runs
 * on one event loop. Argument: the port.
 */
public final class NettyServer {
  private static final String WELCOME = "{\"type\":\"welcome\"}";
  private static final String ROOM = "\\\"room\\\":\\\"";
  private static final String DATA = "\",\"data\":\"";
  private static final String IDENTIFIER = "\"identifier\":\"";
  private static final String ECHO = "{\\\"action\\\":\\\"e";

  private static final Map<String, Room> ROOMS = new HashMap<>();
  private static final List<Room> DIRTY = new ArrayList<>();

  private NettyServer() {}

  /** Starts the server. */
  public static void main(String[] args) throws InterruptedException {
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, Transport.chosen().handlers());
    new ServerBootstrap()
        .group(loop)
        .channel(Transport.chosen().serverChannel())
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
    private final List<Room> subscribed = new ArrayList<>(1);
    private String prefixOf = "";
    private byte[] prefix = {};

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
      if (frame instanceof CloseWebSocketFrame) {
        ctx.close();
      } else if (frame instanceof TextWebSocketFrame text) {
        receive(ctx, text.text());
      }
    }

    private void receive(ChannelHandlerContext ctx, String command) {
      int data = command.indexOf(DATA);
      int identifier = command.indexOf(IDENTIFIER) + IDENTIFIER.length();
      if (data < 0) {
        subscribe(ctx, command.substring(identifier, command.length() - "\"}".length()));
        return;
      }
      int json = data + DATA.length();
      ByteBuf message = frame(message(prefix(command, identifier, data), command, json));
      if (command.startsWith(ECHO, json)) {
        ctx.writeAndFlush(message, ctx.voidPromise());
      } else {
        publish(ctx.channel().eventLoop(), roomIn(command.substring(json)), message);
      }
    }

    /** What stands before the message, kept for the next one. */
    private byte[] prefix(String command, int from, int to) {
      if (to - from != prefixOf.length() || !command.startsWith(prefixOf, from)) {
        prefixOf = command.substring(from, to);
        prefix = ("{\"identifier\":\"" + prefixOf + "\",\"message\":").getBytes(UTF_8);
      }
      return prefix;
    }

    /** Unescapes the data where it goes; ASCII only, which is enough here. */
    private static byte[] message(byte[] prefix, String command, int from) {
      byte[] message = Arrays.copyOf(prefix, prefix.length + command.length() - from);
      int length = prefix.length;
      for (int i = from; command.charAt(i) != '"'; i++) {
        if (command.charAt(i) == '\\') {
          i++;
        }
        message[length++] = (byte) command.charAt(i);
      }
      message[length++] = '}';
      return Arrays.copyOf(message, length);
    }

    private void subscribe(ChannelHandlerContext ctx, String identifier) {
      Room room = ROOMS.computeIfAbsent(roomIn(identifier), fresh -> new Room());
      room.subscribers.add(ctx.channel());
      subscribed.add(room);
      ctx.writeAndFlush(
          frame("{\"identifier\":\"" + identifier + "\",\"type\":\"confirm_subscription\"}"));
    }

    private static String roomIn(String json) {
      int start = json.indexOf(ROOM) + ROOM.length();
      return json.substring(start, json.indexOf('\\', start));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      subscribed.forEach(room -> room.subscribers.remove(ctx.channel()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  private static final class Room {
    final List<Channel> subscribers = new ArrayList<>(1);
    final List<ByteBuf> pending = new ArrayList<>(1);
  }

  private static void publish(EventLoop loop, String name, ByteBuf message) {
    Room room = ROOMS.get(name);
    if (room == null) {
      message.release();
      return;
    }
    if (DIRTY.isEmpty()) {
      loop.execute(NettyServer::flush);
    }
    if (room.pending.isEmpty()) {
      DIRTY.add(room);
    }
    room.pending.add(message);
  }

  /** Sends all messages of a turn of the event loop in one buffer to all sockets of a room. */
  private static void flush() {
    for (Room room : DIRTY) {
      ByteBuf all = layOut(room.pending);
      room.pending.clear();
      for (Channel subscriber : room.subscribers) {
        subscriber.writeAndFlush(all.retainedDuplicate(), subscriber.voidPromise());
      }
      all.release();
    }
    DIRTY.clear();
  }

  private static ByteBuf layOut(List<ByteBuf> messages) {
    int length = 0;
    for (ByteBuf message : messages) {
      length += message.readableBytes();
    }
    ByteBuf all = Unpooled.directBuffer(length);
    for (ByteBuf message : messages) {
      all.writeBytes(message);
      message.release();
    }
    return all;
  }

  private static ByteBuf frame(String text) {
    return frame(text.getBytes(UTF_8));
  }

  private static ByteBuf frame(byte[] bytes) {
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
