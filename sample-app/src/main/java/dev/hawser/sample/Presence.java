// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who is in which room, on this node; a person with two windows is there once.
 *
 * <p>Thread-safe: channels of different connections run at the same time.
 */
final class Presence {

  /**
   * The people of a room.
   *
   * @param version grows with every change; lists may overtake each other on their way
   * @param names in alphabetical order
   */
  record People(long version, List<String> names) {}

  private final Map<String, TreeMap<String, Integer>> windows = new HashMap<>();
  private long version;

  /** Returns whether the person was not in the room before. */
  synchronized boolean enter(String room, String name) {
    version++;
    return windows.computeIfAbsent(room, any -> new TreeMap<>()).merge(name, 1, Integer::sum) == 1;
  }

  /** Returns whether that was the person's last window in the room. */
  synchronized boolean leave(String room, String name) {
    version++;
    TreeMap<String, Integer> people = windows.getOrDefault(room, new TreeMap<>());
    boolean left =
        people.computeIfPresent(name, (any, count) -> count == 1 ? null : count - 1) == null;
    if (people.isEmpty()) {
      windows.remove(room);
    }
    return left;
  }

  synchronized People in(String room) {
    return new People(
        version, List.copyOf(windows.getOrDefault(room, new TreeMap<>()).keySet()));
  }
}
