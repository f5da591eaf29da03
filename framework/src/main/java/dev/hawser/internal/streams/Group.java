// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.history.StreamPosition;
import dev.hawser.internal.protocol.Envelope;
import dev.hawser.internal.protocol.ServerMessages;
import dev.hawser.internal.transport.Frame;
import dev.hawser.internal.transport.FrameBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one stream with one identifier on one loop. They receive the same bytes, so
 * the broadcasts of a turn are laid out once for all of them.
 */
final class Group {
  private static final int MAX_BATCH_BYTES = 64 * 1024;

  private final Hub hub;
  private final byte[] messagePrefix;
  private Member[] members = new Member[1];
  private int size;
  private List<Frame> pending = new ArrayList<>(1);
  private int pendingBytes;

  /** Which members get a pending frame, for frames that not all get; {@code null} if all do. */
  private @Nullable IdentityHashMap<Frame, Predicate<Member>> restricted;

  /**
   * Creates a group without members.
   *
   * @param messagePrefix what stands before every payload; kept by its subscribers, too
   */
  Group(Hub hub, byte[] messagePrefix) {
    this.hub = hub;
    this.messagePrefix = messagePrefix;
  }

  void append(byte[] payload) {
    append(Frame.of(messagePrefix, payload));
  }

  /**
   * Queues a message that has a position or that not all members get, in order with the rest.
   *
   * @param suffix the text after the payload
   * @param offset number of the broadcast in its stream; 0 if it has none
   * @param takers which members get it; {@code null} if all do
   */
  void append(
      byte[] payload,
      byte[] suffix,
      long offset,
      @Nullable Envelope envelope,
      @Nullable Predicate<Member> takers) {
    boolean whisper = envelope != null && envelope.whisper();
    byte[] prefix = whisper ? ServerMessages.whisperPrefix(messagePrefix) : messagePrefix;
    Frame frame = Frame.of(prefix, payload, suffix, offset);
    append(frame);
    if (takers != null) {
      if (restricted == null) {
        restricted = new IdentityHashMap<>(2);
      }
      restricted.put(frame, takers);
    }
  }

  /** Tells every member with history that broadcasts are lost, after all pending frames. */
  void lost(StreamPosition position) {
    write();
    for (Member member : Arrays.copyOf(members, size)) {
      member.lost(position);
    }
  }

  private void append(Frame frame) {
    if (pendingBytes + frame.length() > MAX_BATCH_BYTES) {
      write();
    }
    if (pending.isEmpty()) {
      hub.dirty(this);
    }
    pending.add(frame);
    pendingBytes += frame.length();
  }

  /** How many members it has. */
  int size() {
    return size;
  }

  boolean isDirty() {
    return !pending.isEmpty();
  }

  /** Queues everything pending on every member's socket. */
  void write() {
    if (pending.isEmpty()) {
      return;
    }
    List<Frame> frames = pending;
    pending = new ArrayList<>(1);
    pendingBytes = 0;
    IdentityHashMap<Frame, Predicate<Member>> takers = restricted;
    restricted = null;
    if (takers != null) {
      write(frames, takers);
      return;
    }
    try (FrameBatch batch = new FrameBatch(frames)) {
      for (int i = 0; i < size; i++) {
        members[i].deliver(batch, frames);
      }
    }
  }

  private void write(List<Frame> frames, IdentityHashMap<Frame, Predicate<Member>> takers) {
    try (FrameBatch batch = new FrameBatch(frames)) {
      for (int i = 0; i < size; i++) {
        Member member = members[i];
        if (takers.values().stream().allMatch(one -> one.test(member))) {
          member.deliver(batch, frames);
        } else {
          deliver(member, frames, takers);
        }
      }
    }
  }

  private static void deliver(
      Member member, List<Frame> frames, IdentityHashMap<Frame, Predicate<Member>> takers) {
    List<Frame> taken = new ArrayList<>(frames.size());
    for (Frame frame : frames) {
      Predicate<Member> some = takers.get(frame);
      if (some == null || some.test(member)) {
        taken.add(frame);
      }
    }
    if (!taken.isEmpty()) {
      try (FrameBatch batch = new FrameBatch(taken)) {
        member.deliver(batch, taken);
      }
    }
  }

  /** A newcomer must not get what was broadcast before. */
  void add(Member member) {
    write();
    if (size == members.length) {
      members = Arrays.copyOf(members, size * 2);
    }
    member.joined(this, size);
    members[size++] = member;
  }

  /** Returns whether it is empty. */
  @SuppressWarnings("NullAway") // Places beyond the size are empty and never read.
  boolean remove(Member member) {
    Member last = members[--size];
    members[size] = null;
    if (last != member) {
      members[member.index()] = last;
      last.joined(this, member.index());
    }
    if (size > 4 && size < members.length / 4) {
      members = Arrays.copyOf(members, members.length / 2);
    }
    return size == 0;
  }
}
