// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.internal.transport.Frame;
import dev.hawser.internal.transport.FrameBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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

  /** Creates an empty group; what stands before its messages is kept by its subscribers, too. */
  Group(Hub hub, byte[] messagePrefix) {
    this.hub = hub;
    this.messagePrefix = messagePrefix;
  }

  void append(byte[] payload) {
    Frame frame = Frame.of(messagePrefix, payload);
    if (pendingBytes + frame.length() > MAX_BATCH_BYTES) {
      write();
    }
    if (pending.isEmpty()) {
      hub.dirty(this);
    }
    pending.add(frame);
    pendingBytes += frame.length();
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
    try (FrameBatch batch = new FrameBatch(frames)) {
      for (int i = 0; i < size; i++) {
        members[i].deliver(batch, frames);
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
