// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.history.StreamPosition;
import dev.hawser.internal.protocol.Envelope;
import dev.hawser.internal.protocol.ServerMessages;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.buffer.Buffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One broadcasting on one loop: its groups, and the subscribers that handle messages in code. */
final class LocalStream {
  private final String name;
  private final Hub hub;
  private final Map<String, Group> groups = new HashMap<>(2);

  /** There only while there are any: most streams go straight to their clients. */
  private @Nullable Set<Member> handlers;

  /** The groups whose clients get the position of each broadcast; there only while any are. */
  private @Nullable Map<String, Group> positioned;

  private @Nullable StreamPosition begin;

  /** Up to where this loop has got everything; known while a member has history. */
  private @Nullable StreamPosition latest;

  LocalStream(String name, Hub hub) {
    this.name = name;
    this.hub = hub;
  }

  /** Hands a message to every member that it is for; returns how many members there are. */
  int deliver(PubSubMessage message, @Nullable Envelope envelope) {
    if (envelope != null || message.position() != null) {
      return deliverSpecial(message, envelope);
    }
    int recipients = 0;
    if (!groups.isEmpty()) {
      byte[] payload = message.payload().getBytes();
      for (Group group : groups.values()) {
        group.append(payload);
        recipients += group.size();
      }
    }
    if (positioned != null) {
      recipients += append(positioned, message.payload().getBytes(), null, null, false);
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
    int recipients = append(groups, payload, position, envelope, stale);
    if (positioned != null && !stale) {
      recipients += append(positioned, payload, position, envelope, false);
    }
    return recipients
        + handle(new PubSubMessage(message.broadcasting(), Buffer.buffer(payload)), envelope);
  }

  private int append(
      Map<String, Group> receivers,
      byte[] payload,
      @Nullable StreamPosition position,
      @Nullable Envelope envelope,
      boolean stale) {
    int recipients = 0;
    Predicate<Member> takers = takers(envelope, stale);
    byte[] suffix = receivers == positioned && position != null && !receivers.isEmpty()
        ? ServerMessages.positionSuffix(name, position)
        : ServerMessages.messageSuffix();
    long offset = position == null ? 0 : position.offset();
    for (Group group : receivers.values()) {
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
    lost(groups.values(), position);
    if (positioned != null) {
      lost(positioned.values(), position);
    }
  }

  private static void lost(Collection<Group> groups, StreamPosition position) {
    for (Group group : List.copyOf(groups)) {
      group.lost(position);
    }
  }

  void add(Member member) {
    if (member.hasHandler()) {
      addHandler(member);
    } else {
      Subscriber subscriber = member.subscriber();
      groupsOf(member)
          .computeIfAbsent(
              subscriber.identifier(), id -> new Group(hub, subscriber.messagePrefix()))
          .add(member);
    }
  }

  private Map<String, Group> groupsOf(Member member) {
    if (!member.getsPositions()) {
      return groups;
    }
    if (positioned == null) {
      positioned = new HashMap<>(2);
    }
    return positioned;
  }

  private void addHandler(Member member) {
    if (handlers == null) {
      handlers = new LinkedHashSet<>(2);
    }
    handlers.add(member);
  }

  /** Returns whether it is empty. */
  boolean remove(Member member) {
    if (member.hasHandler()) {
      removeHandler(member);
    } else {
      removeFrom(groupsOf(member), member);
    }
    if (positioned != null && positioned.isEmpty()) {
      positioned = null;
    }
    return groups.isEmpty() && positioned == null && handlers == null;
  }

  private static void removeFrom(Map<String, Group> groups, Member member) {
    String identifier = member.subscriber().identifier();
    Group group = groups.get(identifier);
    if (group != null && group.remove(member)) {
      groups.remove(identifier);
    }
  }

  private void removeHandler(Member member) {
    if (handlers != null && handlers.remove(member) && handlers.isEmpty()) {
      handlers = null;
    }
  }
}
