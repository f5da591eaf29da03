// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The groups of one stream on one loop, by identifier. Most streams have one, for which a map would
 * be three objects more to hold, and to fetch for each broadcast. Lives on the loop.
 */
final class Groups {
  private @Nullable Group only;

  /** All of them, once there were more. */
  private @Nullable Map<String, Group> many;

  boolean isEmpty() {
    return only == null && many == null;
  }

  /** The only group; {@code null} if there is none, or if there are more. */
  @Nullable Group only() {
    return only;
  }

  Collection<Group> all() {
    if (many != null) {
      return many.values();
    }
    return only == null ? List.of() : List.of(only);
  }

  /** Adds a member to the group of its identifier, which it makes if there is none. */
  void add(Member member, Hub hub) {
    Subscriber subscriber = member.subscriber();
    Group group = get(subscriber.identifier());
    if (group == null) {
      group = new Group(hub, subscriber.identifier(), subscriber.messagePrefix());
      add(group);
    }
    group.add(member);
  }

  private void add(Group group) {
    if (only == null && many == null) {
      only = group;
      return;
    }
    if (many == null) {
      many = new HashMap<>();
    }
    if (only != null) {
      many.put(only.identifier(), only);
      only = null;
    }
    many.put(group.identifier(), group);
  }

  private @Nullable Group get(String identifier) {
    if (many != null) {
      return many.get(identifier);
    }
    return only != null && only.identifier().equals(identifier) ? only : null;
  }

  /** Removes a member, and its group if that is empty then. */
  void remove(Member member) {
    Group group = get(member.subscriber().identifier());
    if (group == null || !group.remove(member)) {
      return;
    }
    if (group == only) {
      only = null;
    } else if (many != null) {
      many.remove(group.identifier());
      many = many.isEmpty() ? null : many;
    }
  }
}
