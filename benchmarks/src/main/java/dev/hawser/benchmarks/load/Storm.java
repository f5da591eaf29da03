// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Clients of Hawser that connect all at once, subscribe to rooms, and ask for what they missed
 * there. Its state belongs to the event loop; {@link #connect}, {@link #resume}, {@link #drop} and
 * {@link #close} are called from outside of it.
 */
public final class Storm implements AutoCloseable {
  /** More handshakes than the kernel lets wait would be sent again after a second. */
  private static final int HANDSHAKES_AT_ONCE = 4000;

  /** Clients on machines of their own do not wait for one another's sockets to be opened. */
  private static final int OPENED_BETWEEN_READS = 8;

  private static final long TIMEOUT_SECONDS = 60;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EventLoop loop;
  private final int port;
  private final ResumeDialect dialect;
  private final List<Resumer> clients = new ArrayList<>();
  private final Semaphore handshakes = new Semaphore(HANDSHAKES_AT_ONCE);
  private final Semaphore opening = new Semaphore(OPENED_BETWEEN_READS);
  private final String[] places;
  private final long[] offsets;
  private final List<String> commands = new ArrayList<>();
  private CompletableFuture<Void> back = new CompletableFuture<>();
  private Histogram answers = new Histogram(3);
  private int missed;
  private int missing;
  private boolean resuming;

  /**
   * What was done.
   *
   * @param seconds from the first connect until the last client has everything
   * @param messages that were replayed
   * @param answers from the subscribe commands of each client to the last answer, in microseconds
   */
  public record Outcome(double seconds, long messages, Histogram answers) {}

  /** Creates a storm without clients, for a server on this machine. */
  public Storm(EventLoop loop, int port, int rooms) {
    this.loop = loop;
    this.port = port;
    this.dialect = new ResumeDialect(rooms);
    this.places = new String[rooms];
    this.offsets = new long[rooms];
  }

  /**
   * Connects so many clients that ask for nothing, and notes where their streams are.
   *
   * @param within the time over which they come, evenly
   */
  public Outcome connect(int count, Duration within) throws InterruptedException {
    Arrays.fill(places, "");
    resuming = false;
    missed = 0;
    return run(count, within);
  }

  /**
   * Connects so many clients that ask for what came since {@link #connect}.
   *
   * @param within the time over which they come, evenly
   * @param missedInEach how many messages that is in each room
   * @throws IllegalStateException if a client does not get all of them, each once and in order
   */
  public Outcome resume(int count, Duration within, int missedInEach) throws InterruptedException {
    resuming = true;
    missed = missedInEach;
    return run(count, within);
  }

  private Outcome run(int count, Duration within) throws InterruptedException {
    commands.clear();
    for (int room = 0; room < dialect.rooms(); room++) {
      commands.add(resuming ? dialect.resume(room, places[room]) : dialect.subscribe(room));
    }
    back = new CompletableFuture<>();
    answers = new Histogram(3);
    missing = count;
    long start = System.nanoTime();
    for (int i = 0; i < count && !back.isDone(); i++) {
      awaitTurn(start + within.toNanos() * i / count);
      if (!handshakes.tryAcquire(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the server takes no more connections");
      }
      if (!opening.tryAcquire(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the generator opens no more connections");
      }
      loop.schedule(this::open, 0, TimeUnit.NANOSECONDS);
    }
    Swarm.await(back, "the clients");
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Outcome(seconds, (long) count * dialect.rooms() * missed, answers);
  }

  private static void awaitTurn(long nanos) {
    long leftNanos = nanos - System.nanoTime();
    if (leftNanos > 0) {
      LockSupport.parkNanos(leftNanos);
    }
  }

  private void open() {
    opening.release();
    new Bootstrap()
        .group(loop)
        .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_LINGER, 0) // or thousands of ports rest in TIME_WAIT
        .handler(new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            Resumer client = new Resumer(Storm.this, dialect, channel);
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

  /** Closes all sockets at once, without a word. */
  public void drop() throws InterruptedException {
    List<CompletableFuture<Void>> closed = new ArrayList<>();
    CompletableFuture.runAsync(
            () -> {
              for (Resumer client : clients) {
                CompletableFuture<Void> gone = new CompletableFuture<>();
                closed.add(gone);
                client.leave().addListener(done -> gone.complete(null));
              }
              clients.clear();
            },
            loop)
        .join();
    Swarm.await(
        CompletableFuture.allOf(closed.toArray(CompletableFuture[]::new)), "the sockets' end");
  }

  @Override
  public void close() throws InterruptedException {
    drop();
  }

  // -- called by the clients

  List<String> commands() {
    return commands;
  }

  boolean isResuming() {
    return resuming;
  }

  /** The number of the first message that a client must get of a room. */
  long firstMissed(int room) {
    return offsets[room] + 1;
  }

  int missed() {
    return missed;
  }

  void welcomed() {
    handshakes.release();
  }

  void complete(long micros) {
    answers.recordValue(micros);
    if (--missing == 0) {
      back.complete(null);
    }
  }

  /** Whether it is not known yet where the streams of a room are. */
  boolean needsPlace(int room) {
    return places[room].isEmpty();
  }

  /** Notes where the streams of a room are. */
  void confirmed(int room, String confirmation) {
    try {
      JsonNode streams = JSON.readTree(confirmation).path("streams");
      places[room] = streams.toString();
      offsets[room] = streams.elements().next().path("offset").asLong();
    } catch (JsonProcessingException e) {
      fail("no JSON: " + confirmation);
    }
  }

  void fail(String what) {
    back.completeExceptionally(new IllegalStateException(what));
    handshakes.release();
  }
}
