// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import dev.hawser.internal.streams.Few;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one connection, by their identifiers, and which subscribes wait for their
 * answer. Changed in turn, but for {@link #ask}; read by any thread.
 */
final class Subscriptions extends Few<ChannelSubscription> {
  /**
   * Identifiers whose subscribe waits or runs: the answer to come stands for any repetition. There
   * only while there are any, because most connections are idle.
   */
  private @Nullable Set<String> asked;

  @Override
  protected String nameOf(ChannelSubscription subscription) {
    return subscription.identifier();
  }

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

  @Override
  protected synchronized @Nullable ChannelSubscription get(String identifier) {
    return super.get(identifier);
  }

  @Override
  protected synchronized int size() {
    return super.size();
  }

  /** Adds one whose identifier no other has. */
  synchronized void add(ChannelSubscription subscription) {
    put(subscription);
  }

  /** Removes a subscription, unless another one has its identifier by now. */
  synchronized void remove(ChannelSubscription subscription) {
    if (get(subscription.identifier()) == subscription) {
      remove(subscription.identifier());
    }
  }

  /** The first of them, in the order they were made; {@code null} if there is none. */
  synchronized @Nullable ChannelSubscription first() {
    Iterator<ChannelSubscription> all = elements().iterator();
    return all.hasNext() ? all.next() : null;
  }

  /**
   * The identifiers of those that the client knows or is about to know, in the order they were
   * made.
   */
  synchronized List<String> confirmed() {
    return elements().stream()
        .filter(one -> one.streams().isAnnounced() && !one.isRejected() && !one.isEnded())
        .map(ChannelSubscription::identifier)
        .toList();
  }

  /** Their identifiers, in the order they were made. */
  synchronized List<String> identifiers() {
    return names();
  }
}
