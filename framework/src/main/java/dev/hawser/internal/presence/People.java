// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.presence;

import dev.hawser.presence.PresenceChange;
import dev.hawser.presence.PresenceTab;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * This node's copy of who is present in a stream. It turns what happens to tabs into what happens
 * to people: a person whose last tab goes in the same change in which a new one comes was never
 * away. Guarded by its {@link StreamPresence}.
 */
final class People {
  private final NavigableMap<String, Person> byId = new TreeMap<>();

  /** Receives what happens to people. */
  interface Listener {

    /** A person joined. */
    void joined(Person person);

    /** A further tab joined or left, or has another info. */
    void changed(Person person);

    /** A person left. */
    void left(String id);
  }

  boolean has(String id) {
    return byId.containsKey(id);
  }

  int size() {
    return byId.size();
  }

  Collection<Person> all() {
    return byId.values();
  }

  /** The people after an id in their order; all if that is {@code null}. */
  Collection<Person> after(@Nullable String id) {
    return id == null ? byId.values() : byId.tailMap(id, false).values();
  }

  void apply(PresenceChange change, Listener listener) {
    Map<String, @Nullable List<String>> before = new LinkedHashMap<>(2);
    for (PresenceChange.Step step : change.steps()) {
      PresenceTab tab = step.tab();
      note(tab.id(), before);
      if (step.present()) {
        byId.computeIfAbsent(tab.id(), Person::new).put(tab);
      } else {
        remove(tab);
      }
    }
    report(before, listener);
  }

  private void remove(PresenceTab tab) {
    Person person = byId.get(tab.id());
    if (person != null) {
      person.remove(tab.ref());
      if (person.isGone()) {
        byId.remove(tab.id());
      }
    }
  }

  /** Takes a new list for the old one. */
  void replaceAll(Collection<PresenceTab> tabs, Listener listener) {
    Map<String, @Nullable List<String>> before = new LinkedHashMap<>();
    byId.keySet().forEach(id -> note(id, before));
    byId.clear();
    for (PresenceTab tab : tabs) {
      note(tab.id(), before);
      byId.computeIfAbsent(tab.id(), Person::new).put(tab);
    }
    report(before, listener);
  }

  /**
   * Keeps the infos of a person as they are before a change; {@code null} of one who is not there.
   */
  private void note(String id, Map<String, @Nullable List<String>> before) {
    if (!before.containsKey(id)) {
      Person person = byId.get(id);
      before.put(id, person == null ? null : person.infos());
    }
  }

  private void report(Map<String, @Nullable List<String>> before, Listener listener) {
    before.forEach((id, was) -> {
      Person now = byId.get(id);
      if (now == null && was != null) {
        listener.left(id);
      } else if (now != null && was == null) {
        listener.joined(now);
      } else if (now != null && !now.infos().equals(was)) {
        listener.changed(now);
      }
    });
  }
}
