// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Whether messages are being missed. Counts the subscriptions that were live and are not; calls the
 * listener when the count leaves 0 and when it is 0 again. Confined to the adapter's loop, but for
 * {@link #isWhole}.
 */
final class LinkHealth {
  private final PubSubAdapter.Listener listener;
  private volatile int missing;

  LinkHealth(PubSubAdapter.Listener listener) {
    this.listener = listener;
  }

  /** Whether every subscription that was ever live is. Any thread. */
  boolean isWhole() {
    return missing == 0;
  }

  void live(RedisSubscription subscription) {
    change(subscription, true, null);
  }

  void lost(RedisSubscription subscription, Throwable cause) {
    change(subscription, false, cause);
  }

  /** The subscription is not wanted any more. */
  void ended(RedisSubscription subscription) {
    if (subscription.isMissing()) {
      count(-1, null);
    }
  }

  private void change(RedisSubscription subscription, boolean live, @Nullable Throwable cause) {
    boolean wasMissing = subscription.isMissing();
    subscription.live(live);
    if (subscription.isMissing() != wasMissing) {
      count(wasMissing ? -1 : 1, cause);
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only the loop writes
  private void count(int change, @Nullable Throwable cause) {
    missing += change;
    if (change > 0 && missing == 1) {
      listener.onLinkLost(new PubSubUnavailableException(
          "the link to Redis was lost" + (cause == null ? "" : ": " + cause.getMessage()), cause));
    } else if (change < 0 && missing == 0) {
      listener.onLinkRestored();
    }
  }
}
