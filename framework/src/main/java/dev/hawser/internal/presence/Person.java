// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.presence;

import dev.hawser.internal.protocol.PresenceMessages;
import dev.hawser.presence.PresenceTab;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One person who is present, with all tabs. Guarded by its {@link StreamPresence}. */
final class Person {
  /** Of a person with very many tabs clients get the infos of the first. */
  private static final int MOST_TAB_CHARACTERS = 32 * 1024;

  private final String id;
  private final Map<String, String> infoByRef = new LinkedHashMap<>(2);

  Person(String id) {
    this.id = id;
  }

  String id() {
    return id;
  }

  /** Returns the info of the tab that joined last. */
  String info() {
    String last = PresenceTab.NO_INFO;
    for (String info : infoByRef.values()) {
      last = info;
    }
    return last;
  }

  void put(PresenceTab tab) {
    infoByRef.put(tab.ref(), tab.info());
  }

  void remove(String ref) {
    infoByRef.remove(ref);
  }

  boolean isGone() {
    return infoByRef.isEmpty();
  }

  /** The infos of all tabs, the oldest first. */
  List<String> infos() {
    return List.copyOf(infoByRef.values());
  }

  /** This person in a list of AnyCable's. */
  String plainRecord() {
    return PresenceMessages.record(id, info(), null);
  }

  /** This person in a list of ours, with all tabs. */
  String fullRecord() {
    List<String> infos = new ArrayList<>();
    int characters = 0;
    for (String one : infoByRef.values()) {
      characters += one.length();
      if (infos.isEmpty() || characters <= MOST_TAB_CHARACTERS) {
        infos.add(one);
      }
    }
    return PresenceMessages.record(id, info(), infos);
  }
}
