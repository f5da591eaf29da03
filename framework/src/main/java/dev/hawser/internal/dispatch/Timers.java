// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.dispatch;

import dev.hawser.internal.limits.LimitLog;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.transport.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The timers of a subscription, which stop with it. Used in turn with its callbacks. */
public final class Timers {
  private final Owner owner;
  private final int most;
  private final LimitLog limits;
  private final List<RepeatingTimer> running = new ArrayList<>(1);
  private int places;

  /** The subscription that has the timers. */
  public interface Owner {

    /** Names the subscription in reports of limits. */
    String identifier();

    /** The event loop of its connection. */
    Loop loop();

    /** Whether it has ended, so that no timer starts any more. */
    boolean isEnded();

    /** Runs a callback in turn with the others. Any thread. */
    void postCallback(String name, Callable<@Nullable Object> callback);
  }

  /**
   * Creates an empty set of timers.
   *
   * @param most how many timers may run at once
   */
  public Timers(Owner owner, int most, LimitLog limits) {
    this.owner = owner;
    this.most = most;
    this.limits = limits;
  }

  /**
   * Starts a timer, unless the subscription has ended.
   *
   * @param periodMs time before the first run and between runs, in ms
   * @param name names the callback in reports
   * @throws IllegalStateException if there are as many as the limit allows
   */
  public RepeatingTimer start(long periodMs, String name, Callable<@Nullable Object> task) {
    RepeatingTimer timer = new RepeatingTimer(periodMs, owner, name, task);
    if (!owner.isEnded()) {
      makeRoom();
      running.add(timer);
      places = Math.max(places, running.size());
      timer.start();
    }
    return timer;
  }

  /**
   * Whether one more timer would be more than there ever were: those that are cancelled make room.
   */
  public boolean isNewPlaceNeeded() {
    if (running.size() >= places) {
      running.removeIf(RepeatingTimer::isCancelled);
    }
    return running.size() >= places;
  }

  private void makeRoom() {
    CableOption option = CableOption.MAX_TIMERS_PER_SUBSCRIPTION;
    if (running.size() >= most) {
      running.removeIf(RepeatingTimer::isCancelled);
    }
    if (running.size() >= most) {
      limits.reached(option, owner.identifier());
      throw new IllegalStateException("this subscription has " + most + " timers, as many as "
          + option.optionName() + " allows");
    }
    limits.near(option, owner.identifier(), running.size() + 1, most);
  }

  /** Cancels all of them. */
  public void cancelAll() {
    running.forEach(RepeatingTimer::cancel);
  }
}
