// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.internal.protocol.SessionId;
import dev.hawser.internal.transport.Frame;
import dev.hawser.internal.transport.FrameBatch;
import dev.hawser.internal.transport.Loop;
import dev.hawser.internal.transport.Transport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The way out of one connection. Everything it sends passes here in order: broadcasts of its
 * groups, and messages of its own. Lives on the loop, but for {@link #transmit}.
 */
public final class OutboundQueue {
  /**
   * Of a connection with more streams it is cheaper to write what all of the loop's groups have.
   */
  private static final int MEMBERS_TO_LOOK_AT = 64;

  private static final int NO_BACKLOG = 4096;
  private static final Member[] NONE = {};

  private static final AtomicIntegerFieldUpdater<OutboundQueue> QUEUED =
      AtomicIntegerFieldUpdater.newUpdater(OutboundQueue.class, "queuedBytes");

  private final Hub hub;
  private final Transport transport;
  private final Owner owner;
  private final SessionId sessionId = SessionId.random();
  private Member[] members = NONE;
  private int memberCount;

  /**
   * What the coming flush writes: a batch that may be shared, and behind it messages of its own. It
   * waits here, so that one pass over thousands of sockets does all that touches them.
   */
  private @Nullable FrameBatch waiting;

  private @Nullable List<Frame> pending;
  private int backlog;
  private boolean unflushed;
  private boolean closed;
  private boolean paused;
  private volatile boolean overflowing;
  private volatile boolean slow;
  private Loop.@Nullable Timer stallTimer;

  @SuppressWarnings("UnusedVariable") // through QUEUED
  private volatile int queuedBytes;

  private long lastHeardMs;
  private boolean owesPong;

  /** Of the connections that this one goes on for. */
  private volatile List<SessionId> former = List.of();

  /** What waits for the welcome of a connection whose session is restored. */
  private @Nullable Held held;

  int slot = -1;
  int slotIndex;

  /** Messages in their order. */
  private static final class Held {
    private final List<Frame> frames = new ArrayList<>();
    private int bytes;
  }

  /**
   * Called on the loop when the client reads slowly; and at most once when it has to be given up.
   */
  public interface Owner {

    /** The client reads more slowly than it is sent to, or no longer does. */
    void onSlow(boolean slow);

    /** More bytes wait than the limit allows. */
    void onOverflow();

    /**
     * More or less than before waits to be sent; not called for a few kilobytes.
     *
     * @param more the difference in bytes
     * @return whether that much may wait; if not, the owner has given the client up
     */
    boolean onBacklog(int more);

    /** The client has been slow for as long as it may be. */
    void onStall();

    /** The client did not answer for as long as the dead-peer timeout. */
    void onSilence();
  }

  /**
   * Creates the way out of a connection.
   *
   * @param owner is called when the client has to be given up
   */
  public OutboundQueue(Hub hub, Transport transport, Owner owner) {
    this.hub = hub;
    this.transport = transport;
    this.owner = owner;
    this.lastHeardMs = hub.loop().nowMs();
  }

  public Hub hub() {
    return hub;
  }

  public Transport transport() {
    return transport;
  }

  /** Names the connection. Any thread. */
  public SessionId sessionId() {
    return sessionId;
  }

  /** Goes on with the session of earlier connections; the oldest is first. Any thread. */
  public void follow(List<SessionId> earlier) {
    former = List.copyOf(earlier);
  }

  /**
   * The connections that have had the session, the oldest first and this one last. At most 17. Any
   * thread.
   */
  public List<SessionId> sessionIds() {
    List<SessionId> all = new ArrayList<>(former);
    all.add(sessionId);
    return all;
  }

  /** Queues one message of this connection's own. Any thread. */
  public void transmit(Frame frame) {
    int length = frame.length();
    if (hub.isCaughtUp() && pending == null && length <= hub.options().maxOutboundBytes()) {
      append(frame); // The first one of a turn; the bytes of others are counted until it comes.
      hub.wake();
      return;
    }
    if (QUEUED.addAndGet(this, length) > hub.options().maxOutboundBytes()) {
      if (!overflowing) {
        overflowing = true;
        hub.post(this::overflow);
      }
      return;
    }
    hub.post(() -> {
      QUEUED.addAndGet(this, -length);
      append(frame);
    });
  }

  /** Holds back from now on what the connection sends, until {@link #release}. Any thread. */
  public void hold() {
    hub.post(() -> held = new Held());
  }

  /** Sends a message, and then what was held back for it. Any thread. */
  public void release(Frame first) {
    hub.post(() -> {
      Held waited = held;
      held = null;
      append(first);
      held = waited;
      releaseHeld();
    });
  }

  private void hold(Held waiting, Frame frame) {
    waiting.frames.add(frame);
    waiting.bytes += frame.length();
    checkLimit(waiting.bytes);
  }

  /** Begins to ping the client, unless it is gone already. On the loop. */
  public void startHeartbeat() {
    if (!closed) {
      hub.heartbeat().add(this);
    }
  }

  /** Notes a sign of life. */
  public void heard() {
    lastHeardMs = hub.loop().nowMs();
    owesPong = false;
  }

  /** When the client gave its last sign of life, by the loop's clock. */
  public long lastHeardMs() {
    return lastHeardMs;
  }

  /** Whether the peer was asked for a pong and has been silent since. */
  boolean owesPong() {
    return owesPong;
  }

  /** Stops reading from the client. Its silence does not count from now on. */
  public void pauseReading() {
    if (!closed && !paused) {
      paused = true;
      transport.pause();
    }
  }

  public void resumeReading() {
    if (!closed && paused) {
      paused = false;
      heard();
      transport.resume();
    }
  }

  /** How long the peer has been silent in ms; 0 while this side does not read. */
  long silentMs(long nowMs) {
    return paused ? 0 : nowMs - lastHeardMs;
  }

  /** Whether the client reads more slowly than it is sent to. Any thread. */
  public boolean isSlow() {
    return slow;
  }

  /**
   * Looks at how the client reads once what is written now is flushed: a burst alone is no sign.
   */
  public void noteSlowness() {
    hub.post(() -> {
      boolean isSlow = !closed && transport.isSlow();
      if (isSlow != slow) {
        slow = isSlow;
        stopStallTimer();
        if (slow) {
          stallTimer = hub.loop().schedule(hub.options().slowConsumerTimeoutMs(), this::stalled);
        }
        owner.onSlow(slow);
      }
    });
  }

  private void stopStallTimer() {
    if (stallTimer != null) {
      stallTimer.cancel();
      stallTimer = null;
    }
  }

  private void stalled() {
    if (!closed && slow) {
      close();
      owner.onStall();
    }
  }

  /** Drops whatever waits and whatever comes: the socket is closed or about to be. */
  public void close() {
    closed = true;
    held = null;
    pending = null;
    if (waiting != null) {
      waiting.close();
      waiting = null;
    }
    stopStallTimer();
    hub.heartbeat().remove(this);
  }

  /** Hands what waits to the socket, and then a Close frame. Nothing is sent afterwards. */
  public void finish(int code) {
    if (!closed) {
      releaseHeld();
      writeOut();
      transport.flush();
      close();
      transport.close(code);
    }
  }

  /** The connection ends before its welcome. */
  private void releaseHeld() {
    Held waited = held;
    if (waited != null) {
      held = null;
      waited.frames.forEach(this::append);
    }
  }

  /** Drops what waits here, and closes the socket after a last message. */
  public void sendLast(Frame frame, int code) {
    close();
    try (FrameBatch batch = new FrameBatch(List.of(frame))) {
      transport.write(batch);
    }
    transport.close(code);
  }

  /** Queues one message after everything its groups have pending. */
  void append(Frame frame) {
    if (closed) {
      return;
    }
    if (held != null) {
      hold(held, frame);
      return;
    }
    writeDirtyGroups();
    if (pending == null) {
      pending = new ArrayList<>(1);
    }
    pending.add(frame);
    touch();
  }

  /** Lets the groups give what they have pending for this connection. */
  void writeDirtyGroups() {
    if (!hub.hasDirtyGroups()) {
      return;
    }
    if (memberCount > MEMBERS_TO_LOOK_AT) {
      hub.writeDirtyGroups();
      return;
    }
    for (int i = 0; i < memberCount; i++) {
      Group group = members[i].group();
      if (group != null && group.isDirty()) {
        group.write();
      }
    }
  }

  /** Queues a batch that may be shared with other connections. */
  void write(FrameBatch batch) {
    if (!closed) {
      writeOut();
      waiting = batch.share();
      touch();
    }
  }

  void flush() {
    unflushed = false;
    writeOut();
    if (!closed) {
      transport.flush();
      noteBacklog(transport.waitingBytes() + queuedBytes);
    }
  }

  private void noteBacklog(int waiting) {
    int noted = waiting <= NO_BACKLOG ? 0 : waiting;
    if (noted != backlog) {
      if (owner.onBacklog(noted - backlog)) {
        backlog = noted;
      }
    }
  }

  /** Sends a ping, after what waits; and one that the peer must answer, if it was silent. */
  void beat(FrameBatch ping, boolean expectPong) {
    write(ping);
    if (expectPong && !closed) {
      writeOut();
      transport.ping();
      owesPong = true;
    }
    flush();
  }

  void add(Member member) {
    if (memberCount == members.length) {
      members = Arrays.copyOf(members, Math.max(1, 2 * memberCount));
    }
    member.indexInOutbound = memberCount;
    members[memberCount++] = member;
  }

  /** In constant time: the last member takes the place. */
  @SuppressWarnings("NullAway") // Places beyond the count are empty and never read.
  void remove(Member member) {
    Member last = members[--memberCount];
    members[memberCount] = null;
    if (last != member) {
      members[member.indexInOutbound] = last;
      last.indexInOutbound = member.indexInOutbound;
    }
  }

  void checkLimit(int waitingBytes) {
    if (waitingBytes > hub.options().maxOutboundBytes()) {
      overflow();
    }
  }

  private void writeOut() {
    FrameBatch batch = waiting;
    if (batch != null) {
      waiting = null;
      send(batch);
      batch.close();
    }
    List<Frame> frames = pending;
    if (frames != null) {
      pending = null;
      try (FrameBatch own = new FrameBatch(frames)) {
        send(own);
      }
    }
  }

  private void send(FrameBatch batch) {
    if (closed) {
      return;
    }
    if (transport.isBacklogged()) {
      transport.flush();
      if (transport.isBacklogged()) {
        overflow();
        return;
      }
    }
    transport.write(batch);
  }

  private void touch() {
    if (!unflushed) {
      unflushed = true;
      hub.unflushed(this);
    }
  }

  void giveUp() {
    if (!closed) {
      close();
      owner.onSilence();
    }
  }

  private void overflow() {
    if (!closed) {
      close();
      owner.onOverflow();
    }
  }
}
