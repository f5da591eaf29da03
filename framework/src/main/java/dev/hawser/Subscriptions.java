// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one connection, by their identifiers, and which subscribes wait for their
 * answer. Changed in turn, but for {@link #ask}; read by any thread.
 */
final class Subscriptions {
  private static final int FEW = 8;
  private static final ChannelSubscription[] NONE = {};

  /** In the order they were made, as long as there are few, as most connections have. */
  private ChannelSubscription[] few = NONE;

  /** All of them, once there were more. */
  private @Nullable Map<String, ChannelSubscription> many;

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
    if (many != null) {
      return many.get(identifier);
    }
    for (ChannelSubscription subscription : few) {
      if (subscription.identifier().equals(identifier)) {
        return subscription;
      }
    }
    return null;
  }

  synchronized int size() {
    return many == null ? few.length : many.size();
  }

  /** Adds one whose identifier no other has. */
  synchronized void add(ChannelSubscription subscription) {
    if (many == null && few.length == FEW) {
      many = new LinkedHashMap<>(4 * FEW);
      for (ChannelSubscription known : few) {
        many.put(known.identifier(), known);
      }
      few = NONE;
    }
    if (many != null) {
      many.put(subscription.identifier(), subscription);
    } else {
      few = Arrays.copyOf(few, few.length + 1);
      few[few.length - 1] = subscription;
    }
  }

  synchronized void remove(ChannelSubscription subscription) {
    if (many != null) {
      many.remove(subscription.identifier(), subscription);
    } else {
      List<ChannelSubscription> others = new ArrayList<>(Arrays.asList(few));
      others.remove(subscription);
      few = others.toArray(NONE);
    }
  }

  /** The first of them, in the order they were made; {@code null} if there is none. */
  synchronized @Nullable ChannelSubscription first() {
    if (size() == 0) {
      return null;
    }
    return many == null ? few[0] : many.values().iterator().next();
  }

  /**
   * The identifiers of those that the client knows or is about to know, in the order they were
   * made.
   */
  synchronized List<String> confirmed() {
    return all()
        .filter(one -> one.streams().isAnnounced() && !one.isRejected() && !one.isEnded())
        .map(ChannelSubscription::identifier)
        .toList();
  }

  /** Their identifiers, in the order they were made. */
  synchronized List<String> identifiers() {
    return all().map(ChannelSubscription::identifier).toList();
  }

  private Stream<ChannelSubscription> all() {
    return many == null ? Arrays.stream(few) : many.values().stream();
  }
}
