// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.internal.protocol.Envelope;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One broadcasting on one loop: its groups, and the subscribers that handle messages in code. */
final class LocalStream {
  private final Hub hub;
  private final Map<String, Group> groups = new HashMap<>(2);
  private final List<Member> handlers = new ArrayList<>(0);

  LocalStream(Hub hub) {
    this.hub = hub;
  }

  void deliver(PubSubMessage message, @Nullable Envelope envelope) {
    if (envelope != null) {
      deliver(message.broadcasting(), envelope);
      return;
    }
    if (!groups.isEmpty()) {
      byte[] payload = message.payload().getBytes();
      for (Group group : groups.values()) {
        group.append(payload);
      }
    }
    for (Member member : handlers) {
      member.handle(message);
    }
  }

  private void deliver(String broadcasting, Envelope envelope) {
    for (Group group : groups.values()) {
      group.append(envelope);
    }
    PubSubMessage message = new PubSubMessage(broadcasting, Buffer.buffer(envelope.payload()));
    for (Member member : handlers) {
      if (member.takes(envelope)) {
        member.handle(message);
      }
    }
  }

  void add(Member member) {
    if (member.hasHandler()) {
      handlers.add(member);
    } else {
      Subscriber subscriber = member.subscriber();
      groups
          .computeIfAbsent(
              subscriber.identifier(), id -> new Group(hub, subscriber.newMessagePrefix()))
          .add(member);
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
