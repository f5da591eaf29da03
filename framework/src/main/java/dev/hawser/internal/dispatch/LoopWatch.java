// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.dispatch;

import dev.hawser.internal.dispatch.CallbackWatch.Watched;
import dev.hawser.internal.limits.LimitLog;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.transport.Loop;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Notices event loops that stand still because a callback blocks on them. It gives each loop a task
 * now and then; a task that is not run in time says that the loop is held up, and only then the
 * connections are looked through for the callback. So callbacks pay nothing for it.
 */
public final class LoopWatch {
  private static final int LOOKS_PER_WARNING = 2;
  private static final List<String> OF_THE_PLATFORM =
      List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");

  private final long warningMs;
  private final Collection<? extends Watched> connections;
  private final LimitLog limits;
  private final List<Probe> probes = new CopyOnWriteArrayList<>();

  /**
   * Creates a watch.
   *
   * @param warningMs how long a loop may stand still before it is reported, in ms; 0 for any time
   * @param connections a view of the connections whose callbacks run on the loops
   */
  public LoopWatch(long warningMs, Collection<? extends Watched> connections, LimitLog limits) {
    this.warningMs = warningMs;
    this.connections = connections;
    this.limits = limits;
  }

  /** Whether there is anything to watch for. */
  boolean isOn() {
    return warningMs > 0;
  }

  /** Watches a loop from now on. Called on that loop. */
  public void add(Loop loop) {
    if (isOn()) {
      probes.add(new Probe(loop, Thread.currentThread()));
    }
  }

  /** How often {@link #look} is to be called, in ms. */
  long periodMs() {
    return Math.max(1, warningMs / LOOKS_PER_WARNING);
  }

  /** Checks all loops, except those without connections. Called on the watch's thread. */
  void look(long nowMs) {
    if (connections.isEmpty()) {
      return;
    }
    for (Probe probe : probes) {
      if (!probe.isOut) {
        probe.send(nowMs);
      } else if (!probe.warned && nowMs - probe.sentAtMs >= warningMs) {
        probe.warned = true;
        report(probe.thread);
      }
    }
  }

  /** A loop may be late for other reasons, too: only callbacks are the application's. */
  private void report(Thread thread) {
    for (Watched connection : connections) {
      RunningCallback running = connection.runner().running();
      int run = running.current();
      if (run != 0 && running.isOn(thread)) {
        RunningCallback.Description where = running.describe(LoopWatch::explain);
        if (running.current() == run) {
          limits.reached(
              CableOption.BLOCKED_LOOP_WARNING, connection.connectionIdentifier(), where);
        }
        return;
      }
    }
  }

  /** Names the place in the application or its libraries. */
  private static String explain(String callback, StackTraceElement[] stack) {
    String place = "?";
    for (StackTraceElement frame : stack) {
      if (OF_THE_PLATFORM.stream().noneMatch(frame.getClassName()::startsWith)) {
        place = frame.toString();
        break;
      }
    }
    return "an event loop stands still, with all its connections: " + callback + " blocks in "
        + place + " (expected: a channel without @EventLoop, or a Future)";
  }

  /** Starts to look, on a thread that is not one of the loops. */
  void schedule(ScheduledExecutorService thread, Runnable look) {
    thread.scheduleWithFixedDelay(look, periodMs(), periodMs(), TimeUnit.MILLISECONDS);
  }

  /** A task for one loop, sent again and again. All but {@code isOut} belongs to the watch. */
  private static final class Probe implements Runnable {
    private final Loop loop;
    private final Thread thread;
    private volatile boolean isOut;
    private long sentAtMs;
    private boolean warned;

    Probe(Loop loop, Thread thread) {
      this.loop = loop;
      this.thread = thread;
    }

    void send(long nowMs) {
      sentAtMs = nowMs;
      warned = false;
      isOut = true;
      loop.execute(this);
    }

    @Override
    public void run() {
      isOut = false;
    }
  }
}
