// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.pubsub.PubSubMessage;
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

  void deliver(PubSubMessage message) {
    if (!groups.isEmpty()) {
      byte[] payload = message.payload().getBytes();
      for (Group group : groups.values()) {
        group.append(payload);
      }
    }
    if (handlers != null) {
      for (Member member : handlers) {
        member.handle(message);
      }
    }
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
