// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/**
 * Many ActionCable clients in one process, on one thread: the load generator. It reads frames only
 * as far as it must, so that it costs less than any server it measures.
 */
public final class Swarm implements AutoCloseable {
  private static final int OPENING_AT_ONCE = 200;
  private static final byte[] MASK = {0, 0, 0, 0};
  private static final String PADDING = "x".repeat(64);
  private static final int NUMBER_FROM_END = 8 + "\"}}".length();

  private final EventLoopGroup loops;
  private final List<Channel> clients = new CopyOnWriteArrayList<>();
  private final Semaphore opening = new Semaphore(OPENING_AT_ONCE);
  private final AtomicLong messages = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final int port;
  private final String identifier;
  private volatile CountDownLatch expected = new CountDownLatch(0);
  private volatile IntConsumer listener = number -> {};
  private volatile CountDownLatch subscribed = new CountDownLatch(0);

  /** Creates a swarm that will subscribe to one channel of a server on this machine. */
  public Swarm(int port, String channel) {
    this.port = port;
    this.identifier = "{\\\"channel\\\":\\\"" + channel + "\\\"}";
    this.loops = new MultiThreadIoEventLoopGroup(
        1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  /** Opens and subscribes so many more clients; fails when that takes longer than a minute. */
  public void grow(int count) throws InterruptedException {
    subscribed = new CountDownLatch(count);
    Bootstrap bootstrap = new Bootstrap()
        .group(loops)
        .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            channel.pipeline().addLast(new Client());
          }
        });
    for (int i = 0; i < count; i++) {
      if (!opening.tryAcquire(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException("the server takes no more connections");
      }
      bootstrap.connect("127.0.0.1", port).addListener(connected -> {
        if (!connected.isSuccess()) {
          System.err.println("cannot connect: " + connected.cause());
        }
      });
    }
    await(subscribed, "subscriptions");
  }

  /** Has one client broadcast, and waits until so many messages have come in all. */
  public void broadcast(int expectedMessages) throws InterruptedException {
    expected = new CountDownLatch(expectedMessages);
    perform("broadcast", 0);
    await(expected, "messages");
  }

  /** Has one client perform an action, with a number in it that its messages repeat. */
  void perform(String action, int number) {
    String data = String.format(
        "{\\\"action\\\":\\\"%s\\\",\\\"padding\\\":\\\"%s\\\",\\\"number\\\":\\\"%08d\\\"}",
        action, PADDING, number);
    Channel sender = clients.get(number % clients.size());
    sender.writeAndFlush(text("{\"command\":\"message\",\"identifier\":\""
        + identifier
        + "\",\"data\":\""
        + data
        + "\"}"));
  }

  /** Sets who hears of every message, on the swarm's thread; the number is that of its action. */
  void onMessage(IntConsumer listener) {
    this.listener = listener;
  }

  /** Number of clients. */
  int size() {
    return clients.size();
  }

  private static void await(CountDownLatch latch, String what) throws InterruptedException {
    if (!latch.await(1, TimeUnit.MINUTES)) {
      throw new IllegalStateException(latch.getCount() + " " + what + " are missing");
    }
  }

  /** Messages received by all clients since the start. */
  public long messages() {
    return messages.get();
  }

  /** Sockets that the server closed. */
  public long lost() {
    return lost.get();
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static ByteBuf text(String text) {
    byte[] payload = text.getBytes(UTF_8);
    ByteBuf frame = Unpooled.buffer(payload.length + 8);
    frame.writeByte(0x81);
    if (payload.length < 126) {
      frame.writeByte(0x80 | payload.length);
    } else {
      frame.writeByte(0x80 | 126).writeShort(payload.length);
    }
    return frame.writeBytes(MASK).writeBytes(payload);
  }

  /** One client: the HTTP head first, then frames, however TCP cuts them. */
  private final class Client extends SimpleChannelInboundHandler<ByteBuf> {
    private ByteBuf rest = Unpooled.EMPTY_BUFFER;
    private boolean upgraded;

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      String head = "GET /cable HTTP/1.1\r\nHost: 127.0.0.1:"
          + port
          + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
          + "Sec-WebSocket-Protocol: actioncable-v1-json\r\n\r\n";
      ctx.writeAndFlush(Unpooled.copiedBuffer(head, US_ASCII));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
      ByteBuf in = Unpooled.wrappedBuffer(rest, bytes.retain());
      if (!upgraded) {
        upgraded = skipHead(ctx, in);
      }
      while (upgraded && readFrame(in)) {
        // on to the next
      }
      rest = in.isReadable() ? Unpooled.copiedBuffer(in) : Unpooled.EMPTY_BUFFER;
      in.release();
    }

    private boolean skipHead(ChannelHandlerContext ctx, ByteBuf in) {
      for (int i = in.readerIndex(); i + 3 < in.writerIndex(); i++) {
        if (in.getInt(i) == 0x0D0A0D0A) {
          in.readerIndex(i + 4);
          ctx.writeAndFlush(
              text("{\"command\":\"subscribe\",\"identifier\":\"" + identifier + "\"}"));
          return true;
        }
      }
      return false;
    }

    private boolean readFrame(ByteBuf in) {
      if (in.readableBytes() < 2) {
        return false;
      }
      int at = in.readerIndex();
      int length = in.getByte(at + 1) & 0x7F;
      int header = 2;
      if (length == 126) {
        if (in.readableBytes() < 4) {
          return false;
        }
        length = in.getUnsignedShort(at + 2);
        header = 4;
      }
      if (in.readableBytes() < header + length) {
        return false;
      }
      int opcode = in.getByte(at) & 0x0F;
      in.skipBytes(header + length);
      if (opcode == 1) {
        count(in, at + header, length);
      }
      return true;
    }

    private void count(ByteBuf in, int at, int length) {
      if (in.getByte(at + 2) == 't') {
        return; // {"type":… is a welcome or a ping
      }
      if (in.getByte(at + length - 3) == 'n') {
        opening.release(); // … confirm_subscription"}
        subscribed.countDown();
      } else {
        messages.incrementAndGet();
        expected.countDown();
        listener.accept(number(in, at + length - NUMBER_FROM_END));
      }
    }

    /** Eight digits that stand before the closing quote and braces. */
    private int number(ByteBuf in, int at) {
      int number = 0;
      for (int i = 0; i < 8; i++) {
        number = number * 10 + in.getByte(at + i) - '0';
      }
      return number;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      clients.add(ctx.channel());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      lost.incrementAndGet();
    }
  }
}
