// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.dispatch;

import dev.hawser.internal.log.LogText;
import java.lang.reflect.Method;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where callbacks run that may block: a virtual thread each on Java 21 and newer, else a pool of
 * threads. The pool's queue needs no bound of its own: it holds at most one entry per connection.
 */
public final class CallbackExecutor {
  private static final Logger log = LoggerFactory.getLogger(CallbackExecutor.class);
  private static final long IDLE_SECONDS = 60;

  private CallbackExecutor() {}

  /** Creates an executor; its owner shuts it down. */
  public static ExecutorService create(int workerPoolSize) {
    if (Runtime.version().feature() >= 21) {
      try {
        return virtualThreads();
      } catch (ReflectiveOperationException e) {
        log.warn(
            "virtual threads are not available, using {} workers", workerPoolSize, LogText.of(e));
      }
    }
    return workers(workerPoolSize);
  }

  /** Says where callbacks run, for the log. */
  public static String describe(int workerPoolSize) {
    return Runtime.version().feature() >= 21 ? "virtual threads" : workerPoolSize + " workers";
  }

  /** Java 17 has no such API at compile time; ours is compiled for 17. */
  private static ExecutorService virtualThreads() throws ReflectiveOperationException {
    Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
    Class<?> builderType = Class.forName("java.lang.Thread$Builder");
    builder = builderType.getMethod("name", String.class).invoke(builder, "hawser-callback");
    ThreadFactory factory = (ThreadFactory) builderType.getMethod("factory").invoke(builder);
    Method perTask = Executors.class.getMethod("newThreadPerTaskExecutor", ThreadFactory.class);
    return (ExecutorService) perTask.invoke(null, factory);
  }

  /** As many callbacks at once as there are workers. */
  static ExecutorService workers(int size) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool = new ThreadPoolExecutor(
        size, size, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
          Thread thread = new Thread(task, "hawser-worker-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
