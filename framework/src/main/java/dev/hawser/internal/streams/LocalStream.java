// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.pubsub.PubSubMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One broadcasting on one loop: its groups, and the subscribers that handle messages in code. */
final class LocalStream {
  private final Hub hub;
  private final Map<String, Group> groups = new HashMap<>(2);
  private final List<Member> handlers = new ArrayList<>(0);

  LocalStream(Hub hub) {
    this.hub = hub;
  }

  /** Hands a message to every member; returns how many there are. */
  int deliver(PubSubMessage message) {
    int recipients = handlers.size();
    if (!groups.isEmpty()) {
      byte[] payload = message.payload().getBytes();
      for (Group group : groups.values()) {
        group.append(payload);
        recipients += group.size();
      }
    }
    for (Member member : handlers) {
      member.handle(message);
    }
    return recipients;
  }

  void add(Member member) {
    if (member.hasHandler()) {
      handlers.add(member);
    } else {
      String identifier = member.subscriber().identifier();
      groups.computeIfAbsent(identifier, id -> new Group(hub, id)).add(member);
    }
  }

  /** Returns whether it is empty. */
  boolean remove(Member member) {
    if (member.hasHandler()) {
      handlers.remove(member);
    } else {
      String identifier = member.subscriber().identifier();
      Group group = groups.get(identifier);
      if (group != null && group.remove(member)) {
        groups.remove(identifier);
      }
    }
    return groups.isEmpty() && handlers.isEmpty();
  }
}
