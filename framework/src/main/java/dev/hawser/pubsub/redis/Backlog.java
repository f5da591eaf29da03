// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.pubsub.PubSubOverloadedException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts messages and subscriptions that wait for Redis' answer, up to the limits. Thread-safe. */
final class Backlog {
  private final int maxPublishes;
  private final int maxPublishBytes;
  private final int maxSubscriptions;
  private final AtomicInteger publishes = new AtomicInteger();
  private final AtomicLong publishBytes = new AtomicLong();
  private final AtomicInteger subscriptions = new AtomicInteger();

  Backlog(RedisConfig config) {
    this.maxPublishes = config.count(RedisOption.MAX_PENDING_PUBLISHES);
    this.maxPublishBytes = config.count(RedisOption.MAX_PENDING_PUBLISH_BYTES);
    this.maxSubscriptions = config.count(RedisOption.MAX_PENDING_SUBSCRIPTIONS);
  }

  /**
   * Adds a message.
   *
   * @throws PubSubOverloadedException if too many wait; then it was not added
   */
  void addPublish(int bytes) {
    boolean tooMany = publishes.incrementAndGet() > maxPublishes;
    if (publishBytes.addAndGet(bytes) > maxPublishBytes) {
      removePublish(bytes);
      throw overloaded("maxPendingPublishBytes", maxPublishBytes);
    }
    if (tooMany) {
      removePublish(bytes);
      throw overloaded("maxPendingPublishes", maxPublishes);
    }
  }

  void removePublish(int bytes) {
    publishes.decrementAndGet();
    publishBytes.addAndGet(-bytes);
  }

  /**
   * Adds a subscription.
   *
   * @throws PubSubOverloadedException if too many wait; then it was not added
   */
  void addSubscription() {
    if (subscriptions.incrementAndGet() > maxSubscriptions) {
      removeSubscription();
      throw overloaded("maxPendingSubscriptions", maxSubscriptions);
    }
  }

  void removeSubscription() {
    subscriptions.decrementAndGet();
  }

  private static PubSubOverloadedException overloaded(String option, int most) {
    return new PubSubOverloadedException(
        "too much waits for Redis' answer (expected: at most " + option + ", " + most + ")");
  }

  int publishes() {
    return publishes.get();
  }

  long publishBytes() {
    return publishBytes.get();
  }

  int subscriptions() {
    return subscriptions.get();
  }
}
