// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.internal.protocol.Envelope;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One broadcasting on one loop: its groups, and the subscribers that handle messages in code. */
final class LocalStream {
  private final Hub hub;
  private final Map<String, Group> groups = new HashMap<>(2);

  /** There only while there are any: most streams go straight to their clients. */
  private @Nullable Set<Member> handlers;

  LocalStream(Hub hub) {
    this.hub = hub;
  }

  /** Hands a message to every member that it is for; returns how many members there are. */
  int deliver(PubSubMessage message, @Nullable Envelope envelope) {
    if (envelope != null) {
      return deliver(message.broadcasting(), envelope);
    }
    int recipients = 0;
    if (!groups.isEmpty()) {
      byte[] payload = message.payload().getBytes();
      for (Group group : groups.values()) {
        group.append(payload);
        recipients += group.size();
      }
    }
    if (handlers != null) {
      for (Member member : handlers) {
        member.handle(message);
      }
      recipients += handlers.size();
    }
    return recipients;
  }

  private int deliver(String broadcasting, Envelope envelope) {
    int recipients = 0;
    for (Group group : groups.values()) {
      group.append(envelope);
      recipients += group.size();
    }
    if (handlers != null) {
      PubSubMessage message = new PubSubMessage(broadcasting, Buffer.buffer(envelope.payload()));
      for (Member member : handlers) {
        if (member.takes(envelope)) {
          member.handle(message);
        }
      }
      recipients += handlers.size();
    }
    return recipients;
  }

  void add(Member member) {
    if (member.hasHandler()) {
      addHandler(member);
    } else {
      Subscriber subscriber = member.subscriber();
      groups
          .computeIfAbsent(
              subscriber.identifier(), id -> new Group(hub, subscriber.messagePrefix()))
          .add(member);
    }
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
      String identifier = member.subscriber().identifier();
      Group group = groups.get(identifier);
      if (group != null && group.remove(member)) {
        groups.remove(identifier);
      }
    }
    return groups.isEmpty() && handlers == null;
  }

  private void removeHandler(Member member) {
    if (handlers != null && handlers.remove(member) && handlers.isEmpty()) {
      handlers = null;
    }
  }
}
