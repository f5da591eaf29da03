// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.peers;

import dev.hawser.history.HistoryStore;
import dev.hawser.pubsub.PubSubAdapter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/** How often a server reads the history of streams. */
final class CountedReads {
  private final AtomicInteger reads = new AtomicInteger();

  /** How often so far. */
  int count() {
    return reads.get();
  }

  /** Returns the same adapter, with a history that counts. */
  PubSubAdapter of(PubSubAdapter adapter) {
    return proxy(PubSubAdapter.class, (self, method, arguments) -> {
      Object result = call(adapter, method, arguments);
      return result instanceof HistoryStore history ? counted(history) : result;
    });
  }

  private HistoryStore counted(HistoryStore history) {
    return proxy(HistoryStore.class, (self, method, arguments) -> {
      if (method.getName().startsWith("read")) {
        reads.incrementAndGet();
      }
      return call(history, method, arguments);
    });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
