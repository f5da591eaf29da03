// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.history.StreamPosition;
import dev.hawser.internal.protocol.Envelope;
import dev.hawser.internal.protocol.ServerMessages;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One broadcasting on one loop: its groups, and the subscribers that handle messages in code. Lives
 * on the loop, but for {@link #enter} and {@link #leave}.
 */
final class LocalStream {
  private final NodeStream node;
  private final Hub hub;
  private final Groups groups = new Groups();

  /** Members that are here, are about to be, or have yet to go. By the lock of {@link Streams}. */
  private int entered;

  /** There only while there are any: most streams go straight to their clients. */
  private @Nullable Set<Member> handlers;

  /** The groups whose clients get the position of each broadcast; there only while any are. */
  private @Nullable Groups positioned;

  private @Nullable StreamPosition begin;

  /** Up to where this loop has got everything; known while a member has history. */
  private @Nullable StreamPosition latest;

  /** The latest thing the loop is to learn, if that is a loss. By the lock of the deliveries. */
  private @Nullable Loss openLoss;

  LocalStream(NodeStream node, Hub hub) {
    this.node = node;
    this.hub = hub;
  }

  NodeStream node() {
    return node;
  }

  Hub hub() {
    return hub;
  }

  /** Counts one more member. */
  void enter() {
    entered++;
  }

  /** Counts one member less; returns whether it was the last one. */
  boolean leave() {
    return --entered == 0;
  }

  /**
   * Tells the loop that broadcasts are lost, behind everything that was delivered before. Under the
   * lock of the deliveries.
   */
  void lose(StreamPosition goesOnAfter) {
    if (openLoss == null || !openLoss.extend(goesOnAfter)) {
      Loss loss = new Loss(goesOnAfter);
      openLoss = loss;
      hub.lost(this, loss);
    }
  }

  /** A broadcast follows, so that a later loss is another one. Under the lock of the deliveries. */
  void endLoss() {
    if (openLoss != null) {
      openLoss = null;
    }
  }

  boolean isEmpty() {
    return groups.isEmpty() && positioned == null && handlers == null;
  }

  /** Hands a message to every member that it is for; returns how many members there are. */
  int deliver(PubSubMessage message, @Nullable Envelope envelope) {
    if (envelope != null || message.position() != null) {
      return deliverSpecial(message, envelope);
    }
    int recipients = 0;
    Group only = groups.only();
    if (only != null) {
      only.append(message.payload().getBytes());
      recipients = only.size();
    } else if (!groups.isEmpty()) {
      byte[] payload = message.payload().getBytes();
      for (Group group : groups.all()) {
        group.append(payload);
        recipients += group.size();
      }
    }
    if (positioned != null) {
      recipients += append(positioned, message.payload().getBytes(), null, null, null);
    }
    return recipients + handle(message, null);
  }

  /** Delivers a message that has a position or that not all members get. */
  private int deliverSpecial(PubSubMessage message, @Nullable Envelope envelope) {
    byte[] payload = envelope == null ? message.payload().getBytes() : envelope.payload();
    StreamPosition position = message.position();
    boolean stale = isStale(position);
    if (position != null && !stale && (latest == null || !latest.reaches(position))) {
      latest = position;
    }
    int recipients = append(groups, payload, position, envelope, takers(envelope, stale));
    if (positioned != null && !stale) {
      recipients += append(positioned, payload, position, envelope, takers(envelope, false));
    }
    return recipients
        + handle(new PubSubMessage(message.broadcasting(), Buffer.buffer(payload)), envelope);
  }

  /** Delivers a message that is in no history to the clients that are not told of losses. */
  int deliverUnkept(PubSubMessage message, @Nullable Envelope envelope) {
    byte[] payload = envelope == null ? message.payload().getBytes() : envelope.payload();
    Predicate<Member> takers =
        member -> !member.tellsLosses() && (envelope == null || member.takes(envelope));
    return append(groups, payload, null, envelope, takers)
        + handle(new PubSubMessage(message.broadcasting(), Buffer.buffer(payload)), envelope);
  }

  private int append(
      Groups receivers,
      byte[] payload,
      @Nullable StreamPosition position,
      @Nullable Envelope envelope,
      @Nullable Predicate<Member> takers) {
    int recipients = 0;
    byte[] suffix = receivers == positioned && position != null && !receivers.isEmpty()
        ? ServerMessages.positionSuffix(node.name(), position)
        : ServerMessages.messageSuffix();
    long offset = position == null ? 0 : position.offset();
    for (Group group : receivers.all()) {
      group.append(payload, suffix, offset, envelope, takers);
      recipients += group.size();
    }
    return recipients;
  }

  private int handle(PubSubMessage message, @Nullable Envelope envelope) {
    if (handlers == null) {
      return 0;
    }
    for (Member member : handlers) {
      if (envelope == null || member.takes(envelope)) {
        member.handle(message);
      }
    }
    return handlers.size();
  }

  /** Which members get a message; {@code null} if all do. */
  private static @Nullable Predicate<Member> takers(@Nullable Envelope envelope, boolean stale) {
    if (stale) {
      return member -> !member.hasHistory() && (envelope == null || member.takes(envelope));
    }
    return envelope == null ? null : member -> member.takes(envelope);
  }

  /** Whether a broadcast belongs before the place that members with history have begun with. */
  private boolean isStale(@Nullable StreamPosition position) {
    return position != null
        && begin != null
        && (begin.reaches(position) || !position.reaches(begin));
  }

  /** A member with history goes on from here, where the loop is. */
  void begin(StreamPosition position) {
    latest = position;
    if (begin == null) {
      begin = position;
    }
  }

  /** Up to where this loop has got everything; {@code null} if no member has begun. */
  @Nullable StreamPosition latest() {
    return latest;
  }

  /** Tells every member with history that broadcasts are lost. */
  void lost(StreamPosition position) {
    begin = position;
    latest = position;
    lost(groups, position);
    if (positioned != null) {
      lost(positioned, position);
    }
  }

  private static void lost(Groups groups, StreamPosition position) {
    for (Group group : List.copyOf(groups.all())) {
      group.lost(position);
    }
  }

  void add(Member member) {
    if (member.hasHandler()) {
      addHandler(member);
    } else {
      groupsOf(member).add(member, hub);
    }
  }

  private Groups groupsOf(Member member) {
    if (!member.getsPositions()) {
      return groups;
    }
    if (positioned == null) {
      positioned = new Groups();
    }
    return positioned;
  }

  private void addHandler(Member member) {
    if (handlers == null) {
      handlers = new LinkedHashSet<>(2);
    }
    handlers.add(member);
  }

  void remove(Member member) {
    if (member.hasHandler()) {
      removeHandler(member);
    } else {
      groupsOf(member).remove(member);
    }
    if (positioned != null && positioned.isEmpty()) {
      positioned = null;
    }
    if (isEmpty()) { // Members that come begin anew.
      begin = null;
      latest = null;
    }
  }

  private void removeHandler(Member member) {
    if (handlers != null && handlers.remove(member) && handlers.isEmpty()) {
      handlers = null;
    }
  }
}
