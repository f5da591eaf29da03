// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one connection, by their identifiers, and which subscribes wait for their
 * answer. Changed in turn, but for {@link #ask}; read by any thread.
 */
final class Subscriptions {
  private final Map<String, ChannelSubscription> byIdentifier = new LinkedHashMap<>(2);

  /**
   * Identifiers whose subscribe waits or runs: the answer to come stands for any repetition. There
   * only while there are any, because most connections are idle.
   */
  private @Nullable Set<String> asked;

  /** Notes a subscribe; returns whether it is more than a repetition. On the loop. */
  synchronized boolean ask(String identifier) {
    if (asked == null) {
      asked = new HashSet<>(2);
    }
    return asked.add(identifier);
  }

  /**
   * A subscribe is about to be answered: another one from now on is a new question. Called before
   * the answer leaves, because the client may ask again at once.
   */
  synchronized void answering(String identifier) {
    if (asked != null && asked.remove(identifier) && asked.isEmpty()) {
      asked = null;
    }
  }

  synchronized @Nullable ChannelSubscription get(String identifier) {
    return byIdentifier.get(identifier);
  }

  synchronized int size() {
    return byIdentifier.size();
  }

  synchronized void add(ChannelSubscription subscription) {
    byIdentifier.put(subscription.identifier(), subscription);
  }

  synchronized void remove(ChannelSubscription subscription) {
    byIdentifier.remove(subscription.identifier(), subscription);
  }

  /** The first of them, in the order they were made; {@code null} if there is none. */
  synchronized @Nullable ChannelSubscription first() {
    return byIdentifier.isEmpty() ? null : byIdentifier.values().iterator().next();
  }

  /** The identifiers of those that the client knows, in the order they were made. */
  synchronized List<String> confirmed() {
    return byIdentifier.values().stream()
        .filter(one -> one.streams().isConfirmed() && !one.isRejected() && !one.isEnded())
        .map(ChannelSubscription::identifier)
        .toList();
  }

  /** Their identifiers, in the order they were made. */
  synchronized List<String> identifiers() {
    // An idle connection that was asked before should not keep the map's view for it.
    return byIdentifier.isEmpty() ? List.of() : List.copyOf(byIdentifier.keySet());
  }
}
