// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The welcomed connections of this node, also by each of their identifiers. Thread-safe. */
final class Registry {
  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
  private final Map<Map.Entry<String, String>, Set<Session>> byIdentifier =
      new ConcurrentHashMap<>();

  void add(Session session) {
    sessions.add(session);
    for (Map.Entry<String, String> identifier : session.identifiers().entrySet()) {
      byIdentifier.compute(Map.entry(identifier.getKey(), identifier.getValue()), (key, known) -> {
        Set<Session> holders = known == null ? ConcurrentHashMap.newKeySet(1) : known;
        holders.add(session);
        return holders;
      });
    }
  }

  void remove(Session session) {
    if (!sessions.remove(session)) {
      return;
    }
    for (Map.Entry<String, String> identifier : session.identifiers().entrySet()) {
      byIdentifier.computeIfPresent(
          Map.entry(identifier.getKey(), identifier.getValue()), (key, holders) -> {
            holders.remove(session);
            return holders.isEmpty() ? null : holders;
          });
    }
  }

  int size() {
    return sessions.size();
  }

  List<Session> all() {
    return List.copyOf(sessions);
  }

  /** The connections that have every one of the identifiers; none if none is given. */
  List<Session> holdersOf(Map<String, String> identifiers) {
    return identifiers.entrySet().stream()
        .findFirst()
        .map(first -> byIdentifier.getOrDefault(first, Set.of()))
        .orElse(Set.of())
        .stream()
        .filter(session -> session.identifiers().entrySet().containsAll(identifiers.entrySet()))
        .toList();
  }
}
