// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import dev.hawser.internal.node.NodeRuntime;
import dev.hawser.internal.time.NodeTime;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The time of a node on the process, with repeated tasks that a test can run ahead of their time.
 */
public final class ElapsingTime implements NodeTime {
  private final NodeTime time;
  private final List<Repeated> repeated = new CopyOnWriteArrayList<>();
  private final AtomicLong skippedNanos = new AtomicLong();

  private record Repeated(long periodMs, Runnable task) {}

  public ElapsingTime(Vertx vertx) {
    this.time = NodeTime.of(vertx);
  }

  /** A runtime of the process, but for its time. */
  public NodeRuntime runtime(Vertx vertx) {
    NodeRuntime process = NodeRuntime.ofProcess(vertx);
    return (NodeRuntime) Proxy.newProxyInstance(
        NodeRuntime.class.getClassLoader(),
        new Class<?>[] {NodeRuntime.class},
        (proxy, method, arguments) -> {
          if (method.getName().equals("time")) {
            return this;
          }
          try {
            return method.invoke(process, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  /** Whether something is repeated at least as often. */
  public boolean repeatsWithin(Duration time) {
    return repeated.stream().anyMatch(one -> one.periodMs <= time.toMillis());
  }

  /** Runs once what is repeated at least as often. */
  public void elapse(Duration time) {
    repeated.stream().filter(one -> one.periodMs <= time.toMillis()).forEach(one -> one.task.run());
  }

  /** Lets the clock go on, and no timer: as if the process had stood still. */
  public void skip(Duration time) {
    skippedNanos.addAndGet(time.toNanos());
  }

  @Override
  public long nanos() {
    return time.nanos() + skippedNanos.get();
  }

  @Override
  public long wallMs() {
    return time.wallMs();
  }

  @Override
  public long setTimer(long delayMs, Runnable task) {
    return time.setTimer(delayMs, task);
  }

  @Override
  public long setPeriodic(long periodMs, Runnable task) {
    repeated.add(new Repeated(periodMs, task));
    return time.setPeriodic(periodMs, task);
  }

  @Override
  public void cancelTimer(long timer) {
    time.cancelTimer(timer);
  }
}
