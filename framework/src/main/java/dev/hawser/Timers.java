// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The timers of a subscription, which stop with it. Used in turn with its callbacks. */
final class Timers {
  private static final String LIMIT = "maxTimersPerSubscription";

  private final ChannelSubscription owner;
  /** Of their own only where there are any: most subscriptions have none. */
  private List<Repetition> running = List.of();

  Timers(ChannelSubscription owner) {
    this.owner = owner;
  }

  /**
   * Starts a timer of the application's, unless the subscription has ended.
   *
   * @throws IllegalArgumentException if the period is too short
   * @throws IllegalStateException if there are as many as the limit allows
   */
  PeriodicTimer start(Duration period, PeriodicTimer.Task task) {
    if (period.toMillis() < 1) {
      throw new IllegalArgumentException("period: " + period + " (expected: at least 1 ms)");
    }
    return start(period.toMillis(), "periodically", () -> {
      task.run();
      return null;
    });
  }

  /**
   * Starts a timer, unless the subscription has ended.
   *
   * @throws IllegalStateException if there are as many as the limit allows
   */
  PeriodicTimer start(long periodMs, String name, Callable<@Nullable Object> task) {
    Repetition timer = new Repetition(owner.session().loop(), periodMs, owner, name, task);
    if (!owner.isEnded()) {
      makeRoom();
      if (running.isEmpty()) {
        running = new ArrayList<>(1);
      }
      running.add(timer);
      timer.start();
    }
    return timer;
  }

  private void makeRoom() {
    Server server = owner.session().server();
    int most = server.config().maxTimers();
    if (running.size() >= most) {
      running.removeIf(Repetition::isCancelled);
    }
    if (running.size() >= most) {
      server.limitReached(LIMIT, owner.identifier());
      throw new IllegalStateException(
          "this subscription has " + most + " timers, as many as " + LIMIT + " allows");
    }
    server.limitNear(LIMIT, owner.identifier(), running.size() + 1, most);
  }

  void cancelAll() {
    running.forEach(Repetition::cancel);
  }
}
