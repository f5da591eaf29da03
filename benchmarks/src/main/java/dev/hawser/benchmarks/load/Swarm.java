// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Many clients of one server. Its state belongs to the event loop; {@link #grow}, {@link #await}
 * and {@link #close} are called from outside of it.
 */
public final class Swarm implements AutoCloseable {
  private static final int OPENING_AT_ONCE = 200;
  private static final int SMALL_BUFFER_BYTES = 2048;
  private static final long TIMEOUT_SECONDS = 60;

  /** Hears what happens to the clients, on the event loop. */
  public interface Listener {
    /** A client received a message with this number. */
    void message(int number);

    /** The server closed a client's socket. */
    void lost();

    /** Something happened that must not. */
    void failed(Exception cause);
  }

  private final EventLoop loop;
  private final int port;
  private final Dialect dialect;
  private final Rooms rooms;
  private final List<Client> clients = new ArrayList<>();
  private final Semaphore opening = new Semaphore(OPENING_AT_ONCE);
  private CompletableFuture<Void> growth = new CompletableFuture<>();
  private int growing;
  private int lost;
  private boolean closing;
  private @Nullable Listener listener;
  private @Nullable Future<?> reading;

  /** Creates a swarm without clients, for a server on this machine. */
  public Swarm(EventLoop loop, int port, Dialect dialect, Rooms rooms) {
    this.loop = loop;
    this.port = port;
    this.dialect = dialect;
    this.rooms = rooms;
  }

  /** Opens and subscribes so many more clients, and waits for it. */
  public void grow(int count) throws InterruptedException {
    CompletableFuture<Void> grown = new CompletableFuture<>();
    call(() -> {
      growth = grown;
      growing = count;
    });
    for (int i = 0; i < count && !grown.isDone(); i++) {
      if (!opening.tryAcquire(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the server takes no more connections");
      }
      connect();
    }
    await(grown, "the subscriptions");
  }

  private void connect() {
    new Bootstrap()
        .group(loop)
        .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_LINGER, 0) // or thousands of ports rest in TIME_WAIT
        .handler(new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            Client client = new Client(Swarm.this, dialect, channel, clients.size());
            clients.add(client);
            channel.pipeline().addLast(client);
          }
        })
        .connect("127.0.0.1", port)
        .addListener(connected -> {
          if (!connected.isSuccess()) {
            fail("cannot connect: " + connected.cause());
          }
        });
  }

  /** Sets the listener to messages and losses; loop only. */
  public void listen(Listener listener) {
    this.listener = listener;
  }

  /** Has one client act; see {@link Dialect#perform}. */
  public void perform(int client, String action, int room, String padding, int number) {
    clients.get(client).send(dialect.perform(rooms.of(client, 0), action, room, padding, number));
  }

  /** Stops reading all sockets, for good or but for 2 kB in each interval. */
  public void lag(long intervalMs) throws InterruptedException {
    call(() -> {
      for (Client client : clients) {
        Channel channel = client.channel();
        channel.config().setAutoRead(false);
        channel
            .config()
            .setRecvByteBufAllocator(
                new FixedRecvByteBufAllocator(SMALL_BUFFER_BYTES).maxMessagesPerRead(1));
      }
      if (intervalMs > 0) {
        reading = loop.scheduleAtFixedRate(
            () -> clients.forEach(client -> client.channel().read()),
            intervalMs,
            intervalMs,
            TimeUnit.MILLISECONDS);
      }
    });
  }

  /** Reads all sockets again; loop only. */
  public void resume() {
    stopLagging();
    for (Client client : clients) {
      client.channel().config().setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator());
      client.channel().config().setAutoRead(true);
    }
  }

  private void stopLagging() {
    if (reading != null) {
      reading.cancel(false);
    }
  }

  /** Number of clients, those lost included. */
  public int size() {
    return clients.size();
  }

  /** Number of clients in a room. */
  public int members(int room) {
    return rooms.members(room, clients.size());
  }

  /** The room of a client's first subscription. */
  public int roomOf(int client) {
    return rooms.of(client, 0);
  }

  /** Sockets that the server closed. */
  public int lost() {
    return lost;
  }

  Rooms rooms() {
    return rooms;
  }

  EventLoop loop() {
    return loop;
  }

  void message(int number) {
    if (listener != null) {
      listener.message(number);
    }
  }

  void subscribed() {
    opening.release();
    if (--growing == 0) {
      growth.complete(null);
    }
  }

  void lost(Client client) {
    if (closing) {
      return;
    }
    lost++;
    if (!client.isSubscribed()) {
      fail("the server closed a socket before its subscription was confirmed");
    } else if (listener != null) {
      listener.lost();
    }
  }

  void fail(String what) {
    IllegalStateException failure = new IllegalStateException(what);
    growth.completeExceptionally(failure);
    opening.release();
    if (listener != null) {
      listener.failed(failure);
    }
  }

  /** Runs a task on the event loop and waits for its end. */
  public void call(Runnable task) throws InterruptedException {
    await(CompletableFuture.runAsync(task, loop), "the event loop");
  }

  /** Waits for something, and fails with its failure or after a minute. */
  public static void await(CompletableFuture<Void> future, String what)
      throws InterruptedException {
    try {
      future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("waited " + TIMEOUT_SECONDS + " s for " + what, e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(what + " failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    List<CompletableFuture<Void>> closed = new ArrayList<>();
    call(() -> {
      closing = true;
      stopLagging();
      for (Client client : clients) {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        closed.add(gone);
        client.channel().close().addListener(done -> gone.complete(null));
      }
    });
    await(CompletableFuture.allOf(closed.toArray(CompletableFuture[]::new)), "the sockets' end");
  }
}
