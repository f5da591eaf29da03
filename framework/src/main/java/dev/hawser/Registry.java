// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The welcomed connections of this node, also by each of their identifiers. Thread-safe. */
final class Registry {
  private final Set<Session> present;
  private final AtomicInteger size = new AtomicInteger();
  private final Map<Map.Entry<String, String>, Set<Session>> byIdentifier =
      new ConcurrentHashMap<>();

  /**
   * Starts empty.
   *
   * @param present a view of who is here, welcomed or not; a set of its own would cost memory
   */
  Registry(Set<Session> present) {
    this.present = present;
  }

  void add(Session session) {
    session.register(true);
    size.incrementAndGet();
    for (Map.Entry<String, String> identifier : session.identifiers().entrySet()) {
      byIdentifier.compute(Map.entry(identifier.getKey(), identifier.getValue()), (key, known) -> {
        Set<Session> holders = known == null ? ConcurrentHashMap.newKeySet(1) : known;
        holders.add(session);
        return holders;
      });
    }
  }

  void remove(Session session) {
    if (!session.isRegistered()) {
      return;
    }
    session.register(false);
    size.decrementAndGet();
    for (Map.Entry<String, String> identifier : session.identifiers().entrySet()) {
      byIdentifier.computeIfPresent(
          Map.entry(identifier.getKey(), identifier.getValue()), (key, holders) -> {
            holders.remove(session);
            return holders.isEmpty() ? null : holders;
          });
    }
  }

  int size() {
    return size.get();
  }

  List<Session> all() {
    return present.stream().filter(Session::isRegistered).toList();
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
