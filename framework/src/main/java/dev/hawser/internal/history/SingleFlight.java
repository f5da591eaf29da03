// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.history;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shares the runs of a step among all callers that need it at the same time. A caller never gets
 * the result of a run that began before its call: changes in between would be missing from it. So
 * in a storm two runs serve all callers: the one of the first, and one more for all the others.
 *
 * <p>Thread-safe. Keeps nothing of a key for which no caller waits.
 *
 * @param <K> what tells steps apart
 * @param <V> what a step results in
 */
public final class SingleFlight<K, V> {
  private final Map<K, Flight<V>> flights = new HashMap<>();

  /** A run under way, and the next one, if a caller waits for that. */
  private static final class Flight<V> {
    private @Nullable Promise<V> next;
    private @Nullable Supplier<Future<V>> nextStep;
  }

  /**
   * Returns the result of a run that begins now or later.
   *
   * @param step begins a run; called at most once, and not if the one of another caller is
   */
  public Future<V> run(K key, Supplier<Future<V>> step) {
    synchronized (flights) {
      Flight<V> flight = flights.get(key);
      if (flight != null) {
        if (flight.next == null) {
          flight.next = Promise.promise();
          flight.nextStep = step;
        }
        return flight.next.future();
      }
      flights.put(key, new Flight<>());
    }
    Promise<V> first = Promise.promise();
    begin(key, step, first);
    return first.future();
  }

  private void begin(K key, Supplier<Future<V>> step, Promise<V> promise) {
    Future<V> run;
    try {
      run = step.get();
    } catch (RuntimeException | Error e) {
      run = Future.failedFuture(e);
    }
    run.onComplete(result -> {
      ended(key);
      promise.handle(result);
    });
  }

  private void ended(K key) {
    Promise<V> next;
    Supplier<Future<V>> step;
    synchronized (flights) {
      Flight<V> flight = flights.get(key);
      next = flight == null ? null : flight.next;
      step = flight == null ? null : flight.nextStep;
      if (next == null || step == null) {
        flights.remove(key);
        return;
      }
      flights.put(key, new Flight<>());
    }
    begin(key, step, next);
  }
}
