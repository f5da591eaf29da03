// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.net.NetSocketInternal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A request one of whose calls fails: the calls on it, on its response, its headers, its connection
 * and on the socket that it becomes are counted.
 */
public final class SabotagedRequest {
  private static final Class<?>[] SABOTAGED = {
    HttpServerRequest.class,
    HttpServerResponse.class,
    HttpConnection.class,
    MultiMap.class,
    ServerWebSocket.class,
    NetSocketInternal.class
  };

  private final AtomicInteger calls = new AtomicInteger();
  private final int failing;
  private final Class<? extends Throwable> failure;
  private volatile String failedCall = "none";

  /**
   * Creates a sabotage.
   *
   * @param failing which call fails, from 1 on
   * @param failure what it fails with
   */
  public SabotagedRequest(int failing, Class<? extends Throwable> failure) {
    this.failing = failing;
    this.failure = failure;
  }

  /** The request with its calls counted. */
  public HttpServerRequest around(HttpServerRequest request) {
    return (HttpServerRequest) sabotaged(request);
  }

  public boolean hasFailed() {
    return calls.get() >= failing;
  }

  public String failedCall() {
    return failedCall;
  }

  private Object sabotaged(Object object) {
    for (Class<?> type : SABOTAGED) {
      if (type.isInstance(object)) {
        return Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> call(object, method, arguments));
      }
    }
    return object instanceof Future<?> future ? future.map(this::sabotaged) : object;
  }

  private Object call(Object target, Method method, Object[] arguments) throws Throwable {
    if (calls.incrementAndGet() == failing) {
      failedCall = method.toString();
      throw failure.getConstructor(String.class).newInstance("sabotage");
    }
    try {
      return sabotaged(method.invoke(target, arguments));
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
