// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.history.StreamPosition;
import dev.hawser.internal.protocol.Envelope;
import dev.hawser.internal.transport.Loop;
import dev.hawser.pubsub.PubSubMessage;
import java.util.ArrayDeque;
import java.util.Queue;
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
 * on; what arrives meanwhile waits in the inbox and makes the next batch larger. For the same
 * reason broadcasts to many wait for others that the loop is about to read.
 */
public final class Hub {
  private static final int TASKS_PER_TURN = 4096;
  private static final int FLUSHES_PER_TURN = 1024;

  /** Writing to so many takes longer than a hundred looks for what else has come. */
  private static final int MANY_MEMBERS = 64;

  private static final long LONGEST_GATHERING_MS = 2;

  private final Loop loop;
  private final HubOptions options;
  private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final AtomicInteger undelivered = new AtomicInteger();
  private final AtomicLong deliveries = new AtomicLong();

  private final Queue<Group> dirtyGroups = new ArrayDeque<>();
  private final Queue<OutboundQueue> unflushed = new ArrayDeque<>();
  private final Heartbeat heartbeat;
  private int streamCount;

  /** Whether a broadcast to many has come since the loop has last read. */
  private boolean broadcastToMany;

  private boolean gathering;
  private long gatheringSinceMs;

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
   * Queues one message for this loop's subscribers of a stream. Any thread.
   *
   * @param envelope what the payload says besides the message; {@code null} if it is the message
   * @return whether it was queued: not if {@link HubOptions#maxPendingBroadcasts} wait already
   */
  boolean deliver(LocalStream stream, PubSubMessage message, @Nullable Envelope envelope) {
    if (!admits(message.broadcasting())) {
      return false;
    }
    post(() -> {
      undelivered.decrementAndGet();
      if (!stream.isEmpty()) {
        delivered(message.broadcasting(), stream.deliver(message, envelope));
      }
    });
    return true;
  }

  /** The same for a message that is in no history. Any thread. */
  void deliverUnkept(LocalStream stream, PubSubMessage message, @Nullable Envelope envelope) {
    if (admits(message.broadcasting())) {
      post(() -> {
        undelivered.decrementAndGet();
        if (!stream.isEmpty()) {
          delivered(message.broadcasting(), stream.deliverUnkept(message, envelope));
        }
      });
    }
  }

  /** Counts one broadcast more that waits, unless that is too many. */
  private boolean admits(String broadcasting) {
    int waiting = undelivered.incrementAndGet();
    int most = options.maxPendingBroadcasts();
    if (waiting > most) {
      undelivered.decrementAndGet();
      options.listener().broadcastDropped(broadcasting);
      return false;
    }
    if (waiting >= most - most / 5) {
      options.listener().broadcastsNearLimit(broadcasting, waiting, most);
    }
    return true;
  }

  /** Tells this loop's subscribers of a stream that it continues after a gap. Any thread. */
  void lost(LocalStream stream, Loss loss) {
    post(() -> {
      StreamPosition goesOnAfter = loss.take();
      if (goesOnAfter != null && !stream.isEmpty()) {
        stream.lost(goesOnAfter);
      }
    });
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
        if (!gathers()) {
          writeDirtyGroups();
          flushSome();
        }
      }
    } catch (RuntimeException | Error e) {
      options.listener().failed(e);
    }
    if (!unflushed.isEmpty() || !dirtyGroups.isEmpty() || !inbox.isEmpty()) {
      wakeAfterReads();
    }
  }

  private void wakeAfterReads() {
    if (woken.compareAndSet(false, true)) {
      loop.executeAfterReads(this::turn);
    }
  }

  /**
   * Whether what the groups have waits while the loop reads once more: as long as every read brings
   * another broadcast to many, and not longer than that is worth.
   */
  private boolean gathers() {
    long nowMs = broadcastToMany ? loop.nowMs() : 0;
    if (broadcastToMany && !gathering) {
      gatheringSinceMs = nowMs;
    }
    gathering = broadcastToMany && nowMs - gatheringSinceMs < LONGEST_GATHERING_MS;
    broadcastToMany = false;
    return gathering;
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

  /** A broadcast waits to be written to so many. */
  void appended(int members) {
    broadcastToMany |= members >= MANY_MEMBERS;
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
    return streamCount;
  }

  void join(Member member) {
    LocalStream stream = member.local();
    if (stream.isEmpty()) {
      streamCount++;
    }
    stream.add(member);
  }

  void leave(Member member) {
    LocalStream stream = member.local();
    stream.remove(member);
    if (stream.isEmpty()) {
      streamCount--;
    }
  }
}
