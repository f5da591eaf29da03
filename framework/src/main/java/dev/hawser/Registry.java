// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The welcomed connections of this node, and all that have named themselves, welcomed or not, by
 * each of their identifiers. Thread-safe.
 */
final class Registry {
  private final Collection<ClientSession> present;
  private final AtomicInteger size = new AtomicInteger();
  private final Map<Map.Entry<String, String>, Set<ClientSession>> byIdentifier =
      new ConcurrentHashMap<>();

  /**
   * Starts empty.
   *
   * @param present a view of all sessions, welcomed or not; a list of its own would cost memory
   */
  Registry(Collection<ClientSession> present) {
    this.present = present;
  }

  /** The session is welcomed. */
  void add(ClientSession session) {
    session.register(true);
    size.incrementAndGet();
  }

  /** The session has an identifier, by which it is found from now on. */
  void identify(ClientSession session, String name, String value) {
    byIdentifier.compute(Map.entry(name, value), (key, known) -> {
      if (known == null) {
        return Set.of(session); // Most users have one connection.
      }
      Set<ClientSession> holders = known;
      if (!(known instanceof ConcurrentHashMap.KeySetView)) {
        holders = ConcurrentHashMap.newKeySet(2);
        holders.addAll(known);
      }
      holders.add(session);
      return holders;
    });
  }

  /** The session has ended. */
  void remove(ClientSession session) {
    if (session.isRegistered()) {
      session.register(false);
      size.decrementAndGet();
    }
    for (Map.Entry<String, String> identifier : session.identifiers().entrySet()) {
      byIdentifier.computeIfPresent(
          Map.entry(identifier.getKey(), identifier.getValue()), (key, holders) -> {
            if (!(holders instanceof ConcurrentHashMap.KeySetView)) {
              return holders.contains(session) ? null : holders;
            }
            holders.remove(session);
            return holders.isEmpty() ? null : holders;
          });
    }
  }

  int size() {
    return size.get();
  }

  /** Returns the statistics of each connection at this moment. */
  List<ConnectionStatistics> statistics() {
    return present.stream()
        .filter(ClientSession::isRegistered)
        .map(ClientSession::statistics)
        .toList();
  }

  /** How many of them read more slowly than they are sent to. */
  int slowCount() {
    return (int) present.stream()
        .filter(ClientSession::isRegistered)
        .filter(ClientSession::isSlow)
        .count();
  }

  /**
   * The connections, welcomed or not, that have every one of the identifiers; none if none is
   * given.
   */
  List<ClientSession> holdersOf(Map<String, String> identifiers) {
    return identifiers.entrySet().stream()
        .findFirst()
        .map(first -> byIdentifier.getOrDefault(first, Set.of()))
        .orElse(Set.of())
        .stream()
        .filter(session -> session.identifiers().entrySet().containsAll(identifiers.entrySet()))
        .toList();
  }
}
