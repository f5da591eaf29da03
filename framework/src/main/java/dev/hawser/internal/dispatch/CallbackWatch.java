// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.dispatch;

import dev.hawser.internal.limits.LimitLog;
import dev.hawser.internal.log.LogText;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.Option;
import dev.hawser.internal.options.OptionValues;
import dev.hawser.internal.time.NodeTime;
import java.lang.ref.WeakReference;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through the connections of a node for callbacks that take long: warns of them, and ends
 * them when they take too long. It has a thread of its own, because those of the callbacks may all
 * be busy with what it looks for.
 */
public final class CallbackWatch {
  private static final Logger log = LoggerFactory.getLogger(CallbackWatch.class);
  private static final long LONGEST_PERIOD_MS = 1000;

  private final Times times;
  private final Collection<? extends Watched> connections;
  private final LimitLog limits;
  private final LoopWatch loops;
  private @Nullable ScheduledExecutorService thread;
  private Map<Watched, Sighting> sightings = new HashMap<>();

  /**
   * How long a callback may take.
   *
   * @param warningMs until it is reported; 0 for never
   * @param timeoutMs until it is ended; 0 for never
   */
  public record Times(long warningMs, long timeoutMs) {

    /** Returns the times of a cable's options. */
    public static Times of(OptionValues<CableOption> options) {
      return new Times(
          options.ms(CableOption.SLOW_CALLBACK_WARNING), options.ms(CableOption.CALLBACK_TIMEOUT));
    }

    /** How often to look: a time is kept to within a quarter, or a second if that is less. */
    long periodMs() {
      long shorter = warningMs == 0 || timeoutMs == 0
          ? Math.max(warningMs, timeoutMs)
          : Math.min(warningMs, timeoutMs);
      return Math.min(LONGEST_PERIOD_MS, Math.max(1, shorter / 4));
    }
  }

  /** A connection whose callbacks are watched. */
  public interface Watched {

    /** Runs its callbacks. */
    CallbackRunner runner();

    /** Names it in reports. */
    String connectionIdentifier();
  }

  /** A run that was seen before. */
  private static final class Sighting {
    private final int run;
    private final long since;
    private boolean warned;
    private boolean ended;

    Sighting(int run, long since) {
      this.run = run;
      this.since = since;
    }
  }

  /**
   * Creates a watch.
   *
   * @param connections a view of the connections to watch, for concurrent use
   * @param loops watches the event loops, on the same thread
   */
  public CallbackWatch(
      Times times, Collection<? extends Watched> connections, LimitLog limits, LoopWatch loops) {
    this.times = times;
    this.loops = loops;
    this.connections = connections;
    this.limits = limits;
  }

  /** Starts the watch, unless all times are 0. */
  public void start() {
    boolean isOn = times.warningMs() > 0 || times.timeoutMs() > 0;
    if (!isOn && !loops.isOn()) {
      return;
    }
    ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(task -> {
      Thread watch = new Thread(task, "hawser-callback-watch");
      watch.setDaemon(true);
      return watch;
    });
    WeakReference<CallbackWatch> me = new WeakReference<>(this);
    if (isOn) {
      long period = times.periodMs();
      started.scheduleWithFixedDelay(
          lookOf(me, started, CallbackWatch::look), period, period, TimeUnit.MILLISECONDS);
    }
    if (loops.isOn()) {
      loops.schedule(started, lookOf(me, started, CallbackWatch::lookAtLoops));
    }
    thread = started;
  }

  /** Looks by a clock that does not go on by itself, on the thread of that clock. */
  public void start(NodeTime time) {
    if (times.warningMs() != 0 || times.timeoutMs() != 0) {
      time.setTimer(times.periodMs(), () -> {
        look(time.nowMs());
        start(time);
      });
    }
  }

  /** The watch of a cable that was never closed ends when the cable is collected. */
  private static Runnable lookOf(
      WeakReference<CallbackWatch> watch,
      ScheduledExecutorService thread,
      BiConsumer<CallbackWatch, Long> look) {
    return () -> {
      CallbackWatch there = watch.get();
      if (there == null) {
        thread.shutdown();
      } else {
        there.look(look);
      }
    };
  }

  /** Stops the watch and clears its state. */
  public synchronized void stop() {
    if (thread != null && !thread.isShutdown()) {
      thread.execute(() -> sightings = Map.of());
      thread.shutdown();
    }
  }

  private void look(BiConsumer<CallbackWatch, Long> look) {
    try {
      look.accept(this, TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    } catch (RuntimeException | Error e) {
      log.error("defect in the framework", LogText.of(e));
    }
  }

  private void lookAtLoops(long nowMs) {
    loops.look(nowMs);
  }

  private void look(long nowMs) {
    Map<Watched, Sighting> seen = new HashMap<>();
    for (Watched connection : connections) {
      int run = connection.runner().running().current();
      if (run != 0) {
        Sighting known = sightings.get(connection);
        Sighting sighting = known != null && known.run == run ? known : new Sighting(run, nowMs);
        seen.put(connection, sighting);
        judge(connection, sighting, nowMs - sighting.since);
      }
    }
    sightings = seen;
  }

  private void judge(Watched connection, Sighting sighting, long ageMs) {
    if (!sighting.warned && times.warningMs() > 0 && ageMs >= times.warningMs()) {
      sighting.warned = true;
      report(CableOption.SLOW_CALLBACK_WARNING, connection);
    }
    if (!sighting.ended && times.timeoutMs() > 0 && ageMs >= times.timeoutMs()) {
      sighting.ended = true;
      RunningCallback.Description where = connection.runner().running().describe();
      if (connection.runner().expire(sighting.run)) {
        limits.reached(CableOption.CALLBACK_TIMEOUT, connection.connectionIdentifier(), where);
      }
    }
  }

  private void report(Option option, Watched connection) {
    limits.reached(
        option, connection.connectionIdentifier(), connection.runner().running().describe());
  }
}
