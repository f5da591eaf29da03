// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.history.StreamPosition;
import dev.hawser.internal.protocol.Envelope;
import dev.hawser.internal.transport.Loop;
import dev.hawser.pubsub.PubSubMessage;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The fan-out of one event loop, without locks: everything but {@link #post} and {@link #deliver}
 * runs on the loop.
 *
 * <p>Work arrives in an inbox that wakes the loop once per burst. A turn first sends what the turn
 * before could not, then empties the inbox into the groups and outlets, and then writes: all
 * broadcasts of the turn leave in one buffer per group and one flush per socket, because the system
 * call is what a message costs. A turn is bounded, so that reads, accepts and pings of the loop go
 * on; what arrives meanwhile waits in the inbox and makes the next batch larger.
 */
public final class Hub {
  private static final int TASKS_PER_TURN = 4096;
  private static final int FLUSHES_PER_TURN = 1024;

  private final Loop loop;
  private final HubOptions options;
  private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final AtomicInteger undelivered = new AtomicInteger();
  private final AtomicLong deliveries = new AtomicLong();

  /** Streams of which broadcasts are lost on this loop, until it has been told. */
  private final Map<String, StreamPosition> losses = new ConcurrentHashMap<>();

  private final Map<String, LocalStream> streams = new HashMap<>();
  private final Queue<Group> dirtyGroups = new ArrayDeque<>();
  private final Queue<OutboundQueue> unflushed = new ArrayDeque<>();
  private final Heartbeat heartbeat;

  public Hub(Loop loop, HubOptions options) {
    this.loop = loop;
    this.options = options;
    this.heartbeat = new Heartbeat(loop, options);
  }

  public Loop loop() {
    return loop;
  }

  /** Pings the open connections of this loop. */
  Heartbeat heartbeat() {
    return heartbeat;
  }

  HubOptions options() {
    return options;
  }

  /** Runs a task in the coming turn, after everything posted before. Any thread. */
  public void post(Runnable task) {
    inbox.add(task);
    wake();
  }

  /**
   * Queues one message for this loop's subscribers. Any thread.
   *
   * @param envelope what the payload says besides the message; {@code null} if it is the message
   */
  void deliver(PubSubMessage message, @Nullable Envelope envelope) {
    int waiting = undelivered.incrementAndGet();
    int most = options.maxPendingBroadcasts();
    if (waiting > most) {
      undelivered.decrementAndGet();
      options.listener().broadcastDropped(message.broadcasting());
      if (message.position() != null) {
        lost(message.broadcasting(), message.position());
      }
      return;
    }
    if (waiting >= most - most / 5) {
      options.listener().broadcastsNearLimit(message.broadcasting(), waiting, most);
    }
    post(() -> {
      undelivered.decrementAndGet();
      LocalStream stream = streams.get(message.broadcasting());
      if (stream != null) {
        delivered(message.broadcasting(), stream.deliver(message, envelope));
      }
    });
  }

  /** Tells this loop's subscribers of a stream that it continues after a gap. Any thread. */
  void lost(String broadcasting, StreamPosition position) {
    if (losses.put(broadcasting, position) == null) {
      post(() -> {
        StreamPosition latest = losses.remove(broadcasting);
        LocalStream stream = streams.get(broadcasting);
        if (stream != null && latest != null) {
          stream.lost(latest);
        }
      });
    }
  }

  /** Only the loop writes, so the count needs no atomic step. */
  private void delivered(String broadcasting, int recipients) {
    deliveries.lazySet(deliveries.get() + recipients);
    options.listener().delivered(broadcasting, recipients);
  }

  /** How many messages this loop has handed to subscriptions in all. Any thread. */
  public long deliveries() {
    return deliveries.get();
  }

  /** Sees to it that a turn comes. Any thread. */
  void wake() {
    if (woken.compareAndSet(false, true)) {
      loop.execute(this::turn);
    }
  }

  private void turn() {
    woken.set(false);
    try {
      if (flushSome()) {
        runTasks();
        writeDirtyGroups();
        flushSome();
      }
    } catch (RuntimeException | Error e) {
      options.listener().failed(e);
    }
    if (!unflushed.isEmpty() || !dirtyGroups.isEmpty() || !inbox.isEmpty()) {
      wake();
    }
  }

  private void runTasks() {
    for (int i = 0; i < TASKS_PER_TURN; i++) {
      Runnable task = inbox.poll();
      if (task == null) {
        return;
      }
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        options.listener().failed(e);
      }
    }
  }

  /** Returns whether every socket with something written has been flushed. */
  private boolean flushSome() {
    for (int i = 0; i < FLUSHES_PER_TURN; i++) {
      OutboundQueue outbound = unflushed.poll();
      if (outbound == null) {
        return true;
      }
      outbound.flush();
    }
    return unflushed.isEmpty();
  }

  /** Queues everything that the groups of this loop have. */
  void writeDirtyGroups() {
    for (Group group = dirtyGroups.poll(); group != null; group = dirtyGroups.poll()) {
      group.write();
    }
  }

  boolean hasDirtyGroups() {
    return !dirtyGroups.isEmpty();
  }

  void dirty(Group group) {
    dirtyGroups.add(group);
  }

  void unflushed(OutboundQueue outbound) {
    unflushed.add(outbound);
  }

  /** Whether this is the loop, and everything that was posted before has run. Any thread. */
  boolean isCaughtUp() {
    return loop.inLoop() && inbox.isEmpty();
  }

  /** Number of streams with subscribers on this loop. */
  int streamCount() {
    return streams.size();
  }

  void join(Member member) {
    streams
        .computeIfAbsent(member.stream(), name -> new LocalStream(name, this))
        .add(member);
  }

  /** A member with history goes on from here: what is older is none of its. */
  void begin(Member member, StreamPosition position) {
    LocalStream stream = streams.get(member.stream());
    if (stream != null) {
      stream.begin(position);
    }
  }

  /** Up to where this loop has got everything of a stream with history. */
  @Nullable StreamPosition latest(String broadcasting) {
    LocalStream stream = streams.get(broadcasting);
    return stream == null ? null : stream.latest();
  }

  void leave(Member member) {
    LocalStream stream = streams.get(member.stream());
    if (stream != null && stream.remove(member)) {
      streams.remove(member.stream());
    }
  }
}
